#pragma once

#include <set>
#include <unordered_map>
#include <vector>

#include "secure/pkcs11/object/object.h"
#include "secure/pkcs11/object/public_certificates.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// ObjectTable finds objects by identity and, through hash indexes on class, key type, label, id and subject, by attributes.
/// Not thread-safe: its owner locks.
class ObjectTable {
 public:
  /// put adds an object, or a new version in the place of the old one.
  void put(ObjectRef object);
  /// remove gives back what was removed, or null.
  ObjectRef remove(const ObjectUid& uid);
  void clear();

  ObjectRef find(const ObjectUid& uid) const;
  /// find_matching gives the objects that have every attribute of `search`, newest first.
  std::vector<ObjectRef> find_matching(const wire::Template& search) const;
  std::size_t size() const { return entries_.size(); }
  const PublicCertificates& certificates() const { return certificates_; }

  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const auto& [uid, entry] : entries_) visit(entry.object);
  }

 private:
  struct Entry {
    ObjectRef object;
    std::uint64_t sequence = 0;
  };
  using Members = std::set<std::pair<std::uint64_t, ObjectUid>>;

  void index(const Entry& entry, bool add);

  std::unordered_map<ObjectUid, Entry> entries_;
  /// Key: hash of attribute type and value. A hash that two values share only adds candidates; `matches` decides.
  std::unordered_map<std::size_t, Members> index_;
  std::uint64_t next_sequence_ = 0;
  PublicCertificates certificates_;
};

}  // namespace holdfast::secure::pkcs11
