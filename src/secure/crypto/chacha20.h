#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/block_cipher.h"

namespace holdfast::secure::crypto {

bool has_chacha20() noexcept;

/// ChaCha20 is the stream cipher, whose keystream comes in blocks of 64 bytes.
class ChaCha20 final : public BlockCipher {
 public:
  /// create takes a counter of 4 bytes with a nonce of 12 (RFC 8439), or a counter of 4 or 8 bytes with a nonce of 8 (the
  /// original), both little endian; anything else is Rv::mechanism_param_invalid. Rv::key_size_range unless the key has 32
  /// bytes. The text ends where the counter would pass its last value.
  static Result<ChaCha20> create(const SecretBytes& key, CipherDirection direction, ByteView counter, ByteView nonce);

 private:
  static constexpr std::size_t kBlockBytes = 64;
  ChaCha20(Context context, CipherDirection direction, std::uint64_t blocks_left)
      : BlockCipher(std::move(context), direction, Cut::bytes, kBlockBytes, blocks_left) {}
};

}  // namespace holdfast::secure::crypto
