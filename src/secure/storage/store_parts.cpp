#include "secure/storage/store_parts.h"

namespace holdfast::secure::storage {

Result<LedgerWrite> StoreLedger::prepare(const StoreKeys& keys, StoreManifest next) const {
  HF_ASSIGN_OR_RETURN(Bytes blob, seal(keys.store_key(), store_manifest_header(keys, epoch + 1), encode(next)));
  return LedgerWrite{
      .write = {.shelf = kStoreShelf, .expected_epoch = epoch, .new_epoch = epoch + 1, .manifest = std::move(blob)},
      .next = std::move(next)};
}

void StoreLedger::apply(const LedgerWrite& write) {
  manifest = write.next;
  epoch = write.write.new_epoch;
}

Result<void> StoreLedger::settle(StoreClient& client) {
  if (!in_doubt) return {};
  const ClientResult<bool> committed = client.was_committed(in_doubt->write.as_change());
  if (!committed) return to_error(committed.error());
  if (*committed) apply(*in_doubt);
  in_doubt.reset();
  return {};
}

SealHeader store_manifest_header(const StoreKeys& keys, std::uint64_t epoch) {
  return {.kind = BlobKind::store_manifest, .store = keys.store(), .token = {}, .object = {}, .version = epoch};
}

SealHeader token_manifest_header(const StoreKeys& keys, const TokenUid& token, std::uint64_t epoch) {
  return {.kind = BlobKind::token_manifest, .store = keys.store(), .token = token, .object = {}, .version = epoch};
}

SealHeader object_header(const StoreKeys& keys, const TokenUid& token, const ObjectUid& object, std::uint64_t version) {
  return {.kind = BlobKind::object, .store = keys.store(), .token = token, .object = object, .version = version};
}

SealHeader secret_part_header(const StoreKeys& keys, const TokenUid& token, const ObjectUid& object) {
  // No version of its own: the record around it says which secret part belongs to which version.
  return {.kind = BlobKind::secret_part, .store = keys.store(), .token = token, .object = object, .version = 0};
}

}  // namespace holdfast::secure::storage
