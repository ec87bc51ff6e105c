#include "secure/crypto/pkey.h"

#include <algorithm>
#include <bit>

#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

void swap_byte_order(MutableByteView number) {
  if constexpr (std::endian::native == std::endian::little) std::ranges::reverse(number);
}

}  // namespace

ByteView without_leading_zeroes(ByteView number) noexcept {
  const auto first = std::ranges::find_if(number, [](std::byte b) { return b != std::byte{0}; });
  return number.subspan(static_cast<std::size_t>(first - number.begin()));
}

Result<void> PkeyParams::number(const char* name, ByteView big_endian) {
  HF_ASSIGN_OR_RETURN(SecretBytes value, to_secret(big_endian));
  swap_byte_order(SecretUse::fill(value));
  params_.push_back(OSSL_PARAM_construct_BN(name, writable_address(SecretUse::see(value)), value.size()));
  held_.push_back(std::move(value));
  return {};
}

Result<void> PkeyParams::octets(const char* name, ByteView bytes) {
  HF_ASSIGN_OR_RETURN(SecretBytes value, to_secret(bytes));
  params_.push_back(OSSL_PARAM_construct_octet_string(name, writable_address(SecretUse::see(value)), value.size()));
  held_.push_back(std::move(value));
  return {};
}

void PkeyParams::text(const char* name, const char* value) {
  params_.push_back(OSSL_PARAM_construct_utf8_string(name, writable_text(value), 0));
}

void PkeyParams::size(const char* name, std::size_t* value) {
  params_.push_back(OSSL_PARAM_construct_size_t(name, value));
}

Result<PkeyPtr> PkeyParams::build(const char* family, int selection, Rv refusal) {
  params_.push_back(OSSL_PARAM_construct_end());
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(library().context, family, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &made, selection, params_.data()) != 1)
    return libcrypto_failure(refusal, "libcrypto does not accept the key");
  return PkeyPtr(made);
}

Result<PkeyPtr> PkeyParams::generate(const char* family) {
  params_.push_back(OSSL_PARAM_construct_end());
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(library().context, family, nullptr));
  EVP_PKEY* made = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_params(context.get(), params_.data()) != 1 || EVP_PKEY_generate(context.get(), &made) != 1)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not generate a key");
  return PkeyPtr(made);
}

Result<void> get_number(const EVP_PKEY* key, const char* name, MutableByteView out) {
  std::array<OSSL_PARAM, 2> query = {OSSL_PARAM_construct_BN(name, u8(out), out.size()), OSSL_PARAM_construct_end()};
  if (EVP_PKEY_get_params(key, query.data()) != 1 || query[0].return_size != out.size())
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a number of the key");
  swap_byte_order(out);
  return {};
}

Result<SecretBytes> get_secret_number(const EVP_PKEY* key, const char* name, std::size_t size) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  HF_TRY(get_number(key, name, SecretUse::fill(out)));
  return out;
}

Result<PkeyContextPtr> prepare(EVP_PKEY* key, PkeyInit init) {
  PkeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(library().context, key, nullptr));
  if (!context || init(context.get()) != 1) return libcrypto_failure(Rv::device_memory, "no public-key context");
  return context;
}

Result<PkeyContextPtr> Prepared::duplicate() const {
  PkeyContextPtr twin(EVP_PKEY_CTX_dup(context.get()));
  if (!twin) return libcrypto_failure(Rv::device_memory, "no public-key context");
  return twin;
}

}  // namespace holdfast::secure::crypto
