#include "secure/storage/key_ladder.h"

#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"

namespace holdfast::secure::storage {

namespace {

SealHeader token_key_header(const StoreKeys& above, const TokenUid& token) {
  return {.kind = BlobKind::token_key, .store = above.store(), .token = token, .object = {}, .version = 0};
}

}  // namespace

Result<StoreKeys> StoreKeys::derive(const SecretBytes& root_key, const StoreUid& store) {
  if (root_key.size() != kRootKeyBytes) return fail(Rv::arguments_bad, "the root key is not 32 bytes");
  const auto step = [&](std::string_view label) {
    return crypto::hkdf_sha256(root_key, store.view(), as_bytes(label), SealingKey::kBytes);
  };
  HF_ASSIGN_OR_RETURN(SecretBytes store_secret, step("holdfast store key 1"));
  HF_ASSIGN_OR_RETURN(SealingKey store_key, SealingKey::make(KeyKind::store, std::move(store_secret)));
  HF_ASSIGN_OR_RETURN(SecretBytes pepper, step("holdfast pin pepper 1"));
  return StoreKeys(store, std::move(store_key), std::move(pepper));
}

Result<std::shared_ptr<const TokenKeys>> TokenKeys::make(const TokenUid& token, SecretBytes key, Bytes wrapped) {
  HF_ASSIGN_OR_RETURN(const SecretBytes set_key,
                      crypto::hkdf_sha256(key, {}, as_bytes("holdfast set key 1"), SealingKey::kBytes));
  HF_ASSIGN_OR_RETURN(MarkHasher hasher, MarkHasher::create(set_key));
  HF_ASSIGN_OR_RETURN(SealingKey token_key, SealingKey::make(KeyKind::token, std::move(key)));
  return std::shared_ptr<const TokenKeys>(
      new TokenKeys(token, std::move(token_key), std::move(hasher), std::move(wrapped)));
}

Result<std::shared_ptr<const TokenKeys>> TokenKeys::generate(const StoreKeys& above, const TokenUid& token) {
  HF_ASSIGN_OR_RETURN(SecretBytes key, crypto::random_secret(SealingKey::kBytes));
  HF_ASSIGN_OR_RETURN(Bytes wrapped, seal_secret(above.store_key(), token_key_header(above, token), key));
  return make(token, std::move(key), std::move(wrapped));
}

SealResult<std::shared_ptr<const TokenKeys>> TokenKeys::unwrap(const StoreKeys& above, const TokenUid& token,
                                                               ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(SecretBytes key, unseal_secret(above.store_key(), token_key_header(above, token), wrapped));
  if (key.size() != SealingKey::kBytes) return Unexpected<SealFault>{SealFault::malformed};
  auto made = make(token, std::move(key), to_bytes(wrapped));
  if (!made) return Unexpected<SealFault>{SealFault::no_memory};
  return std::move(made).value();
}

}  // namespace holdfast::secure::storage
