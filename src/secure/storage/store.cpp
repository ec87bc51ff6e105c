#include "base/log.h"
#include "secure/crypto/random.h"
#include "secure/storage/token_reader.h"
#include "secure/storage/token_store.h"

namespace holdfast::secure::storage {

namespace rpc = wire::rpc;

/// Order matters: tokens use the parts, and the parts the client.
struct Store::Parts {
  explicit Parts(RecordLink& link) : client(link) {}
  StoreClient client;
  std::optional<StoreParts> shared;
  std::vector<std::unique_ptr<TokenStore>> tokens;
};

namespace {

struct OpenedLedger {
  StoreKeys keys;
  StoreManifest manifest;
  std::uint64_t epoch = 0;
};

Unexpected<Error> refuse(Damage damage) {
  log::error(text(damage));
  return fail(Rv::device_error, text(damage));
}

Unexpected<Error> refuse(StoreFault fault) {
  if (fault == StoreFault::corrupt) return refuse(Damage::store_corrupt);
  log::error(to_error(fault).error);
  return to_error(fault);
}

Result<OpenedLedger> make_fresh(StoreClient& client, const SecretBytes& root_key) {
  StoreUid uid;
  HF_TRY(crypto::fill_random(uid.octets));
  HF_ASSIGN_OR_RETURN(StoreKeys keys, StoreKeys::derive(root_key, uid));
  StoreLedger ledger;
  HF_ASSIGN_OR_RETURN(const LedgerWrite first, ledger.prepare(keys, StoreManifest{}));
  const ClientResult<void> done = client.commit({.changes = {first.write.as_change()}});
  if (!done) return refuse(done.error());
  log::info("a fresh store was made", {{"store_high", uid.high()}, {"store_low", uid.low()}});
  return OpenedLedger{.keys = std::move(keys), .manifest = {}, .epoch = first.write.new_epoch};
}

Result<OpenedLedger> open_ledger(const SecretBytes& root_key, const rpc::ReadManifest::Reply& stored) {
  const SealResult<ClearHeader> clear = read_clear_header(stored.manifest);
  if (!clear) return refuse(Damage::store_altered);
  HF_ASSIGN_OR_RETURN(StoreKeys keys, StoreKeys::derive(root_key, clear->header.store));
  const SealResult<Bytes> plain = unseal(keys.store_key(), store_manifest_header(keys, stored.epoch), stored.manifest);
  if (!plain) {
    if (plain.error() == SealFault::no_memory) return fail(Rv::host_memory, "no memory to open the store");
    return refuse(plain.error() == SealFault::other_key ? Damage::other_root_key : Damage::store_altered);
  }
  Result<StoreManifest> manifest = decode_store_manifest(*plain);
  if (!manifest) return refuse(Damage::store_altered);
  return OpenedLedger{.keys = std::move(keys), .manifest = std::move(manifest).value(), .epoch = stored.epoch};
}

Result<OpenedLedger> find_ledger(StoreClient& client, const SecretBytes& root_key) {
  const auto shelves = client.list_shelves();
  if (!shelves) return refuse(shelves.error());
  if (shelves->empty()) return make_fresh(client, root_key);
  const auto stored = client.read_manifest(kStoreShelf);
  if (!stored) return refuse(stored.error());
  if (!stored->has_value()) return refuse(Damage::store_manifest_missing);
  return open_ledger(root_key, **stored);
}

/// has_stray_token: a token that the store's manifest does not list has no business there.
ClientResult<bool> has_stray_token(StoreClient& client, SlotNumber slot) {
  HF_ASSIGN_OR_RETURN(const auto stored, client.read_manifest(shelf_of(slot)));
  return stored.has_value();
}

}  // namespace

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

std::uint32_t Store::slot_count() const noexcept { return static_cast<std::uint32_t>(parts_->tokens.size()); }

TokenStore* Store::token(SlotNumber slot) noexcept {
  return slot < parts_->tokens.size() ? parts_->tokens[slot].get() : nullptr;
}

Result<std::unique_ptr<Store>> Store::open(SecretBytes root_key, RecordLink& link, const Options& options) {
  if (root_key.size() != kRootKeyBytes) return fail(Rv::arguments_bad, "the root key is not 32 bytes");
  if (options.slot_count == 0 || options.slot_count >= rpc::kMaxShelves)
    return fail(Rv::arguments_bad, "slot count out of range");
  auto parts = std::make_unique<Parts>(link);
  HF_ASSIGN_OR_RETURN(OpenedLedger opened, find_ledger(parts->client, root_key));
  StoreParts& shared = parts->shared.emplace(std::move(opened.keys), parts->client, options);
  shared.ledger.manifest = std::move(opened.manifest);
  shared.ledger.epoch = opened.epoch;
  for (SlotNumber slot = 0; slot < options.slot_count; ++slot) {
    parts->tokens.push_back(std::unique_ptr<TokenStore>(new TokenStore(slot, shared)));
    HF_TRY(open_slot(shared, *parts->tokens.back()));
  }
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

Result<void> Store::open_slot(StoreParts& shared, TokenStore& token) {
  const SlotNumber slot = token.slot();
  const auto listed = shared.ledger.manifest.tokens.find(slot);
  if (listed == shared.ledger.manifest.tokens.end()) {
    const ClientResult<bool> stray = has_stray_token(shared.client, slot);
    if (!stray) return refuse(stray.error());
    if (!*stray) return {};
    log_damage(slot, Damage::store_manifest_old, {}, shared.ledger.epoch);
    token.mark_damaged({.damage = Damage::store_manifest_old, .object = {}, .findings = 1});
    return {};
  }
  HF_ASSIGN_OR_RETURN(auto outcome, read_token(shared.client, shared.keys, slot, listed->second));
  if (auto* verified = std::get_if<VerifiedToken>(&outcome)) {
    token.adopt(std::move(*verified));
  } else {
    token.mark_damaged(std::get<DamageReport>(outcome));
  }
  return {};
}

}  // namespace holdfast::secure::storage
