#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

enum class AesMode : std::uint8_t { ecb, cbc, cbc_pad, ctr };

struct AesCipherParams {
  AesMode mode = AesMode::ecb;
  ByteView iv = {};                // cbc, cbc_pad: 16 bytes; ctr: the first counter block; ecb: empty
  std::size_t counter_bits = 128;  // ctr: how many low bits of the block count, 1 to 128
};

/// AesCipher encrypts or decrypts in parts. One thread at a time. Input may be memory that another process changes
/// during the call, and output may be too: no decision depends on either.
class AesCipher {
 public:
  /// create fails with Rv::mechanism_param_invalid for an iv or counter width that the mode does not have.
  static Result<AesCipher> create(const AesKey& key, CipherDirection direction, const AesCipherParams& params);

  /// update_size is exactly what update() writes for that much input.
  std::size_t update_size(std::size_t input_size) const noexcept;
  /// finish_size is what a successful finish() writes: exact, except that for decrypting cbc_pad it is the most that
  /// may come until finish() has answered Rv::buffer_too_small, and exact from then on.
  std::size_t finish_size() const noexcept;

  /// update writes update_size(in.size()) bytes. Fails with Rv::buffer_too_small, and Rv::data_len_range when the ctr
  /// counter would pass its last value; neither consumes anything.
  Result<std::size_t> update(ByteView in, MutableByteView out);
  /// finish ends the message. After Rv::buffer_too_small it may be called again. An incomplete block is
  /// Rv::data_len_range or Rv::encrypted_data_len_range, bad padding Rv::encrypted_data_invalid.
  Result<std::size_t> finish(MutableByteView out);

 private:
  AesCipher(AesContext context, CipherDirection direction, AesMode mode, std::uint64_t blocks_left)
      : context_(std::move(context)), direction_(direction), mode_(mode), blocks_left_(blocks_left) {}
  bool holds_back() const noexcept { return mode_ == AesMode::cbc_pad && direction_ == CipherDirection::decrypt; }
  Result<void> spend_counter(std::size_t input_size);
  Result<void> end_message();

  AesContext context_;
  CipherDirection direction_;
  AesMode mode_;
  std::size_t held_ = 0;             // bytes libcrypto keeps for the next block; ctr: bytes used of the current block
  std::uint64_t blocks_left_;        // ctr: counter values not used yet
  std::optional<SecretBytes> tail_;  // what the end of the message gave, until there is room for it
};

/// encrypt_secret and decrypt_secret are C_WrapKey and C_UnwrapKey with a plain cipher. Lengths that do not fit are
/// Rv::key_size_range and Rv::wrapped_key_len_range, bad padding Rv::wrapped_key_invalid.
Result<Bytes> encrypt_secret(const AesKey& key, const AesCipherParams& params, const SecretBytes& secret);
Result<SecretBytes> decrypt_secret(const AesKey& key, const AesCipherParams& params, ByteView wrapped);

}  // namespace holdfast::secure::crypto
