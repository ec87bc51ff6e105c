#include "supplicant/memory/memory_record_store.h"

namespace holdfast::supplicant {

using namespace wire::rpc;

StoreResult<ListShelves::Reply> MemoryRecordStore::list_shelves() {
  ListShelves::Reply reply;
  for (const auto& [id, shelf] : shelves_) reply.shelves.push_back({.shelf = id, .epoch = shelf.epoch});
  return reply;
}

StoreResult<ReadManifest::Reply> MemoryRecordStore::read_manifest(ShelfId id) {
  const auto found = shelves_.find(id);
  if (found == shelves_.end()) return store_fail(Status::absent);
  return ReadManifest::Reply{.epoch = found->second.epoch, .manifest = found->second.manifest};
}

StoreResult<ReadPage::Reply> MemoryRecordStore::read_page(const ReadPage& request) {
  ReadPage::Reply reply;
  const auto found = shelves_.find(request.shelf);
  if (found == shelves_.end()) return reply;
  const auto& records = found->second.records;
  std::size_t used = 0;
  for (auto at = request.after ? records.upper_bound(*request.after) : records.begin(); at != records.end(); ++at) {
    used += kMinRecordBytes + at->second.size();
    if (used > request.byte_limit && !reply.records.empty()) {
      reply.more = true;
      break;
    }
    reply.records.push_back({.uid = at->first, .blob = at->second});
  }
  return reply;
}

StoreResult<void> MemoryRecordStore::commit(const Commit& request) {
  std::size_t shelf_count = shelves_.size();
  for (const ShelfChange& change : request.changes) {
    const auto found = shelves_.find(change.shelf);
    if (found == shelves_.end()) ++shelf_count;
    if ((found == shelves_.end() ? 0 : found->second.epoch) != change.expected_epoch)
      return store_fail(Status::conflict);
  }
  if (shelf_count > kMaxShelves) return store_fail(Status::no_space);
  for (const ShelfChange& change : request.changes) apply(change);
  return {};
}

void MemoryRecordStore::apply(const ShelfChange& change) {
  Shelf& shelf = shelves_[change.shelf];
  shelf.epoch = change.new_epoch;
  shelf.manifest = to_bytes(change.manifest);
  if (change.clear) shelf.records.clear();
  for (const ObjectUid& uid : change.removed) shelf.records.erase(uid);
  for (const RecordView& record : change.put) shelf.records[record.uid] = to_bytes(record.blob);
}

}  // namespace holdfast::supplicant
