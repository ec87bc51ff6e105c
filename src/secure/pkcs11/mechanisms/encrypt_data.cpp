#include "secure/pkcs11/mechanisms/encrypt_data.h"

#include "secure/crypto/secrets.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

Result<SecretBytes> derive_by_encryption(crypto::BlockCipher cipher, ByteView data, std::optional<std::size_t> bytes,
                                         Dialect dialect) {
  if (data.empty() || data.size() % cipher.block_bytes() != 0)
    return fail(Rv::data_len_range, "data is not a number of blocks");
  if (bytes.has_value() && *bytes > data.size())
    return fail(dialect == Dialect::optee ? Rv::data_len_range : Rv::key_size_range,
                "data is shorter than the key asked for");
  HF_ASSIGN_OR_RETURN(SecretBytes ciphertext, SecretBytes::allocate(data.size()));
  HF_TRY(cipher.update(data, wire::SecretCodec::fill(ciphertext)));
  HF_TRY(cipher.finish({}));
  if (!bytes.has_value() || *bytes == ciphertext.size()) return ciphertext;
  return crypto::slice(ciphertext, 0, *bytes);
}

}  // namespace holdfast::secure::pkcs11
