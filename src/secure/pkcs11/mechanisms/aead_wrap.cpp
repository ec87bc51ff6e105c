#include "secure/pkcs11/mechanisms/aead_wrap.h"

#include "secure/pkcs11/mechanisms/aead.h"
#include "secure/pkcs11/mechanisms/nonce.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kChaChaTagBytes = 16;

/// Wrap is what the kinds of parameter say, in one form.
struct Wrap {
  NonceSource nonce;
  ByteView aad;
  std::size_t tag_bytes = 0;
  ByteView tag = {};  // when it is apart, to unwrap
  bool is_tag_apart = false;
  std::optional<std::size_t> data_bytes = std::nullopt;  // what CCM was told
};

Result<Wrap> wrap_of(const Start& start, ByteView associated_data) {
  if (const auto* const gcm = std::get_if<GcmWrapParam>(&start.param)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, gcm_tag_bytes(gcm->tag_bits));
    return Wrap{.nonce = gcm->iv, .aad = gcm->aad, .tag_bytes = tag_bytes};
  }
  if (const auto* const ccm = std::get_if<CcmWrapParam>(&start.param)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, ccm_tag_bytes(ccm->mac_bytes));
    return Wrap{.nonce = ccm->nonce, .aad = ccm->aad, .tag_bytes = tag_bytes, .data_bytes = ccm->data_bytes};
  }
  if (const auto* const gcm = std::get_if<GcmMessageParam>(&start.param)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, gcm_tag_bytes(gcm->tag_bits));
    return Wrap{.nonce = gcm->iv, .aad = associated_data, .tag_bytes = tag_bytes, .tag = gcm->tag, .is_tag_apart = true};
  }
  if (const auto* const ccm = std::get_if<CcmMessageParam>(&start.param)) {
    HF_ASSIGN_OR_RETURN(const std::size_t tag_bytes, ccm_tag_bytes(ccm->mac_bytes));
    return Wrap{.nonce = ccm->nonce, .aad = associated_data, .tag_bytes = tag_bytes, .tag = ccm->mac,
                .is_tag_apart = true, .data_bytes = ccm->data_bytes};
  }
  HF_ASSIGN_OR_RETURN(const ChaCha20Poly1305MessageParam param, start.parameter<ChaCha20Poly1305MessageParam>());
  return Wrap{.nonce = {.nonce = param.nonce, .generator = CKG_NO_GENERATE}, .aad = associated_data,
              .tag_bytes = kChaChaTagBytes, .tag = param.tag, .is_tag_apart = true};
}

/// The length of what is wrapped is the key's own; a caller may leave CCM's field for it at zero.
Result<void> require_length(const Wrap& wrap, std::size_t bytes) {
  if (wrap.data_bytes.value_or(0) != 0 && *wrap.data_bytes != bytes)
    return fail(Rv::mechanism_param_invalid, "data length is not the key's");
  return {};
}

}  // namespace

Result<Sealed> seal_key(const Start& start, const SecretBytes& key, ByteView associated_data) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey wrapping_key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const Wrap wrap, wrap_of(start, associated_data));
  HF_TRY(require_length(wrap, key.size()));
  if (wrap.nonce.generator == CKG_GENERATE_COUNTER || wrap.nonce.generator == CKG_GENERATE_COUNTER_XOR)
    return fail(Rv::mechanism_param_invalid, "a counter would repeat its nonces");
  Sealed sealed;
  HF_ASSIGN_OR_RETURN(sealed.nonce, NonceMaker().make(wrap.nonce));
  sealed.tag.resize(wrap.tag_bytes);
  HF_ASSIGN_OR_RETURN(sealed.wrapped,
                      crypto::aead_encrypt_secret(
                          wrapping_key, {.nonce = sealed.nonce, .aad = wrap.aad, .tag_bytes = wrap.tag_bytes}, key, sealed.tag));
  if (!wrap.is_tag_apart) {
    sealed.wrapped.insert(sealed.wrapped.end(), sealed.tag.begin(), sealed.tag.end());
    sealed.tag.clear();
  }
  return sealed;
}

Result<SecretBytes> open_key(const Start& start, ByteView wrapped, ByteView associated_data) {
  HF_ASSIGN_OR_RETURN(const crypto::AeadKey unwrapping_key, aead_key(start));
  HF_ASSIGN_OR_RETURN(const Wrap wrap, wrap_of(start, associated_data));
  ByteView text = wrapped;
  ByteView tag = wrap.tag;
  if (!wrap.is_tag_apart) {
    if (wrapped.size() < wrap.tag_bytes) return fail(Rv::wrapped_key_len_range, "wrapped key is shorter than its tag");
    text = wrapped.first(wrapped.size() - wrap.tag_bytes);
    tag = wrapped.last(wrap.tag_bytes);
  }
  if (tag.size() != wrap.tag_bytes) return fail(Rv::mechanism_param_invalid, "tag of another length");
  if (text.empty()) return fail(Rv::wrapped_key_len_range, "no wrapped key");
  HF_TRY(require_length(wrap, text.size()));
  return crypto::aead_decrypt_secret(
      unwrapping_key, {.nonce = wrap.nonce.nonce, .aad = wrap.aad, .tag_bytes = wrap.tag_bytes}, text, tag);
}

}  // namespace holdfast::secure::pkcs11
