#pragma once

#include <memory>
#include <vector>

#include "secure/storage/record_index.h"
#include "secure/storage/store_parts.h"

namespace holdfast::secure::storage {

/// CommitDraft is a commit that is sealed and ready, and all that follows in memory once it is stored.
struct CommitDraft {
  struct Put {
    RecordMark mark;
    Bytes blob;
  };

  ManifestWrite write;
  bool clear = false;  // the old records go: a new token
  std::vector<Put> put;
  std::vector<ObjectUid> removed;
  std::shared_ptr<const TokenContent> next;
  RecordSet records;

  wire::rpc::ShelfChange as_change() const {
    wire::rpc::ShelfChange change = write.as_change();
    change.clear = clear;
    change.removed = removed;
    change.put.reserve(put.size());
    for (const Put& one : put) change.put.push_back({.uid = one.mark.uid, .blob = one.blob});
    return change;
  }
};

}  // namespace holdfast::secure::storage
