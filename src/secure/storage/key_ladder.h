#pragma once

#include <memory>

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/storage/record_set.h"
#include "secure/storage/sealed_blob.h"

namespace holdfast::secure::storage {

inline constexpr std::size_t kRootKeyBytes = 32;

/// StoreKeys are the steps above the tokens: root key → store key, and root key → PIN pepper.
class StoreKeys {
 public:
  /// derive takes a root key of kRootKeyBytes, else Rv::arguments_bad.
  static Result<StoreKeys> derive(const SecretBytes& root_key, const StoreUid& store);

  const StoreUid& store() const noexcept { return store_; }
  const SealingKey& store_key() const noexcept { return store_key_; }
  /// pepper goes into every PIN's key, so that a stolen disk alone gives nothing to guess against.
  const SecretBytes& pepper() const noexcept { return pepper_; }

 private:
  StoreKeys(const StoreUid& store, SealingKey store_key, SecretBytes pepper)
      : store_(store), store_key_(std::move(store_key)), pepper_(std::move(pepper)) {}

  StoreUid store_;
  SealingKey store_key_;
  SecretBytes pepper_;
};

/// TokenKeys are a token's own: its token key, random and wrapped under the store key, and what follows from it.
class TokenKeys {
 public:
  static Result<std::shared_ptr<const TokenKeys>> generate(const StoreKeys& above, const TokenUid& token);
  static SealResult<std::shared_ptr<const TokenKeys>> unwrap(const StoreKeys& above, const TokenUid& token,
                                                             ByteView wrapped);

  const TokenUid& token() const noexcept { return token_; }
  const SealingKey& token_key() const noexcept { return token_key_; }
  const MarkHasher& hasher() const noexcept { return hasher_; }
  /// wrapped is the token key as the manifest keeps it.
  const Bytes& wrapped() const noexcept { return wrapped_; }

 private:
  TokenKeys(const TokenUid& token, SealingKey token_key, MarkHasher hasher, Bytes wrapped)
      : token_(token), token_key_(std::move(token_key)), hasher_(std::move(hasher)), wrapped_(std::move(wrapped)) {}
  static Result<std::shared_ptr<const TokenKeys>> make(const TokenUid& token, SecretBytes key, Bytes wrapped);

  TokenUid token_;
  SealingKey token_key_;
  MarkHasher hasher_;
  Bytes wrapped_;
};

}  // namespace holdfast::secure::storage
