#pragma once

#include "secure/crypto/aes_cipher.h"

namespace holdfast::secure::crypto {

/// AesCts is CBC with ciphertext stealing, in parts. Of the three variants of NIST SP 800-38A Addendum it is CS3, which
/// GlobalPlatform's TEE_ALG_AES_CTS, OP-TEE and Kerberos (RFC 3962) compute: the last two blocks always change places.
/// A message of one block is plain CBC. One thread at a time; input may be memory that another process changes.
class AesCts {
 public:
  /// create fails with Rv::mechanism_param_invalid unless the iv has 16 bytes.
  static Result<AesCts> create(const AesKey& key, CipherDirection direction, ByteView iv);

  /// update_size is exactly what update() writes for that much input, finish_size what finish() writes.
  std::size_t update_size(std::size_t input_size) const noexcept;
  std::size_t finish_size() const noexcept { return held_; }

  /// update fails with Rv::buffer_too_small, which consumes nothing.
  Result<std::size_t> update(ByteView in, MutableByteView out);
  /// finish writes the last blocks. Rv::buffer_too_small consumes nothing; less than a block in all is
  /// Rv::data_len_range or Rv::encrypted_data_len_range.
  Result<std::size_t> finish(MutableByteView out);

 private:
  AesCts(AesKey key, AesCipher cbc, CipherDirection direction, SecretBytes tail)
      : key_(std::move(key)), cbc_(std::move(cbc)), direction_(direction), tail_(std::move(tail)) {}
  Result<void> steal(MutableByteView blocks);
  Result<void> give_back(MutableByteView blocks);

  AesKey key_;
  AesCipher cbc_;
  CipherDirection direction_;
  SecretBytes tail_;  // the last bytes given, up to two blocks: which are the last blocks shows at the end
  std::size_t held_ = 0;
};

}  // namespace holdfast::secure::crypto
