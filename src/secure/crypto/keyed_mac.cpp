#include "secure/crypto/keyed_mac.h"

#include "secure/crypto/mac_context.h"
#include "secure/crypto/triple_des.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kMaxBlake2bBytes = 64;  // of key and output
constexpr std::size_t kPoly1305KeyBytes = 32;
constexpr std::size_t kPoly1305Bytes = 16;

}  // namespace

bool has_blake2b_mac() noexcept { return library().blake2b != nullptr; }
bool has_poly1305() noexcept { return library().poly1305 != nullptr; }

Result<KeyedMac> KeyedMac::blake2b(std::size_t bytes, const SecretBytes& key) {
  if (!has_blake2b_mac()) return fail(Rv::mechanism_invalid, "libcrypto has no keyed BLAKE2b");
  if (key.empty() || key.size() > kMaxBlake2bBytes) return fail(Rv::key_size_range, "a BLAKE2b key has 1 to 64 bytes");
  HF_ASSIGN_OR_RETURN(MacContextPtr context,
                      begin_mac(library().blake2b, key, OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &bytes)));
  return KeyedMac(std::move(context), bytes);
}

Result<KeyedMac> KeyedMac::poly1305(const SecretBytes& key) {
  if (!has_poly1305()) return fail(Rv::mechanism_invalid, "libcrypto has no Poly1305");
  if (key.size() != kPoly1305KeyBytes) return fail(Rv::key_size_range, "a Poly1305 key has 32 bytes");
  HF_ASSIGN_OR_RETURN(MacContextPtr context, begin_mac(library().poly1305, key, OSSL_PARAM_construct_end()));
  return KeyedMac(std::move(context), kPoly1305Bytes);
}

Result<KeyedMac> KeyedMac::triple_des_cmac(const SecretBytes& key) {
  if (!has_triple_des()) return fail(Rv::mechanism_invalid, "libcrypto has no triple DES");
  HF_ASSIGN_OR_RETURN(const SecretBytes triple, as_triple_length(key));
  char* const name = writable_text("DES-EDE3-CBC");
  HF_ASSIGN_OR_RETURN(MacContextPtr context, begin_mac(library().cmac, triple,
                                                       OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, name, 0)));
  return KeyedMac(std::move(context), kDesBlockBytes);
}

Result<void> KeyedMac::update(ByteView data) { return update_mac(context_.get(), data); }
Result<void> KeyedMac::finish(MutableByteView out) { return finish_mac(context_.get(), size_, out); }

Result<KeyedMac> KeyedMac::copy() const {
  HF_ASSIGN_OR_RETURN(MacContextPtr twin, copy_mac(context_.get()));
  return KeyedMac(std::move(twin), size_);
}

}  // namespace holdfast::secure::crypto
