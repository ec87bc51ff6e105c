#include "secure/crypto/cmac.h"

#include "secure/crypto/mac_context.h"

namespace holdfast::secure::crypto {
namespace {

const char* cipher_name(std::size_t key_bytes) {
  switch (key_bytes) {
    case 16:
      return "AES-128-CBC";
    case 24:
      return "AES-192-CBC";
    case 32:
      return "AES-256-CBC";
    default:
      return nullptr;
  }
}

}  // namespace

Result<AesCmac> AesCmac::create(const SecretBytes& key) {
  char* const name = writable_text(cipher_name(key.size()));
  if (name == nullptr) return fail(Rv::key_size_range, "an AES key has 16, 24 or 32 bytes");
  HF_ASSIGN_OR_RETURN(MacContextPtr context,
                      begin_mac(library().cmac, key, OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0)));
  return AesCmac(std::move(context));
}

Result<void> AesCmac::update(ByteView data) { return update_mac(context_.get(), data); }
Result<void> AesCmac::finish(MutableByteView out) { return finish_mac(context_.get(), kSize, out); }

Result<AesCmac> AesCmac::copy() const {
  HF_ASSIGN_OR_RETURN(MacContextPtr twin, copy_mac(context_.get()));
  return AesCmac(std::move(twin));
}

}  // namespace holdfast::secure::crypto
