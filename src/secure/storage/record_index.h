#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "secure/storage/record_set.h"

namespace holdfast::secure::storage {

/// RecordIndex knows the mark of every stored record of a token, and their set. One thread at a time.
class RecordIndex {
 public:
  std::optional<RecordMark> find(const ObjectUid& uid) const {
    const auto found = marks_.find(uid);
    if (found == marks_.end()) return std::nullopt;
    return RecordMark{.uid = uid, .version = found->second.version, .tag = found->second.tag};
  }
  void put(const RecordMark& mark) { marks_[mark.uid] = {.version = mark.version, .tag = mark.tag}; }
  void erase(const ObjectUid& uid) { marks_.erase(uid); }
  void clear() { marks_.clear(); }

  const RecordSet& records() const noexcept { return records_; }
  void set_records(const RecordSet& records) { records_ = records; }

 private:
  struct Entry {
    std::uint64_t version = 0;
    SealTag tag{};
  };
  std::unordered_map<ObjectUid, Entry> marks_;
  RecordSet records_;
};

}  // namespace holdfast::secure::storage
