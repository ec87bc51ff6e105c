#include "secure/crypto/check_value.h"

#include <algorithm>

#include "secure/crypto/aes_cipher.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::crypto {
namespace {

CheckValue head(ByteView bytes) {
  CheckValue value;
  std::ranges::copy(bytes.first(value.size()), value.begin());
  return value;
}

Result<CheckValue> head_of(Digest digest) {
  std::array<std::byte, kMaxDigestBytes> out;
  HF_TRY(digest.finish(out));
  return head(out);
}

}  // namespace

Result<CheckValue> check_value(const AesKey& key) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, CipherDirection::encrypt, {.mode = AesMode::ecb}));
  constexpr std::array<std::byte, kAesBlockBytes> kZeroes{};
  std::array<std::byte, kAesBlockBytes> out;
  HF_TRY(cipher.update(kZeroes, out));
  return head(out);
}

Result<CheckValue> check_value(const SecretBytes& value) {
  HF_ASSIGN_OR_RETURN(Digest sha1, Digest::create(DigestKind::sha1));
  HF_TRY(sha1.update_secret(value));
  return head_of(std::move(sha1));
}

Result<CheckValue> check_value(ByteView certificate) {
  HF_ASSIGN_OR_RETURN(Digest sha1, Digest::create(DigestKind::sha1));
  HF_TRY(sha1.update(certificate));
  return head_of(std::move(sha1));
}

}  // namespace holdfast::secure::crypto
