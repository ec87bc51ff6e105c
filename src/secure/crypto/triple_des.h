#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/block_cipher.h"
#include "secure/crypto/check_value.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kDesBlockBytes = 8;

/// has_triple_des says whether the libcrypto found has it.
bool has_triple_des() noexcept;

/// as_triple_length gives a key of 24 bytes for one of 16 or 24: the shorter stands for one whose last part is its first.
Result<SecretBytes> as_triple_length(const SecretBytes& key);

/// begin_triple_des gives a context for ECB (an empty iv) or CBC (an iv of a block). Fails with
/// Rv::key_size_range unless the key has 16 or 24 bytes, and Rv::mechanism_param_invalid for another iv.
Result<CipherContextPtr> begin_triple_des(const SecretBytes& key, CipherDirection direction, ByteView iv, bool padded = false);

enum class TripleDesMode : std::uint8_t { ecb, cbc, cbc_pad };

/// TripleDesCipher is triple DES (SP 800-67) in one of its modes; for what is old.
class TripleDesCipher final : public BlockCipher {
 public:
  static Result<TripleDesCipher> create(const SecretBytes& key, CipherDirection direction, TripleDesMode mode, ByteView iv);

 private:
  TripleDesCipher(Context context, CipherDirection direction, Cut cut)
      : BlockCipher(std::move(context), direction, cut, kDesBlockBytes) {}
};

/// random_triple_des_key makes a key of 16 or 24 bytes with odd parity, its parts different from each other.
Result<SecretBytes> random_triple_des_key(std::size_t bytes);
/// has_odd_parity tells whether every byte of a key has an odd number of ones, as DES keys must.
bool has_odd_parity(const SecretBytes& key) noexcept;
/// triple_des_check_value is CKA_CHECK_VALUE of a key.
Result<CheckValue> triple_des_check_value(const SecretBytes& key);

}  // namespace holdfast::secure::crypto
