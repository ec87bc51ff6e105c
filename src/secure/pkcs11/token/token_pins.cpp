// What a token does with PINs and identities: C_InitToken, C_Login, C_InitPIN, C_SetPIN.

#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/token/policy.h"
#include "secure/pkcs11/token/token.h"
#include "secure/ta/trusted_application.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

storage::PinRecord& record_of(storage::TokenState& state, PinOwner owner) {
  return owner == PinOwner::so ? state.so : state.user;
}

bool has_pin_length(const SecretBytes& pin) { return pin.size() >= kMinPinBytes && pin.size() <= kMaxPinBytes; }

/// binds_to_caller tells whether a new credential asks for the caller's own identity in place of a PIN.
bool binds_to_caller(const Proof& next, const TokenRules& rules) {
  const bool is_somebody = next.caller.login != static_cast<std::uint32_t>(ta::Login::public_login);
  return next.pin.size() == 0 && (is_somebody || rules.public_callers_own);
}

}  // namespace

Result<void> Token::commit_tries(PinOwner owner, std::uint32_t tries_used) {
  storage::TokenState state = store_.state();
  record_of(state, owner).tries_used = tries_used;
  storage::Change change;
  change.state = std::move(state);
  return store_.commit(std::move(change));
}

Result<void> Token::put_credential(PinOwner owner, const Credential& credential, const storage::PrivateObjectKey& key) {
  const auto* const identity = std::get_if<storage::CallerIdentity>(&credential);
  HF_ASSIGN_OR_RETURN(Bytes vault, identity != nullptr
                                       ? store_.lock_with_identity(owner, *identity, key)
                                       : store_.lock_with_pin(owner, *std::get<const SecretBytes*>(credential), key));
  const std::lock_guard lock(pin_mutex_);
  storage::TokenState state = store_.state();
  record_of(state, owner) = {.tries_used = 0, .vault = std::move(vault)};
  if (state.user.is_set() && state.user.opens_to_identity() != state.so.opens_to_identity())
    return fail(Rv::function_failed, "the token changed between PIN and identity meanwhile");
  storage::Change change;
  change.state = std::move(state);
  return store_.commit(std::move(change));
}

Result<storage::PrivateObjectKey> Token::check(PinOwner owner, const Proof& proof) {
  if (store_.condition() == storage::SlotCondition::damaged) return fail(Rv::token_not_recognized, "token is damaged");
  std::uint32_t tries = 0;
  {
    const std::lock_guard lock(pin_mutex_);
    storage::TokenState state = store_.state();
    const storage::PinRecord& record = record_of(state, owner);
    if (!record.is_set()) {
      if (owner == PinOwner::so) return fail(Rv::pin_incorrect, "token has no security officer yet");
      return fail(Rv::user_pin_not_initialized, "user PIN was never set");
    }
    if (record.opens_to_identity()) return store_.open_with_identity(owner, proof.caller);
    if (record.tries_used >= kPinTries) return fail(Rv::pin_locked, "PIN is locked");
    tries = record.tries_used + 1;
    HF_TRY(commit_tries(owner, tries));
  }
  Result<storage::PrivateObjectKey> key = store_.open_with_pin(owner, proof.pin);
  if (!key && key.error().rv == Rv::pin_incorrect) {
    if (tries >= kPinTries) return fail(Rv::pin_locked, "last try used");
    return fail(Rv::pin_incorrect, "PIN does not open the token");
  }
  if (!key) return key;
  const std::lock_guard lock(pin_mutex_);
  HF_TRY(commit_tries(owner, 0));
  return key;
}

Result<Credential> Token::first_credential(const Proof& next, const TokenRules& rules) const {
  if (binds_to_caller(next, rules)) return Credential(next.caller);
  if (!has_pin_length(next.pin)) return fail(rules.first_pin_length, "a PIN has 4 to 128 bytes");
  return Credential(&next.pin);
}

// OP-TEE ABI section 13.
Result<Credential> Token::next_credential(PinOwner owner, const Proof& next, const TokenRules& rules) const {
  const storage::TokenState state = store_.state();
  // Until the user is set the security officer may change what the token asks for.
  const bool may_switch = owner == PinOwner::so && !state.user.is_set();
  if (state.so.opens_to_identity()) {
    const Result<storage::CallerIdentity> named = named_identity(wire::SecretCodec::see(next.pin), next.caller);
    if (named) return Credential(*named);
    if (!may_switch) return Unexpected<Error>{named.error()};
  } else if (may_switch && binds_to_caller(next, rules)) {
    return Credential(next.caller);
  }
  if (!has_pin_length(next.pin)) return fail(Rv::pin_len_range, "a PIN has 4 to 128 bytes");
  return Credential(&next.pin);
}

namespace {

Result<storage::NewToken> new_token(const storage::TokenStore& store, const std::array<std::byte, 32>& label,
                                     TokenPolicy policy) {
  HF_ASSIGN_OR_RETURN(const ObjectUid serial_source, store.new_object_uid());
  AttributeSet holder;
  set_unique_id(holder, serial_source);
  const Bytes* const digits = holder.find(ck::AttributeType{CKA_UNIQUE_ID});
  storage::NewToken token{.label = label, .flags = as_token_flags(policy)};
  std::copy_n(digits->begin(), token.serial.size(), token.serial.begin());
  return token;
}

}  // namespace

Result<void> Token::initialise(const Proof& so, const std::array<std::byte, 32>& label, const TokenRules& rules) {
  if (store_.condition() == storage::SlotCondition::damaged) return fail(Rv::token_not_recognized, "token is damaged");
  const std::lock_guard session_lock(session_mutex_);
  const std::lock_guard lock(change_mutex_);
  if (is_initialised() && store_.state().so.tries_used >= kPinTries) return fail(Rv::pin_locked, "SO PIN is locked");
  if (sessions_.load() != 0) return fail(Rv::session_exists, "a session with the token is open");
  // A token keeps its security officer through every initialisation.
  Credential credential = store_.state().so.opens_to_identity() ? Credential(so.caller) : Credential(&so.pin);
  if (is_initialised()) {
    HF_TRY(check(PinOwner::so, so));
  } else {
    HF_ASSIGN_OR_RETURN(credential, first_credential(so, rules));
  }
  HF_ASSIGN_OR_RETURN(const storage::NewToken token, new_token(store_, label, usual_policy_));
  const auto* const identity = std::get_if<storage::CallerIdentity>(&credential);
  HF_TRY(identity != nullptr ? store_.initialise(token, *identity) : store_.initialise(token, so.pin));
  const std::unique_lock objects_lock(objects_mutex_);
  objects_.clear();
  return {};
}

Result<std::shared_ptr<Login>> Token::login(PinOwner owner, const Proof& proof) {
  HF_ASSIGN_OR_RETURN(storage::PrivateObjectKey key, check(owner, proof));
  return std::make_shared<Login>(*this, owner, std::move(key));
}

Result<void> Token::set_user_pin(const Proof& next, const Login& security_officer, const TokenRules& rules) {
  HF_ASSIGN_OR_RETURN(const Credential credential, next_credential(PinOwner::user, next, rules));
  return put_credential(PinOwner::user, credential, security_officer.private_key());
}

Result<void> Token::change_pin(PinOwner owner, const Proof& old, const SecretBytes& next, const TokenRules& rules) {
  const Result<Credential> credential = next_credential(owner, {.pin = next, .caller = old.caller}, rules);
  if (!credential && !rules.old_pin_first) return Unexpected<Error>{credential.error()};
  storage::TokenState state = store_.state();
  if (!record_of(state, owner).is_set()) return fail(rules.no_pin_to_change, "there is no PIN to change");
  HF_ASSIGN_OR_RETURN(const storage::PrivateObjectKey key, check(owner, old));
  HF_TRY(credential);
  return put_credential(owner, *credential, key);
}

}  // namespace holdfast::secure::pkcs11
