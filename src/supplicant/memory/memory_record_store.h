#pragma once

#include <map>

#include "supplicant/record_store.h"

namespace holdfast::supplicant {

/// MemoryRecordStore keeps its shelves in memory: for tests, and for a token that ends with its process.
class MemoryRecordStore final : public RecordStore {
 public:
  struct Shelf {
    std::uint64_t epoch = 0;
    Bytes manifest;
    std::map<ObjectUid, Bytes> records;
  };

  StoreResult<wire::rpc::ListShelves::Reply> list_shelves() override;
  StoreResult<wire::rpc::ReadManifest::Reply> read_manifest(wire::rpc::ShelfId shelf) override;
  StoreResult<wire::rpc::ReadPage::Reply> read_page(const wire::rpc::ReadPage& request) override;
  StoreResult<void> commit(const wire::rpc::Commit& request) override;

  /// shelves lets a test do what a thief of the disk could.
  std::map<wire::rpc::ShelfId, Shelf>& shelves() noexcept { return shelves_; }

 private:
  void apply(const wire::rpc::ShelfChange& change);

  std::map<wire::rpc::ShelfId, Shelf> shelves_;
};

}  // namespace holdfast::supplicant
