#pragma once

#include <mutex>
#include <optional>

#include "secure/storage/key_ladder.h"
#include "secure/storage/manifest.h"
#include "secure/storage/store_client.h"
#include "secure/storage/token_store.h"

namespace holdfast::secure::storage {

/// The store's own manifest stands on shelf 0, the token of slot n on shelf n + 1.
inline constexpr wire::rpc::ShelfId kStoreShelf{0};
inline wire::rpc::ShelfId shelf_of(SlotNumber slot) { return wire::rpc::ShelfId{slot + 1}; }

/// ManifestWrite is one step of a shelf from epoch to epoch, with the manifest that it leaves.
struct ManifestWrite {
  wire::rpc::ShelfId shelf;
  std::uint64_t expected_epoch = 0;
  std::uint64_t new_epoch = 0;
  Bytes manifest;

  wire::rpc::ShelfChange as_change() const {
    return {.shelf = shelf,
            .expected_epoch = expected_epoch,
            .new_epoch = new_epoch,
            .manifest = manifest,
            .clear = false,
            .put = {},
            .removed = {}};
  }
};

/// LedgerWrite is a change of the store's own manifest, ready to be written.
struct LedgerWrite {
  ManifestWrite write;
  StoreManifest next;
};

/// StoreLedger is the store's own manifest, as far as it is known to be stored.
struct StoreLedger {
  std::mutex mutex;  // taken after a token's commit_mutex_; guards everything below
  StoreManifest manifest;
  std::uint64_t epoch = 0;
  std::optional<LedgerWrite> in_doubt;  // written, but unanswered

  /// The following need the mutex held.
  Result<LedgerWrite> prepare(const StoreKeys& keys, StoreManifest next) const;
  void apply(const LedgerWrite& write);
  /// settle finds out what became of a write in doubt.
  Result<void> settle(StoreClient& client);
};

/// StoreParts is what all tokens of a store share.
struct StoreParts {
  StoreParts(StoreKeys store_keys, StoreClient& store_client, const Options& store_options)
      : keys(std::move(store_keys)), client(store_client), options(store_options) {}

  const StoreKeys keys;
  StoreClient& client;
  const Options options;
  StoreLedger ledger;
};

/// TokenContent is a token as it is stored; never changed, only replaced.
struct TokenContent {
  TokenState state;
  std::shared_ptr<const TokenKeys> keys;
  std::uint64_t epoch = 0;
};

SealHeader store_manifest_header(const StoreKeys& keys, std::uint64_t epoch);
SealHeader token_manifest_header(const StoreKeys& keys, const TokenUid& token, std::uint64_t epoch);
SealHeader object_header(const StoreKeys& keys, const TokenUid& token, const ObjectUid& object, std::uint64_t version);
SealHeader secret_part_header(const StoreKeys& keys, const TokenUid& token, const ObjectUid& object);

}  // namespace holdfast::secure::storage
