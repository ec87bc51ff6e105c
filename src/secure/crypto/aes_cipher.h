#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"
#include "secure/crypto/block_cipher.h"

namespace holdfast::secure::crypto {

/// The modes of SP 800-38A. cfb1 takes its text in bytes, eight segments to each.
enum class AesMode : std::uint8_t { ecb, cbc, cbc_pad, ctr, ofb, cfb1, cfb8, cfb128 };

struct AesCipherParams {
  AesMode mode = AesMode::ecb;
  ByteView iv = {};                // 16 bytes; ctr: the first counter block; ecb: empty
  std::size_t counter_bits = 128;  // ctr: how many low bits of the block count, 1 to 128
};

/// AesCipher is AES in one of its modes.
class AesCipher final : public BlockCipher {
 public:
  /// create fails with Rv::mechanism_param_invalid for an iv or counter width that the mode does not have.
  static Result<AesCipher> create(const AesKey& key, CipherDirection direction, const AesCipherParams& params);

 private:
  AesCipher(Context context, CipherDirection direction, Cut cut, std::uint64_t blocks_left)
      : BlockCipher(std::move(context), direction, cut, kAesBlockBytes, blocks_left) {}
};

/// encrypt_secret and decrypt_secret are those of block_cipher.h under a key.
Result<Bytes> encrypt_secret(const AesKey& key, const AesCipherParams& params, const SecretBytes& secret);
Result<SecretBytes> decrypt_secret(const AesKey& key, const AesCipherParams& params, ByteView wrapped);

}  // namespace holdfast::secure::crypto
