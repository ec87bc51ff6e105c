#include <algorithm>
#include <openssl/rsa.h>

#include "secure/crypto/rsa_key.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kPkcs1Overhead = 11;  // 00 01 FF*8 00, and 00 02 with 8 random bytes 00

template <class... Cases>
struct Match : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Match(Cases...) -> Match<Cases...>;

// RFC 8017, 9.2, note 1: what stands in front of the digest in a DigestInfo.
std::size_t digest_info_overhead(DigestKind kind) {
  switch (kind) {
    case DigestKind::md5:
      return 18;
    case DigestKind::sha1:
      return 15;
    case DigestKind::sha224:
    case DigestKind::sha256:
    case DigestKind::sha384:
    case DigestKind::sha512:
    case DigestKind::sha512_224:
    case DigestKind::sha512_256:
    case DigestKind::sha3_224:
    case DigestKind::sha3_256:
    case DigestKind::sha3_384:
    case DigestKind::sha3_512:
    case DigestKind::blake2b_160:
    case DigestKind::blake2b_256:
    case DigestKind::blake2b_384:
    case DigestKind::blake2b_512:
    case DigestKind::shake128:
    case DigestKind::shake256:
      break;
  }
  return 19;
}

Result<void> check_digest_length(DigestKind kind, ByteView data) {
  if (!available(kind)) return fail(Rv::mechanism_param_invalid, "libcrypto has no such digest");
  if (data.size() != digest_bytes(kind)) return fail(Rv::data_len_range, "the data is not as long as the digest");
  return {};
}

Result<void> check_input(const RsaPkcs1& scheme, const RsaSize& key, ByteView data) {
  std::size_t block = data.size();
  if (scheme.digest) {
    HF_TRY(check_digest_length(*scheme.digest, data));
    block += digest_info_overhead(*scheme.digest);
  }
  if (block + kPkcs1Overhead <= key.bytes()) return {};
  return fail(scheme.digest ? Rv::key_size_range : Rv::data_len_range, "more data than fits into the RSA block");
}

Result<void> check_input(const RsaPss& scheme, const RsaSize& key, ByteView data) {
  HF_TRY(check_digest_length(scheme.hash, data));
  if (!available(scheme.mgf_hash)) return fail(Rv::mechanism_param_invalid, "libcrypto has no such digest");
  const std::size_t encoded = (key.bits - 1 + 7) / 8;  // emLen of RFC 8017, 9.1.1
  const std::size_t needed = digest_bytes(scheme.hash) + 2;
  if (needed > encoded) return fail(Rv::key_size_range, "the RSA key is too short for the PSS digest");
  if (scheme.salt_bytes > encoded - needed) return fail(Rv::mechanism_param_invalid, "the PSS salt is too long");
  return {};
}

Result<void> check_input(const RsaRaw&, const RsaSize& key, ByteView data) {
  if (data.size() > key.bytes()) return fail(Rv::data_len_range, "more data than the modulus has bytes");
  return {};
}

Result<void> accepted(bool good) {
  if (!good) return libcrypto_failure(Rv::mechanism_param_invalid, "libcrypto does not take the RSA parameters");
  return {};
}

bool set_label(EVP_PKEY_CTX* context, const Bytes& label) {
  if (label.empty()) return true;
  const std::array<OSSL_PARAM, 2> params = {
      OSSL_PARAM_construct_octet_string(OSSL_ASYM_CIPHER_PARAM_OAEP_LABEL, writable_address(label), label.size()),
      OSSL_PARAM_construct_end()};
  return EVP_PKEY_CTX_set_params(context, params.data()) == 1;
}

}  // namespace

Result<void> check_signature_input(const RsaSignatureScheme& scheme, const RsaSize& key, ByteView data) {
  return std::visit([&](const auto& chosen) { return check_input(chosen, key, data); }, scheme);
}

Result<std::size_t> max_plaintext(const RsaEncryptionScheme& scheme, const RsaSize& key) {
  const std::size_t size = key.bytes();
  return std::visit(Match{[&](const RsaPkcs1&) -> Result<std::size_t> { return size - kPkcs1Overhead; },
                          [&](const RsaRaw&) -> Result<std::size_t> { return size; },
                          [&](const RsaOaep& oaep) -> Result<std::size_t> {
                            if (!available(oaep.hash) || !available(oaep.mgf_hash))
                              return fail(Rv::mechanism_param_invalid, "libcrypto has no such digest");
                            const std::size_t overhead = 2 * digest_bytes(oaep.hash) + 2;
                            if (size < overhead) return fail(Rv::key_size_range, "the RSA key is too short for OAEP");
                            return size - overhead;
                          }},
                    scheme);
}

Result<void> apply(const RsaSignatureScheme& scheme, EVP_PKEY_CTX* context) {
  return std::visit(
      Match{[&](const RsaPkcs1& pkcs1) {
              return accepted(
                  EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
                  (!pkcs1.digest || EVP_PKEY_CTX_set_signature_md(context, evp_digest(*pkcs1.digest)) == 1));
            },
            [&](const RsaRaw&) { return accepted(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1); },
            [&](const RsaPss& pss) {
              return accepted(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
                              EVP_PKEY_CTX_set_signature_md(context, evp_digest(pss.hash)) == 1 &&
                              EVP_PKEY_CTX_set_rsa_mgf1_md(context, evp_digest(pss.mgf_hash)) == 1 &&
                              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, static_cast<int>(pss.salt_bytes)) == 1);
            }},
      scheme);
}

Result<void> apply(const RsaEncryptionScheme& scheme, EVP_PKEY_CTX* context) {
  return std::visit(
      Match{[&](const RsaPkcs1&) { return accepted(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1); },
            [&](const RsaRaw&) { return accepted(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING) == 1); },
            [&](const RsaOaep& oaep) {
              return accepted(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1 &&
                              EVP_PKEY_CTX_set_rsa_oaep_md(context, evp_digest(oaep.hash)) == 1 &&
                              EVP_PKEY_CTX_set_rsa_mgf1_md(context, evp_digest(oaep.mgf_hash)) == 1 &&
                              set_label(context, oaep.label));
            }},
      scheme);
}

Result<void> pad_raw(const RsaSize& key, ByteView data, MutableByteView out, Rv too_large) {
  const auto padding = static_cast<std::ptrdiff_t>(out.size() - data.size());
  std::fill_n(out.begin(), padding, std::byte{0});
  std::ranges::copy(data, out.begin() + padding);
  if (!std::ranges::lexicographical_compare(out, key.modulus)) return fail(too_large, "a number not below the modulus");
  return {};
}

}  // namespace holdfast::secure::crypto
