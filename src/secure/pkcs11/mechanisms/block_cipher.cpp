#include "secure/pkcs11/mechanisms/block_cipher.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::BlockCipher;
using crypto::CipherDirection;
using crypto::Cut;

Result<std::size_t> run(BlockCipher& cipher, ByteView in, MutableByteView out) {
  HF_ASSIGN_OR_RETURN(const std::size_t head, cipher.update(in, out));
  HF_ASSIGN_OR_RETURN(const std::size_t tail, cipher.finish(out.subspan(head)));
  return head + tail;
}

/// StreamingCipher is every mode whose output sizes follow from the input's.
class StreamingCipher final : public Cipher {
 public:
  explicit StreamingCipher(BlockCipher cipher) : cipher_(std::move(cipher)) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return cipher_.update_size(input_bytes); }
  std::size_t finish_bytes() const override { return cipher_.finish_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override {
    if (cipher_.cut() != Cut::padded_blocks) return input_bytes;
    return input_bytes - input_bytes % cipher_.block_bytes() + cipher_.block_bytes();
  }
  Result<std::size_t> update(ByteView in, MutableByteView out) override { return cipher_.update(in, out); }
  Result<std::size_t> finish(MutableByteView out) override { return cipher_.finish(out); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (cipher_.cut() == Cut::blocks && in.size() % cipher_.block_bytes() != 0)
      return fail(cipher_.direction() == CipherDirection::encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range,
                  "input is not a number of blocks");
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for the output");
    return run(cipher_, in, out);
  }
  Made<Cipher> clone() const override {
    HF_ASSIGN_OR_RETURN(BlockCipher copy, cipher_.copy());
    return std::make_unique<StreamingCipher>(std::move(copy));
  }

 private:
  BlockCipher cipher_;
};

/// PaddedDecryptor is decryption with padding, whose output size shows only at the end.
class PaddedDecryptor final : public Cipher {
 public:
  PaddedDecryptor(BlockCipher cipher, MakeBlockCipher again) : cipher_(std::move(cipher)), again_(std::move(again)) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return cipher_.update_size(input_bytes); }
  std::size_t finish_bytes() const override { return cipher_.finish_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes; }
  Result<std::size_t> update(ByteView in, MutableByteView out) override { return cipher_.update(in, out); }
  Result<std::size_t> finish(MutableByteView out) override { return cipher_.finish(out); }

  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (in.empty() || in.size() % cipher_.block_bytes() != 0)
      return fail(Rv::encrypted_data_len_range, "input is not a number of blocks");
    HF_ASSIGN_OR_RETURN(BlockCipher fresh, again_());
    Bytes plaintext(in.size());
    const auto size = run(fresh, in, plaintext);
    const bool fits = size.has_value() && *size <= out.size();
    if (fits) std::copy_n(plaintext.begin(), *size, out.begin());
    wipe(plaintext);
    if (size.has_value() && !fits) return fail(Rv::buffer_too_small, "plaintext does not fit");
    return size;
  }
  Made<Cipher> clone() const override {
    HF_ASSIGN_OR_RETURN(BlockCipher copy, cipher_.copy());
    return std::make_unique<PaddedDecryptor>(std::move(copy), again_);
  }

 private:
  BlockCipher cipher_;
  MakeBlockCipher again_;
};

}  // namespace

Made<Cipher> new_block_cipher(BlockCipher cipher, MakeBlockCipher again) {
  if (cipher.cut() == Cut::padded_blocks && cipher.direction() == CipherDirection::decrypt)
    return std::make_unique<PaddedDecryptor>(std::move(cipher), std::move(again));
  return std::make_unique<StreamingCipher>(std::move(cipher));
}

Result<Bytes> wrap_with_blocks(BlockCipher cipher, const SecretBytes& key) {
  const std::size_t above = key.size() % cipher.block_bytes();
  if (cipher.cut() != Cut::blocks || above == 0) return crypto::encrypt_secret(cipher, key);
  HF_ASSIGN_OR_RETURN(const SecretBytes zeros, SecretBytes::allocate(cipher.block_bytes() - above));
  HF_ASSIGN_OR_RETURN(const SecretBytes padded, crypto::concatenate(key, zeros));
  return crypto::encrypt_secret(cipher, padded);
}

}  // namespace holdfast::secure::pkcs11
