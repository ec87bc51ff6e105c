#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

enum class DigestKind : std::uint8_t {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  sha512_224,
  sha512_256,
  sha3_224,
  sha3_256,
  sha3_384,
  sha3_512,
  blake2b_160,
  blake2b_256,
  blake2b_384,
  blake2b_512,
  shake128,  // 32 bytes of it, as FIPS 204 and 205 hash with
  shake256,  // 64
};

inline constexpr std::size_t kMaxDigestBytes = 64;

/// digest_bytes is the size of the digest's output.
std::size_t digest_bytes(DigestKind kind) noexcept;
/// block_bytes is the size of the blocks the digest works on.
std::size_t block_bytes(DigestKind kind) noexcept;
/// available says whether the libcrypto found can compute the digest.
bool available(DigestKind kind) noexcept;

/// digest hashes `data` in one go and writes digest_bytes(kind) bytes to `out`; Rv::buffer_too_small for less room.
Result<void> digest(DigestKind kind, ByteView data, MutableByteView out);

/// Digest hashes in parts. One thread at a time. update() may read memory that another process changes: the digest is
/// then that of some mixture, nothing worse.
class Digest {
 public:
  /// create fails with Rv::mechanism_invalid when libcrypto has no such digest.
  static Result<Digest> create(DigestKind kind);

  std::size_t size() const noexcept { return digest_bytes(kind_); }
  Result<void> update(ByteView data);
  /// update_secret is C_DigestKey.
  Result<void> update_secret(const SecretBytes& secret);
  /// finish writes size() bytes (Rv::buffer_too_small for less room, and the digest can go on); after success it is
  /// spent.
  Result<void> finish(MutableByteView out);
  /// squeeze ends a SHAKE with as many bytes as `out` holds; Rv::mechanism_invalid for what has a fixed size.
  Result<void> squeeze(MutableByteView out);
  Result<SecretBytes> squeeze_secret(std::size_t bytes);
  /// restart makes it hash from the beginning.
  Result<void> restart();
  /// copy is the same digest at the same point, for a second ending.
  Result<Digest> copy() const;

 private:
  Digest(DigestKind kind, DigestContextPtr context) : kind_(kind), context_(std::move(context)) {}

  DigestKind kind_;
  DigestContextPtr context_;
};

}  // namespace holdfast::secure::crypto
