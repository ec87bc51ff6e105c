#pragma once

#include <array>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_cipher.h"

namespace holdfast::secure::crypto {

/// XcbcMac is AES-XCBC-MAC (RFC 3566), in parts. One thread at a time.
class XcbcMac {
 public:
  static constexpr std::size_t kSize = kAesBlockBytes;

  /// create fails with Rv::key_size_range unless the key has 16 bytes.
  static Result<XcbcMac> create(const AesKey& key);

  std::size_t size() const noexcept { return kSize; }
  Result<void> update(ByteView data);
  /// finish writes kSize bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<XcbcMac> copy() const;

 private:
  using Block = std::array<std::byte, kAesBlockBytes>;
  XcbcMac(AesKey inner, SecretBytes for_whole, SecretBytes for_padded)
      : inner_(std::move(inner)), for_whole_(std::move(for_whole)), for_padded_(std::move(for_padded)) {}
  Result<void> chain(ByteView block);

  AesKey inner_;            // K1
  SecretBytes for_whole_;   // K2, over a last block that is complete
  SecretBytes for_padded_;  // K3, over one that is not
  Block chain_{};
  Block last_{};  // the bytes that may be the last
  std::size_t held_ = 0;
};

}  // namespace holdfast::secure::crypto
