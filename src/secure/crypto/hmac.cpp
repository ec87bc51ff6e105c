#include "secure/crypto/hmac.h"

#include "secure/crypto/mac_context.h"

namespace holdfast::secure::crypto {

Result<Hmac> Hmac::create(DigestKind kind, const SecretBytes& key) {
  if (!available(kind)) return fail(Rv::mechanism_invalid, "libcrypto has no such digest");
  char* const name = writable_text(digest_name(kind));
  HF_ASSIGN_OR_RETURN(MacContextPtr context,
                      begin_mac(library().hmac, key, OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0)));
  return Hmac(kind, std::move(context));
}

Result<void> Hmac::update(ByteView data) { return update_mac(context_.get(), data); }
Result<void> Hmac::finish(MutableByteView out) { return finish_mac(context_.get(), size(), out); }

Result<Hmac> Hmac::copy() const {
  HF_ASSIGN_OR_RETURN(MacContextPtr twin, copy_mac(context_.get()));
  return Hmac(kind_, std::move(twin));
}

Result<Sha256Bytes> hmac_sha256(const SecretBytes& key, ByteView data) {
  HF_ASSIGN_OR_RETURN(Hmac mac, Hmac::create(DigestKind::sha256, key));
  HF_TRY(mac.update(data));
  Sha256Bytes out;
  HF_TRY(mac.finish(out));
  return out;
}

}  // namespace holdfast::secure::crypto
