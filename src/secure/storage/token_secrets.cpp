// What a TokenStore does with secrets: sealing parts of objects, and PINs.

#include "secure/storage/identity_vault.h"
#include "secure/storage/pin_vault.h"
#include "secure/storage/store_parts.h"
#include "secure/storage/token_store.h"

namespace holdfast::secure::storage {

PrivateObjectKey::PrivateObjectKey(const TokenUid& token, std::unique_ptr<SealingKey> key)
    : token_(token), key_(std::move(key)) {}
PrivateObjectKey::PrivateObjectKey(PrivateObjectKey&&) noexcept = default;
PrivateObjectKey& PrivateObjectKey::operator=(PrivateObjectKey&&) noexcept = default;
PrivateObjectKey::~PrivateObjectKey() = default;

Result<std::shared_ptr<const TokenContent>> TokenStore::require_token_of(const PrivateObjectKey& key) const {
  HF_ASSIGN_OR_RETURN(auto token, require_token());
  if (key.key_ == nullptr || key.token_ != token->state.uid)
    return fail(Rv::user_not_logged_in, "the login was into the token of before");
  return token;
}

Result<Bytes> TokenStore::seal_secret(const ObjectUid& object, const SecretBytes& secret) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token());
  return storage::seal_secret(token->keys->token_key(), secret_part_header(parts_.keys, token->state.uid, object),
                              secret);
}

Result<Bytes> TokenStore::seal_secret(const ObjectUid& object, const SecretBytes& secret,
                                      const PrivateObjectKey& key) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token_of(key));
  return storage::seal_secret(*key.key_, secret_part_header(parts_.keys, token->state.uid, object), secret);
}

Result<SecretBytes> TokenStore::unseal_secret(const ObjectUid& object, ByteView sealed,
                                              const PrivateObjectKey* key) const {
  const bool needs_login = is_under_private_key(sealed);
  if (needs_login && key == nullptr) return fail(Rv::user_not_logged_in, "the secret part opens with a PIN only");
  HF_ASSIGN_OR_RETURN(const auto token, needs_login ? require_token_of(*key) : require_token());
  const SealingKey& sealing_key = needs_login ? *key->key_ : token->keys->token_key();
  SealResult<SecretBytes> secret =
      storage::unseal_secret(sealing_key, secret_part_header(parts_.keys, token->state.uid, object), sealed);
  if (secret) return std::move(secret).value();
  if (secret.error() == SealFault::no_memory) return fail(Rv::host_memory, "no memory to unseal a secret part");
  return fail(Rv::device_error, "a secret part does not unseal");
}

bool TokenStore::is_under_private_key(ByteView sealed) noexcept {
  const SealResult<ClearHeader> clear = read_clear_header(sealed);
  return clear && clear->key_kind == KeyKind::private_object;
}

namespace {

const PinRecord& record_of(const TokenContent& token, PinOwner owner) {
  return owner == PinOwner::so ? token.state.so : token.state.user;
}

}  // namespace

Result<PrivateObjectKey> TokenStore::as_private_object_key(const TokenContent& token, SecretBytes key) const {
  HF_ASSIGN_OR_RETURN(SealingKey sealing_key, SealingKey::make(KeyKind::private_object, std::move(key)));
  return PrivateObjectKey(token.state.uid, std::make_unique<SealingKey>(std::move(sealing_key)));
}

Result<PrivateObjectKey> TokenStore::open_with_pin(PinOwner owner, const SecretBytes& pin) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token());
  const PinRecord& record = record_of(*token, owner);
  if (!record.is_set()) return fail(Rv::user_pin_not_initialized, "no PIN was set");
  HF_ASSIGN_OR_RETURN(SecretBytes key,
                      open_pin_vault(parts_.keys, {.token = token->state.uid, .owner = owner}, pin, record.vault));
  return as_private_object_key(*token, std::move(key));
}

Result<Bytes> TokenStore::lock_with_pin(PinOwner owner, const SecretBytes& pin, const PrivateObjectKey& key) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token_of(key));
  return make_pin_vault(parts_.keys, {.token = token->state.uid, .owner = owner}, pin, parts_.options.scrypt_log2_n,
                        key.key_->key);
}

Result<PrivateObjectKey> TokenStore::open_with_identity(PinOwner owner, const CallerIdentity& caller) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token());
  const PinRecord& record = record_of(*token, owner);
  if (!record.is_set()) return fail(Rv::user_pin_not_initialized, "nobody was named");
  HF_ASSIGN_OR_RETURN(SecretBytes key,
                      open_identity_vault(parts_.keys.store(), *token->keys, owner, caller, record.vault));
  return as_private_object_key(*token, std::move(key));
}

Result<Bytes> TokenStore::lock_with_identity(PinOwner owner, const CallerIdentity& identity,
                                             const PrivateObjectKey& key) const {
  HF_ASSIGN_OR_RETURN(const auto token, require_token_of(key));
  return make_identity_vault(parts_.keys.store(), *token->keys, owner, identity, key.key_->key);
}

}  // namespace holdfast::secure::storage
