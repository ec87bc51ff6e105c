#include "secure/pkcs11/object/object_table.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include "secure/pkcs11/attributes/apply.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::array kIndexed = {ck::AttributeType{CKA_CLASS}, ck::AttributeType{CKA_KEY_TYPE}, ck::AttributeType{CKA_LABEL},
                                 ck::AttributeType{CKA_ID}, ck::AttributeType{CKA_SUBJECT}, ck::AttributeType{CKA_UNIQUE_ID}};

bool is_indexed(ck::AttributeType type) {
  return std::find(kIndexed.begin(), kIndexed.end(), type) != kIndexed.end();
}

std::size_t index_key(ck::AttributeType type, ByteView value) {
  return std::hash<std::string_view>{}(as_text(value)) ^ (std::size_t{type.value} * 0x9E3779B97F4A7C15u);
}

}  // namespace

void ObjectTable::index(const Entry& entry, bool add) {
  certificates_.count(entry.object->attributes, add ? PublicCertificates::Step::added : PublicCertificates::Step::removed);
  for (const ck::AttributeType type : kIndexed) {
    const Bytes* const value = entry.object->attributes.find(type);
    if (value == nullptr) continue;
    const std::size_t key = index_key(type, *value);
    if (add) {
      index_[key].emplace(entry.sequence, entry.object->uid);
    } else if (const auto it = index_.find(key); it != index_.end()) {
      it->second.erase({entry.sequence, entry.object->uid});
      if (it->second.empty()) index_.erase(it);
    }
  }
}

void ObjectTable::put(ObjectRef object) {
  Entry& entry = entries_[object->uid];
  if (entry.object != nullptr)
    index(entry, false);
  else
    entry.sequence = next_sequence_++;
  entry.object = std::move(object);
  index(entry, true);
}

ObjectRef ObjectTable::remove(const ObjectUid& uid) {
  const auto it = entries_.find(uid);
  if (it == entries_.end()) return nullptr;
  index(it->second, false);
  ObjectRef object = std::move(it->second.object);
  entries_.erase(it);
  return object;
}

void ObjectTable::clear() {
  entries_.clear();
  index_.clear();
  certificates_ = {};
}

ObjectRef ObjectTable::find(const ObjectUid& uid) const {
  const auto it = entries_.find(uid);
  return it == entries_.end() ? nullptr : it->second.object;
}

std::vector<ObjectRef> ObjectTable::find_matching(const wire::Template& search) const {
  // The rarest indexed attribute of the search gives the candidates; without one, everything is a candidate.
  const Members* candidates = nullptr;
  static const Members kNobody;
  (void)for_each_attribute(search, [&](const wire::Attribute& attribute) -> Result<void> {
    if (!is_indexed(attribute.type)) return {};
    const auto it = index_.find(index_key(attribute.type, attribute.value));
    const Members& members = it == index_.end() ? kNobody : it->second;
    if (candidates == nullptr || members.size() < candidates->size()) candidates = &members;
    return {};
  });

  std::vector<std::pair<std::uint64_t, ObjectRef>> found;
  if (candidates != nullptr) {
    for (const auto& [sequence, uid] : *candidates) {
      const ObjectRef object = find(uid);
      if (matches(object->attributes, search)) found.emplace_back(sequence, object);
    }
  } else {
    for (const auto& [uid, entry] : entries_)
      if (matches(entry.object->attributes, search)) found.emplace_back(entry.sequence, entry.object);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<ObjectRef> objects;
  objects.reserve(found.size());
  for (auto& [sequence, object] : found) objects.push_back(std::move(object));
  return objects;
}

}  // namespace holdfast::secure::pkcs11
