#include "secure/crypto/raw_key.h"

#include "secure/crypto/der.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

std::optional<ByteView> find_octets(ByteView bytes, std::size_t size) {
  if (bytes.size() == size) return bytes;
  DerReader reader(bytes);
  const Result<ByteView> inner =
      reader.next_is(DerTag::bit_string) ? reader.take_bit_string() : reader.take(DerTag::octet_string);
  if (!inner || !reader.at_end() || inner->size() != size) return std::nullopt;
  return *inner;
}

Result<PkeyPtr> raw_public_key(const char* family, ByteView point, Rv refusal) {
  PkeyPtr key(EVP_PKEY_new_raw_public_key_ex(library().context, family, nullptr, address(point), point.size()));
  if (!key) return libcrypto_failure(refusal, "libcrypto does not accept the key");
  return key;
}

Result<PkeyPtr> raw_private_key(const char* family, const SecretBytes& value) {
  PkeyPtr key(EVP_PKEY_new_raw_private_key_ex(library().context, family, nullptr, address(SecretUse::see(value)),
                                              value.size()));
  if (!key) return libcrypto_failure(Rv::general_error, "libcrypto does not accept the key");
  return key;
}

Result<Bytes> raw_point(const EVP_PKEY* key, std::size_t size) {
  Bytes point(size);
  if (EVP_PKEY_get_raw_public_key(key, u8(MutableByteView(point)), &size) != 1 || size != point.size())
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a public key");
  return point;
}

Result<RawKeyPair> generate_raw(const char* family, std::size_t size) {
  PkeyParams no_choices;
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, no_choices.generate(family));
  RawKeyPair pair;
  HF_ASSIGN_OR_RETURN(pair.value, SecretBytes::allocate(size));
  std::size_t written = size;
  if (EVP_PKEY_get_raw_private_key(key.get(), u8(SecretUse::fill(pair.value)), &written) != 1 || written != size)
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a private key");
  HF_ASSIGN_OR_RETURN(pair.point, raw_point(key.get(), size));
  return pair;
}

}  // namespace holdfast::secure::crypto
