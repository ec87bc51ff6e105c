#include <algorithm>
#include <array>

#include "secure/crypto/finite_field.h"
#include "secure/crypto/pkey.h"

namespace holdfast::secure::crypto {
namespace {

struct NamedGroup {
  std::size_t bits;
  const char* name;
};
// RFC 7919.
constexpr std::array kGroups = {NamedGroup{2048, "ffdhe2048"}, NamedGroup{3072, "ffdhe3072"},
                                NamedGroup{4096, "ffdhe4096"}, NamedGroup{6144, "ffdhe6144"},
                                NamedGroup{8192, "ffdhe8192"}};

struct Sizes {
  std::size_t prime_bits;
  std::size_t subprime_bits;
};
// FIPS 186-4, 4.2.
constexpr std::array kSizes = {Sizes{1024, 160}, Sizes{2048, 224}, Sizes{2048, 256}, Sizes{3072, 256}};

Result<PkeyPtr> generate_parameters(const char* family, std::span<const OSSL_PARAM> params) {
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(library().context, family, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_params(context.get(), params.data()) != 1 || EVP_PKEY_generate(context.get(), &made) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not generate domain parameters");
  return PkeyPtr(made);
}

Result<Bytes> number_of(const EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1)
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a domain parameter");
  const BignumPtr held(number);
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, u8(MutableByteView(bytes)));
  return bytes;
}

Result<FieldDomain> named_group(std::size_t bits) {
  const auto* const group = std::ranges::find(kGroups, bits, &NamedGroup::bits);
  if (group == kGroups.end()) return fail(Rv::key_size_range, "no group of this size has a name");
  const std::array params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, writable_text(group->name), 0),
      OSSL_PARAM_construct_end()};
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, generate_parameters("DH", params));
  FieldDomain domain;
  HF_ASSIGN_OR_RETURN(domain.prime, number_of(key.get(), OSSL_PKEY_PARAM_FFC_P));
  HF_ASSIGN_OR_RETURN(domain.base, number_of(key.get(), OSSL_PKEY_PARAM_FFC_G));
  return domain;
}

}  // namespace

Result<FieldDomain> generate_field(FieldScheme scheme, std::size_t prime_bits, std::size_t subprime_bits) {
  if (scheme == FieldScheme::dh) return named_group(prime_bits);
  if (std::ranges::none_of(kSizes, [&](const Sizes& sizes) {
        return sizes.prime_bits == prime_bits && sizes.subprime_bits == subprime_bits;
      }))
    return fail(Rv::key_size_range, "no such sizes of domain parameters");
  const std::array params = {OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_PBITS, &prime_bits),
                             OSSL_PARAM_construct_size_t(OSSL_PKEY_PARAM_FFC_QBITS, &subprime_bits),
                             OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_FFC_TYPE, writable_text("fips186_4"), 0),
                             OSSL_PARAM_construct_end()};
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, generate_parameters(scheme == FieldScheme::dsa ? "DSA" : "DHX", params));
  FieldDomain domain;
  HF_ASSIGN_OR_RETURN(domain.prime, number_of(key.get(), OSSL_PKEY_PARAM_FFC_P));
  HF_ASSIGN_OR_RETURN(domain.subprime, number_of(key.get(), OSSL_PKEY_PARAM_FFC_Q));
  HF_ASSIGN_OR_RETURN(domain.base, number_of(key.get(), OSSL_PKEY_PARAM_FFC_G));
  return domain;
}

}  // namespace holdfast::secure::crypto
