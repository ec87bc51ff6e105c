#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

/// KeyedMac is one of the MACs that libcrypto computes from a key and a length alone, in parts. One thread at a time.
class KeyedMac {
 public:
  /// blake2b is the keyed BLAKE2b of RFC 7693 with an output of `bytes`, 1 to 64. Rv::key_size_range unless the key has 1 to 64
  /// bytes.
  static Result<KeyedMac> blake2b(std::size_t bytes, const SecretBytes& key);
  /// poly1305 is RFC 8439's, under a key of 32 bytes (Rv::key_size_range) that must not see a second message.
  static Result<KeyedMac> poly1305(const SecretBytes& key);
  /// triple_des_cmac is CMAC (SP 800-38B) over triple DES. Rv::key_size_range unless the key has 16 or 24 bytes.
  static Result<KeyedMac> triple_des_cmac(const SecretBytes& key);

  std::size_t size() const noexcept { return size_; }
  Result<void> update(ByteView data);
  /// finish writes size() bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<KeyedMac> copy() const;

 private:
  KeyedMac(MacContextPtr context, std::size_t size) : context_(std::move(context)), size_(size) {}

  MacContextPtr context_;
  std::size_t size_;
};

bool has_blake2b_mac() noexcept;
bool has_poly1305() noexcept;

}  // namespace holdfast::secure::crypto
