#pragma once

#include <mutex>
#include <vector>

#include "secure/crypto/aes_key.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {

// Private to this folder: what an AesKey keeps.

/// AesUse names the contexts that cannot stand in for each other: cipher, direction of the key schedule, padding.
enum class AesUse : std::size_t {
  ecb_encrypt,
  ecb_decrypt,
  cbc_encrypt,
  cbc_decrypt,
  cbc_pad_encrypt,
  cbc_pad_decrypt,
  ctr,
  gcm
};
inline constexpr std::size_t kAesUses = 8;

struct AesKey::Impl {
  SecretBytes key;
  const AesCiphers* ciphers = nullptr;

  std::mutex lock;  // guards idle
  std::array<std::vector<CipherContextPtr>, kAesUses> idle;
};

/// borrow_context gives a context with the expanded key, ready to be given an iv.
Result<AesContext> borrow_context(const AesKey& key, AesUse use);

}  // namespace holdfast::secure::crypto
