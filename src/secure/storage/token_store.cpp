#include "secure/storage/token_store.h"

#include <unordered_set>

#include "secure/crypto/random.h"
#include "secure/storage/commit_draft.h"
#include "secure/storage/identity_vault.h"
#include "secure/storage/pin_vault.h"
#include "secure/storage/token_reader.h"

namespace holdfast::secure::storage {

namespace rpc = wire::rpc;

namespace {

constexpr std::size_t kMaxVaultBytes = 512;

Result<void> check_state(const TokenState& state, const TokenState& base) {
  if (state.slot != base.slot || state.uid != base.uid)
    return fail(Rv::arguments_bad, "a token's slot and uid never change in a commit");
  if (state.so.vault.size() > kMaxVaultBytes || state.user.vault.size() > kMaxVaultBytes)
    return fail(Rv::arguments_bad, "a PIN vault that none of ours can be");
  return {};
}

Result<void> check_occurs_once(const Change& change) {
  std::unordered_set<ObjectUid> seen;
  for (const StoredObject& object : change.put)
    if (!seen.insert(object.uid).second) return fail(Rv::arguments_bad, "an object occurs twice in a commit");
  for (const ObjectUid& uid : change.removed)
    if (!seen.insert(uid).second) return fail(Rv::arguments_bad, "an object occurs twice in a commit");
  return {};
}

}  // namespace

TokenStore::TokenStore(SlotNumber slot, StoreParts& parts)
    : slot_(slot), parts_(parts), index_(std::make_unique<RecordIndex>()) {}
TokenStore::~TokenStore() = default;

SlotCondition TokenStore::condition() const {
  const std::scoped_lock lock(state_mutex_);
  if (damage_.damage != Damage::none) return SlotCondition::damaged;
  return content_ ? SlotCondition::ready : SlotCondition::uninitialised;
}

DamageReport TokenStore::damage() const {
  const std::scoped_lock lock(state_mutex_);
  return damage_;
}

TokenState TokenStore::state() const {
  const auto current = content();
  return current ? current->state : TokenState{.slot = slot_};
}

std::vector<StoredObject> TokenStore::take_objects() {
  const std::scoped_lock lock(state_mutex_);
  return std::exchange(loaded_, {});
}

Result<ObjectUid> TokenStore::new_object_uid() const {
  ObjectUid uid;
  HF_TRY(crypto::fill_random(uid.octets));
  return uid;
}

std::shared_ptr<const TokenContent> TokenStore::content() const {
  const std::scoped_lock lock(state_mutex_);
  return content_;
}

Result<std::shared_ptr<const TokenContent>> TokenStore::require_token() const {
  const std::scoped_lock lock(state_mutex_);
  if (damage_.damage != Damage::none) return fail(Rv::token_not_recognized, text(damage_.damage));
  if (!content_) return fail(Rv::token_not_recognized, "the slot has no initialised token");
  return content_;
}

void TokenStore::adopt(VerifiedToken token) {
  const std::scoped_lock lock(commit_mutex_, state_mutex_);
  *index_ = std::move(token.index);
  content_ = std::make_shared<const TokenContent>(std::move(token.content));
  loaded_ = std::move(token.objects);
}

void TokenStore::mark_damaged(const DamageReport& report) {
  const std::scoped_lock lock(state_mutex_);
  damage_ = report;
  loaded_.clear();
}

Result<void> TokenStore::commit(Change change) {
  if (change.put.empty() && change.removed.empty() && !change.state) return {};
  HF_TRY(check_occurs_once(change));
  const std::scoped_lock lock(commit_mutex_);
  HF_TRY(settle());
  HF_ASSIGN_OR_RETURN(const auto base, require_token());
  if (change.state) HF_TRY(check_state(*change.state, base->state));
  auto draft = std::make_unique<CommitDraft>();
  draft->write = {
      .shelf = shelf_of(slot_), .expected_epoch = base->epoch, .new_epoch = base->epoch + 1, .manifest = {}};
  draft->records = index_->records();
  HF_TRY(add_puts(*base, change, *draft));
  HF_TRY(add_removes(*base, change, *draft));
  HF_TRY(seal_manifest(*draft, change.state ? std::move(*change.state) : base->state, base->keys));
  return carry_out(std::move(draft), nullptr);
}

Result<void> TokenStore::add_puts(const TokenContent& base, const Change& change, CommitDraft& draft) const {
  draft.put.reserve(change.put.size());
  for (const StoredObject& object : change.put) {
    const SealHeader header = object_header(parts_.keys, base.state.uid, object.uid, draft.write.new_epoch);
    HF_ASSIGN_OR_RETURN(
        Bytes blob, seal(base.keys->token_key(), header, encode_object(object.public_part, object.sealed_secret_part)));
    if (blob.size() > rpc::kMaxRecordBytes) return fail(Rv::device_memory, "an object above the record limit");
    const RecordMark mark{.uid = object.uid, .version = draft.write.new_epoch, .tag = tag_of(blob)};
    if (const auto old = index_->find(object.uid)) {
      HF_ASSIGN_OR_RETURN(const MarkDigest old_digest, base.keys->hasher().digest(*old));
      draft.records.remove(*old, old_digest);
    }
    HF_ASSIGN_OR_RETURN(const MarkDigest digest, base.keys->hasher().digest(mark));
    draft.records.add(mark, digest);
    draft.put.push_back({.mark = mark, .blob = std::move(blob)});
  }
  return {};
}

Result<void> TokenStore::add_removes(const TokenContent& base, const Change& change, CommitDraft& draft) const {
  for (const ObjectUid& uid : change.removed) {
    const auto old = index_->find(uid);
    if (!old) return fail(Rv::object_handle_invalid, "the object to be removed is not stored");
    HF_ASSIGN_OR_RETURN(const MarkDigest digest, base.keys->hasher().digest(*old));
    draft.records.remove(*old, digest);
  }
  draft.removed = change.removed;
  return {};
}

Result<void> TokenStore::seal_manifest(CommitDraft& draft, TokenState state,
                                       std::shared_ptr<const TokenKeys> keys) const {
  const SealHeader header = token_manifest_header(parts_.keys, state.uid, draft.write.new_epoch);
  HF_ASSIGN_OR_RETURN(draft.write.manifest,
                      seal(parts_.keys.store_key(), header, encode(state, keys->wrapped(), draft.records)));
  draft.next = std::make_shared<const TokenContent>(
      TokenContent{.state = std::move(state), .keys = std::move(keys), .epoch = draft.write.new_epoch});
  return {};
}

Result<void> TokenStore::carry_out(std::unique_ptr<CommitDraft> draft, const LedgerWrite* ledger_write) {
  rpc::Commit request{.changes = {draft->as_change()}};
  if (ledger_write != nullptr) request.changes.push_back(ledger_write->write.as_change());
  const ClientResult<void> done = parts_.client.commit(request);
  if (done) {
    apply(*draft);
    if (ledger_write != nullptr) parts_.ledger.apply(*ledger_write);
    return {};
  }
  if (done.error() == StoreFault::unknown) {
    in_doubt_ = std::move(draft);
    if (ledger_write != nullptr) parts_.ledger.in_doubt = *ledger_write;
  }
  if (done.error() == StoreFault::conflict) report_changed_outside(draft->write.expected_epoch);
  return to_error(done.error());
}

void TokenStore::report_changed_outside(std::uint64_t epoch) {
  log_damage(slot_, Damage::changed_outside, {}, epoch);
  mark_damaged({.damage = Damage::changed_outside, .object = {}, .findings = 1});
}

void TokenStore::apply(const CommitDraft& draft) {
  if (draft.clear) index_->clear();
  for (const ObjectUid& uid : draft.removed) index_->erase(uid);
  for (const CommitDraft::Put& one : draft.put) index_->put(one.mark);
  index_->set_records(draft.records);
  const std::scoped_lock lock(state_mutex_);
  content_ = draft.next;
  if (draft.clear) loaded_.clear();
}

Result<void> TokenStore::settle() {
  if (!in_doubt_) return {};
  const ClientResult<bool> committed = parts_.client.was_committed(in_doubt_->write.as_change());
  if (!committed) {
    if (committed.error() == StoreFault::conflict) report_changed_outside(in_doubt_->write.expected_epoch);
    return to_error(committed.error());
  }
  if (*committed) apply(*in_doubt_);
  in_doubt_.reset();
  return {};
}

Result<void> TokenStore::initialise(const NewToken& token, const SecretBytes& so_pin) {
  return initialise_locked_by(token, [&](const TokenKeys& keys, const SecretBytes& private_object_key) {
    return make_pin_vault(parts_.keys, {.token = keys.token(), .owner = PinOwner::so}, so_pin,
                          parts_.options.scrypt_log2_n, private_object_key);
  });
}

Result<void> TokenStore::initialise(const NewToken& token, const CallerIdentity& security_officer) {
  return initialise_locked_by(token, [&](const TokenKeys& keys, const SecretBytes& private_object_key) {
    return make_identity_vault(parts_.keys.store(), keys, PinOwner::so, security_officer, private_object_key);
  });
}

Result<void> TokenStore::initialise_locked_by(const NewToken& token, const LockFirst& lock_so) {
  TokenState state{.slot = slot_, .uid = {}, .label = token.label, .serial = token.serial, .flags = token.flags};
  HF_TRY(crypto::fill_random(state.uid.octets));
  HF_ASSIGN_OR_RETURN(auto keys, TokenKeys::generate(parts_.keys, state.uid));
  HF_ASSIGN_OR_RETURN(const SecretBytes private_object_key, crypto::random_secret(SealingKey::kBytes));
  HF_ASSIGN_OR_RETURN(state.so.vault, lock_so(*keys, private_object_key));

  StoreLedger& ledger = parts_.ledger;
  const std::scoped_lock lock(commit_mutex_, ledger.mutex);
  HF_TRY(settle());
  HF_TRY(ledger.settle(parts_.client));
  if (condition() == SlotCondition::damaged) return fail(Rv::token_not_recognized, text(damage().damage));
  const auto base = content();
  const std::uint64_t epoch = base ? base->epoch : 0;
  auto draft = std::make_unique<CommitDraft>();
  draft->write = {.shelf = shelf_of(slot_), .expected_epoch = epoch, .new_epoch = epoch + 1, .manifest = {}};
  draft->clear = true;
  StoreManifest slots = ledger.manifest;
  slots.tokens[slot_] = state.uid;
  HF_ASSIGN_OR_RETURN(const LedgerWrite ledger_write, ledger.prepare(parts_.keys, std::move(slots)));
  HF_TRY(seal_manifest(*draft, std::move(state), std::move(keys)));
  return carry_out(std::move(draft), &ledger_write);
}

}  // namespace holdfast::secure::storage
