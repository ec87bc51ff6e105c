#include "secure/crypto/aead_stream.h"

#include <algorithm>

namespace holdfast::secure::crypto {
namespace {

bool end_of_text(EVP_CIPHER_CTX* context) {
  std::array<unsigned char, kAesBlockBytes> nothing{};
  int none = 0;
  return EVP_CipherFinal_ex(context, nothing.data(), &none) == 1;
}

}  // namespace

Result<void> feed(EVP_CIPHER_CTX* context, ByteView in, std::byte* out) {
  while (!in.empty()) {
    const ByteView part = in.first(std::min(in.size(), kMaxUpdateBytes));
    int step = 0;
    if (EVP_CipherUpdate(context, reinterpret_cast<unsigned char*>(out), &step, u8(part),
                         static_cast<int>(part.size())) != 1)
      return libcrypto_failure(Rv::data_len_range, "libcrypto took no more of an AEAD's input");
    if (out != nullptr) out += part.size();
    in = in.subspan(part.size());
  }
  return {};
}

Result<void> make_tag(EVP_CIPHER_CTX* context, MutableByteView tag) {
  std::array<OSSL_PARAM, 2> query = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, tag.data(), tag.size()), OSSL_PARAM_construct_end()};
  if (!end_of_text(context) || EVP_CIPHER_CTX_get_params(context, query.data()) != 1)
    return libcrypto_failure(Rv::general_error, "an AEAD gave no tag");
  return {};
}

Result<void> check_tag(EVP_CIPHER_CTX* context, ByteView tag) {
  Bytes expected = to_bytes(tag);
  const std::array<OSSL_PARAM, 2> settings = {
      OSSL_PARAM_construct_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, expected.data(), expected.size()),
      OSSL_PARAM_construct_end()};
  if (EVP_CIPHER_CTX_set_params(context, settings.data()) != 1 || !end_of_text(context))
    return libcrypto_failure(Rv::encrypted_data_invalid, "the tag is wrong");
  return {};
}

}  // namespace holdfast::secure::crypto
