#include "secure/crypto/mac_context.h"

#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

Result<MacContextPtr> begin_mac(EVP_MAC* algorithm, const SecretBytes& key, OSSL_PARAM parameter) {
  MacContextPtr context(EVP_MAC_CTX_new(algorithm));
  if (!context) return libcrypto_failure(Rv::device_memory, "no MAC context");
  const std::array<OSSL_PARAM, 2> params = {parameter, OSSL_PARAM_construct_end()};
  if (EVP_MAC_init(context.get(), address(SecretUse::see(key)), key.size(), params.data()) != 1)
    return libcrypto_failure(Rv::general_error, "MAC init failed");
  return context;
}

Result<void> update_mac(EVP_MAC_CTX* context, ByteView data) {
  if (data.empty()) return {};
  if (EVP_MAC_update(context, u8(data), data.size()) != 1)
    return libcrypto_failure(Rv::general_error, "MAC update failed");
  return {};
}

Result<void> finish_mac(EVP_MAC_CTX* context, std::size_t size, MutableByteView out) {
  if (out.size() < size) return fail(Rv::buffer_too_small, "no room for a MAC");
  std::size_t written = 0;
  if (EVP_MAC_final(context, u8(out), &written, out.size()) != 1 || written != size)
    return libcrypto_failure(Rv::general_error, "MAC final failed");
  return {};
}

Result<MacContextPtr> copy_mac(EVP_MAC_CTX* context) {
  MacContextPtr twin(EVP_MAC_CTX_dup(context));
  if (!twin) return libcrypto_failure(Rv::device_memory, "no MAC context");
  return twin;
}

}  // namespace holdfast::secure::crypto
