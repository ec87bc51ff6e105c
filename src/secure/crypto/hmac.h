#pragma once

#include <array>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

/// Hmac computes HMAC (FIPS 198-1) in parts, under a key of any length. One thread at a time; a copy() of a fresh one
/// costs less than create(), so a parsed key may be kept as an Hmac that is only ever copied (from any thread).
class Hmac {
 public:
  /// create fails with Rv::mechanism_invalid when libcrypto has no such digest.
  static Result<Hmac> create(DigestKind kind, const SecretBytes& key);

  std::size_t size() const noexcept { return digest_bytes(kind_); }
  Result<void> update(ByteView data);
  /// finish writes size() bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<Hmac> copy() const;

 private:
  Hmac(DigestKind kind, MacContextPtr context) : kind_(kind), context_(std::move(context)) {}

  DigestKind kind_;
  MacContextPtr context_;
};

using Sha256Bytes = std::array<std::byte, 32>;

/// hmac_sha256 is the MAC of public bytes in one go.
Result<Sha256Bytes> hmac_sha256(const SecretBytes& key, ByteView data);

}  // namespace holdfast::secure::crypto
