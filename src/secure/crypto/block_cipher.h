#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

/// Cut is how a mode cuts its text: whole blocks, whole blocks after PKCS #7 padding, or any number of bytes.
enum class Cut : std::uint8_t { blocks, padded_blocks, bytes };

/// BlockCipher encrypts or decrypts in parts with a block cipher in some mode. One thread at a time. Input may be memory
/// that another process changes during the call, and output may be too: no decision depends on either.
class BlockCipher {
 public:
  std::size_t block_bytes() const noexcept { return block_bytes_; }
  Cut cut() const noexcept { return cut_; }
  CipherDirection direction() const noexcept { return direction_; }

  /// update_size is exactly what update() writes for that much input.
  std::size_t update_size(std::size_t input_size) const noexcept;
  /// finish_size is what a successful finish() writes: exact, except that for decrypting padded blocks it is the most that
  /// may come until finish() has answered Rv::buffer_too_small, and exact from then on.
  std::size_t finish_size() const noexcept;

  /// update writes update_size(in.size()) bytes. Fails with Rv::buffer_too_small, and Rv::data_len_range when the ctr
  /// counter would pass its last value; neither consumes anything.
  Result<std::size_t> update(ByteView in, MutableByteView out);
  /// finish ends the message. After Rv::buffer_too_small it may be called again. An incomplete block is
  /// Rv::data_len_range or Rv::encrypted_data_len_range, bad padding Rv::encrypted_data_invalid.
  Result<std::size_t> finish(MutableByteView out);

  /// copy is the same cipher at the same point; Rv::state_unsaveable where libcrypto cannot copy the mode.
  Result<BlockCipher> copy() const;

 protected:
  static constexpr std::uint64_t kManyBlocks = std::numeric_limits<std::uint64_t>::max();
  using Context = std::variant<AesContext, CipherContextPtr>;

  BlockCipher(Context context, CipherDirection direction, Cut cut, std::size_t block_bytes,
              std::uint64_t blocks_left = kManyBlocks)
      : context_(std::move(context)),
        direction_(direction),
        cut_(cut),
        block_bytes_(block_bytes),
        blocks_left_(blocks_left) {}

 private:
  bool holds_back() const noexcept { return cut_ == Cut::padded_blocks && direction_ == CipherDirection::decrypt; }
  evp_cipher_ctx_st* context() const;
  Result<void> spend_counter(std::size_t input_size);
  Result<void> end_message();

  Context context_;
  CipherDirection direction_;
  Cut cut_;
  std::size_t block_bytes_;
  std::size_t held_ = 0;             // bytes libcrypto keeps for the next block; by bytes: those used of the current block
  std::uint64_t blocks_left_;        // ctr: counter values not used yet
  std::optional<SecretBytes> tail_;  // what the end of the message gave, until there is room for it
};

/// encrypt_secret and decrypt_secret are C_WrapKey and C_UnwrapKey with a fresh plain cipher. Lengths that do not fit are
/// Rv::key_size_range and Rv::wrapped_key_len_range, bad padding Rv::wrapped_key_invalid.
Result<Bytes> encrypt_secret(BlockCipher& cipher, const SecretBytes& secret);
Result<SecretBytes> decrypt_secret(BlockCipher& cipher, ByteView wrapped);

}  // namespace holdfast::secure::crypto
