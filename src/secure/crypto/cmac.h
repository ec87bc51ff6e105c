#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

/// AesCmac computes AES-CMAC (SP 800-38B) in parts. One thread at a time, copies as for Hmac.
class AesCmac {
 public:
  static constexpr std::size_t kSize = 16;

  /// create fails with Rv::key_size_range unless the key has 16, 24 or 32 bytes.
  static Result<AesCmac> create(const SecretBytes& key);

  std::size_t size() const noexcept { return kSize; }
  Result<void> update(ByteView data);
  /// finish writes kSize bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<AesCmac> copy() const;

 private:
  explicit AesCmac(MacContextPtr context) : context_(std::move(context)) {}

  MacContextPtr context_;
};

}  // namespace holdfast::secure::crypto
