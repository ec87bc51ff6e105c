#pragma once

#include "base/sys_result.h"
#include "supplicant/record_store.h"

namespace holdfast::supplicant {

/// StorageService turns requests of the secure world into calls of a record store. Whatever the request is, there is an
/// answer: what is out of protocol gets Status::bad_request.
class StorageService {
 public:
  explicit StorageService(RecordStore& store) : store_(store) {}
  Bytes answer(ByteView request);

 private:
  RecordStore& store_;
};

/// serve answers the requests that arrive on `link_fd`, one after the other, until the other end closes it. A fault of
/// the link itself (a frame that is none) is the error.
SysResult<void> serve(int link_fd, StorageService& service);

/// FaultyStore stands in for a store that could not be opened, so that the secure world is told why.
class FaultyStore final : public RecordStore {
 public:
  explicit FaultyStore(wire::rpc::Status fault) : fault_(fault) {}
  StoreResult<wire::rpc::ListShelves::Reply> list_shelves() override { return store_fail(fault_); }
  StoreResult<wire::rpc::ReadManifest::Reply> read_manifest(wire::rpc::ShelfId) override { return store_fail(fault_); }
  StoreResult<wire::rpc::ReadPage::Reply> read_page(const wire::rpc::ReadPage&) override { return store_fail(fault_); }
  StoreResult<void> commit(const wire::rpc::Commit&) override { return store_fail(fault_); }

 private:
  wire::rpc::Status fault_;
};

}  // namespace holdfast::supplicant
