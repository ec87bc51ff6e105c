#pragma once

#include <atomic>
#include <memory>
#include <shared_mutex>

#include "base/token_policy.h"
#include "ck/handles.h"
#include "secure/pkcs11/object/built_in_objects.h"
#include "secure/pkcs11/token/credential.h"
#include "secure/pkcs11/token/token_rules.h"
#include "secure/storage/token_store.h"
#include "wire/commands/general.h"

namespace holdfast::secure::pkcs11 {

using storage::PinOwner;

/// PIN rule of every token (OP-TEE ABI section 12.4).
inline constexpr std::size_t kMinPinBytes = 4;
inline constexpr std::size_t kMaxPinBytes = 128;
inline constexpr std::uint32_t kPinTries = 7;

class Token;

/// Login is the proof that a PIN was given, or that the caller is who he must be, and the key that this opened. While one of the user's exists the token's private keys
/// may stay parsed; when the last ends they are dropped.
class Login {
 public:
  Login(Token& token, PinOwner owner, storage::PrivateObjectKey key);
  ~Login();
  Login(const Login&) = delete;
  Login& operator=(const Login&) = delete;

  PinOwner owner() const { return owner_; }
  const storage::PrivateObjectKey& private_key() const { return key_; }

 private:
  Token& token_;
  PinOwner owner_;
  storage::PrivateObjectKey key_;
};

/// Token is a slot and the token in it: label, PINs, token objects. It knows no sessions but their number. Thread-safe.
class Token {
 public:
  /// `usual_policy` is for new tokens, and for those that state none.
  Token(ck::SlotId slot, storage::TokenStore& store, TokenPolicy usual_policy);

  ck::SlotId slot() const { return slot_; }
  wire::SlotInfo::Reply slot_info() const;
  wire::TokenInfo::Reply info(const TokenRules& rules) const;
  bool is_initialised() const { return store_.condition() == storage::SlotCondition::ready; }

  // ---- What legacy the token refuses (ADR 0010)

  TokenPolicy policy() const;
  /// set_policy is for the security officer. Rv::token_not_recognized without a token.
  Result<void> set_policy(TokenPolicy policy);

  // ---- PINs (PKCS#11 3.1 §5.5, §5.6)

  /// initialise is C_InitToken. Rv::pin_locked, session_exists, pin_incorrect, and a length that is none.
  Result<void> initialise(const Proof& so, const std::array<std::byte, 32>& label, const TokenRules& rules);
  /// login checks a PIN, or who calls. A try is committed before the comparison. Rv::pin_incorrect, pin_locked,
  /// user_pin_not_initialized.
  Result<std::shared_ptr<Login>> login(PinOwner owner, const Proof& proof);
  /// set_user_pin is C_InitPIN, by the security officer.
  Result<void> set_user_pin(const Proof& next, const Login& security_officer, const TokenRules& rules);
  /// change_pin is C_SetPIN.
  Result<void> change_pin(PinOwner owner, const Proof& old, const SecretBytes& next, const TokenRules& rules);

  // ---- Token objects

  ObjectRef find(const ObjectUid& uid) const;
  std::vector<ObjectRef> find_matching(const wire::Template& search) const;
  /// find_built_in gives those of the token's profiles and mechanisms that match.
  std::vector<ObjectRef> find_built_in(const wire::Template& search) const;
  Result<ObjectUid> new_object_uid() const { return store_.new_object_uid(); }
  /// store_objects makes new token objects durable, all or none, and visible. `secrets` of private objects are sealed
  /// under the login's key, of others under the token's.
  Result<std::vector<ObjectRef>> store_objects(std::vector<ObjectContent> contents, const Login* login);
  /// replace makes a changed version durable and visible; Rv::object_handle_invalid when the object is gone by now.
  Result<void> replace(const ObjectRef& old_version, AttributeSet attributes, const Login* login);
  Result<void> destroy(const ObjectUid& uid);
  /// open_secrets unseals an object's secret part; Rv::user_not_logged_in without the login it needs.
  Result<std::shared_ptr<const SecretSet>> open_secrets(const Object& object, const Login* login) const;

  // ---- Session counting: C_InitToken is refused while any session of any client is open.

  /// count_session waits while C_InitToken runs: a session belongs to one token from its beginning.
  void count_session(bool read_write);
  void discount_session(bool read_write);

 private:
  friend class Login;

  // token_pins.cpp
  Result<storage::PrivateObjectKey> check(PinOwner owner, const Proof& proof);
  Result<Credential> first_credential(const Proof& next, const TokenRules& rules) const;
  Result<Credential> next_credential(PinOwner owner, const Proof& next, const TokenRules& rules) const;
  Result<void> commit_tries(PinOwner owner, std::uint32_t tries_used);
  Result<void> put_credential(PinOwner owner, const Credential& credential, const storage::PrivateObjectKey& key);

  void load_objects();
  BuiltInObjects::Conditions conditions() const;
  void user_logged_out();
  Result<Bytes> seal(const ObjectUid& uid, const SecretSet& secrets, bool is_private, const Login* login) const;

  const ck::SlotId slot_;
  storage::TokenStore& store_;
  const TokenPolicy usual_policy_;

  std::mutex session_mutex_;  // held through C_InitToken, and when a session begins; taken before change_mutex_
  std::mutex pin_mutex_;  // read-modify-write of the token's state; never held while a PIN is hashed
  std::mutex change_mutex_;  // one change of the objects at a time; taken before objects_mutex_
  mutable std::shared_mutex objects_mutex_;
  ObjectTable objects_;  // objects_mutex_
  const BuiltInObjects built_in_;
  std::atomic<int> user_logins_{0};
  std::atomic<std::uint32_t> sessions_{0};
  std::atomic<std::uint32_t> read_write_sessions_{0};
};

}  // namespace holdfast::secure::pkcs11
