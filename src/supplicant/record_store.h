#pragma once

#include <optional>
#include <vector>

#include "base/expected.h"
#include "wire/rpc/storage.h"

namespace holdfast::supplicant {

/// StoreResult fails with the status that the secure world is told: never Status::ok.
template <class T>
using StoreResult = Expected<T, wire::rpc::Status>;

inline Unexpected<wire::rpc::Status> store_fail(wire::rpc::Status status) { return {status}; }

/// RecordStore is what a back end implements: shelves of opaque records, each shelf with a manifest and an epoch.
/// Called from one thread. What it is handed is already within the protocol's bounds.
class RecordStore {
 public:
  RecordStore() = default;
  RecordStore(const RecordStore&) = delete;
  RecordStore& operator=(const RecordStore&) = delete;
  virtual ~RecordStore() = default;

  virtual StoreResult<wire::rpc::ListShelves::Reply> list_shelves() = 0;
  /// Status::absent when the shelf has no manifest.
  virtual StoreResult<wire::rpc::ReadManifest::Reply> read_manifest(wire::rpc::ShelfId shelf) = 0;
  /// Records in the order of their uid (as octets), above `after`, whose sizes together stay within byte_limit; but one
  /// at least, while there is one.
  virtual StoreResult<wire::rpc::ReadPage::Reply> read_page(const wire::rpc::ReadPage& request) = 0;
  /// commit applies every change or none, and returns success only when that survives a power failure.
  virtual StoreResult<void> commit(const wire::rpc::Commit& request) = 0;
};

}  // namespace holdfast::supplicant
