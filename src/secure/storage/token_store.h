#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/storage/damage.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::storage {

class RecordLink;
class RecordIndex;
class TokenKeys;
struct CommitDraft;
struct LedgerWrite;
struct SealingKey;
struct StoreParts;
struct TokenContent;
struct VerifiedToken;

/// Options of a store.
struct Options {
  std::uint32_t slot_count = 3;
  /// Cost of guessing a PIN (scrypt with r = 8, p = 1): 2^15 takes 32 MiB and some tens of milliseconds per try.
  std::uint8_t scrypt_log2_n = 15;
};

/// PrivateObjectKey protects the secret parts of a token's private objects. It exists outside the store's records only
/// while somebody is logged in, because only a PIN opens it. Shared by all sessions of a login; dropping it wipes it.
class PrivateObjectKey {
 public:
  PrivateObjectKey(PrivateObjectKey&&) noexcept;
  PrivateObjectKey& operator=(PrivateObjectKey&&) noexcept;
  ~PrivateObjectKey();

 private:
  friend class TokenStore;
  PrivateObjectKey(const TokenUid& token, std::unique_ptr<SealingKey> key);
  TokenUid token_;  // after the token is initialised again, the key is of no use
  std::unique_ptr<SealingKey> key_;
};

enum class SlotCondition : std::uint8_t {
  uninitialised,  // no token yet: only initialise() is possible
  ready,
  damaged,  // refuses use and change with Rv::token_not_recognized; damage() tells why
};

/// NewToken is what C_InitToken gives a token.
struct NewToken {
  std::array<std::byte, 32> label{};
  std::array<std::byte, 16> serial{};
  std::uint32_t flags = 0;
};

/// TokenStore is the durable side of one slot. It lives as long as its Store, through every initialisation of the slot.
/// Thread-safe; commits of one token follow each other, those of different tokens do not wait for one another here.
///
/// Errors of every member that changes the store: Rv::device_error when the store cannot be reached or answers out
/// of protocol, Rv::device_memory when it is full or the change is too large, Rv::token_not_recognized when the token
/// is damaged. An error leaves state and records as they were, with one exception: after Rv::device_error the change
/// may turn out to be stored (its acknowledgement was lost and the supplicant did not come back). The next commit finds
/// out and goes on from what is stored.
class TokenStore {
 public:
  ~TokenStore();
  TokenStore(const TokenStore&) = delete;
  TokenStore& operator=(const TokenStore&) = delete;

  SlotNumber slot() const noexcept { return slot_; }
  SlotCondition condition() const;
  DamageReport damage() const;
  /// state copies the committed state; in an uninitialised slot it is empty but for the slot number.
  TokenState state() const;

  /// take_objects hands over the objects found when the store was opened, once, in no order.
  std::vector<StoredObject> take_objects();

  /// new_object_uid gives a fresh random identity.
  Result<ObjectUid> new_object_uid() const;

  /// initialise makes a new token in the slot: new uid, new keys, SO PIN set, user PIN absent, every old record
  /// gone, in one commit. The caller has checked the SO PIN of the token that was there, and the length of the new one.
  Result<void> initialise(const NewToken& token, const SecretBytes& so_pin);
  /// The same, with a security officer who is known by who he is.
  Result<void> initialise(const NewToken& token, const CallerIdentity& security_officer);

  /// commit returns when the change is on disk. The caller serialises its own read-modify-write of the state.
  /// Rv::object_handle_invalid when a removed object is not stored; Rv::arguments_bad when an object occurs twice.
  Result<void> commit(Change change);

  /// seal_secret protects a secret part at rest and in memory: under the token key, or under the private object key.
  Result<Bytes> seal_secret(const ObjectUid& object, const SecretBytes& secret) const;
  Result<Bytes> seal_secret(const ObjectUid& object, const SecretBytes& secret, const PrivateObjectKey& key) const;
  /// unseal_secret undoes either; `key` may be null when the part is sealed under the token key.
  /// Rv::user_not_logged_in when the part needs the private object key and `key` is null; here and elsewhere also
  /// when `key` was opened before the token was initialised again.
  Result<SecretBytes> unseal_secret(const ObjectUid& object, ByteView sealed, const PrivateObjectKey* key) const;
  /// is_under_private_key tells from the clear header which of the two a sealed part needs.
  static bool is_under_private_key(ByteView sealed) noexcept;

  /// open_with_pin is the PIN check: Rv::pin_incorrect when `pin` does not open the owner's vault,
  /// Rv::user_pin_not_initialized when there is none. It counts nothing: the caller has committed the try before.
  Result<PrivateObjectKey> open_with_pin(PinOwner owner, const SecretBytes& pin) const;
  /// lock_with_pin makes the vault to put into a PinRecord for a new PIN.
  Result<Bytes> lock_with_pin(PinOwner owner, const SecretBytes& pin, const PrivateObjectKey& key) const;
  /// The same two for a record that opens to an identity. There is nothing to guess, so there are no tries to count.
  Result<PrivateObjectKey> open_with_identity(PinOwner owner, const CallerIdentity& caller) const;
  Result<Bytes> lock_with_identity(PinOwner owner, const CallerIdentity& identity, const PrivateObjectKey& key) const;

 private:
  friend class Store;
  TokenStore(SlotNumber slot, StoreParts& parts);

  std::shared_ptr<const TokenContent> content() const;
  Result<std::shared_ptr<const TokenContent>> require_token() const;
  Result<std::shared_ptr<const TokenContent>> require_token_of(const PrivateObjectKey& key) const;
  using LockFirst = std::function<Result<Bytes>(const TokenKeys& keys, const SecretBytes& private_object_key)>;
  Result<void> initialise_locked_by(const NewToken& token, const LockFirst& lock);
  Result<PrivateObjectKey> as_private_object_key(const TokenContent& token, SecretBytes key) const;
  /// adopt takes over what was found when the store was opened.
  void adopt(VerifiedToken token);
  void mark_damaged(const DamageReport& report);
  void report_changed_outside(std::uint64_t epoch);

  // The following need commit_mutex_.
  Result<void> settle();
  Result<void> add_puts(const TokenContent& base, const Change& change, CommitDraft& draft) const;
  Result<void> add_removes(const TokenContent& base, const Change& change, CommitDraft& draft) const;
  Result<void> seal_manifest(CommitDraft& draft, TokenState state, std::shared_ptr<const TokenKeys> keys) const;
  Result<void> carry_out(std::unique_ptr<CommitDraft> draft, const LedgerWrite* ledger_write);
  void apply(const CommitDraft& draft);

  const SlotNumber slot_;
  StoreParts& parts_;
  std::mutex commit_mutex_;                // held through a whole commit; taken before the ledger's and state_mutex_
  std::unique_ptr<RecordIndex> index_;     // commit_mutex_
  std::unique_ptr<CommitDraft> in_doubt_;  // commit_mutex_: written, but unanswered
  mutable std::mutex state_mutex_;
  std::shared_ptr<const TokenContent> content_;  // state_mutex_; null in an uninitialised slot
  std::vector<StoredObject> loaded_;             // state_mutex_
  DamageReport damage_;                          // state_mutex_
};

/// Store is all that one secure world keeps at rest: its slots and the keys above them.
class Store {
 public:
  /// open reads and verifies the whole store, and makes a fresh one where there is none. A damaged token damages its
  /// own slot only. Fails, and changes nothing, when the store as a whole cannot be trusted: `why` names the cause
  /// (unreachable, corrupt, altered, made under another root key). `link` must outlive the store.
  static Result<std::unique_ptr<Store>> open(SecretBytes root_key, RecordLink& link, const Options& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  std::uint32_t slot_count() const noexcept;
  /// token gives the slot's store, valid as long as this; nullptr when there is no such slot.
  TokenStore* token(SlotNumber slot) noexcept;

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  static Result<void> open_slot(StoreParts& shared, TokenStore& token);
  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::secure::storage
