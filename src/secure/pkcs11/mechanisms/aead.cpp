#include "secure/pkcs11/mechanisms/aead.h"

#include <algorithm>

#include "secret/wipe.h"
#include "secure/pkcs11/mechanisms/held_bytes.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::AeadKey;
using crypto::AeadKind;
using crypto::AeadParams;
using crypto::CipherDirection;

constexpr std::size_t kWholeTagBytes = 16;

class AeadEncryption final : public Cipher {
 public:
  AeadEncryption(std::unique_ptr<crypto::AeadStream> stream, std::size_t tag_bytes, Dialect dialect)
      : stream_(std::move(stream)), tag_bytes_(tag_bytes), dialect_(dialect) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return input_bytes; }
  std::size_t finish_bytes() const override { return tag_bytes_; }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes + tag_bytes_; }
  std::size_t oneshot_query_bytes(std::size_t input_bytes) const override {
    // OP-TEE counts a whole tag, however short the one that it writes (ABI section 9.3).
    return dialect_ == Dialect::optee ? input_bytes + kWholeTagBytes : oneshot_bytes(input_bytes);
  }
  Result<std::size_t> update(ByteView in, MutableByteView out) override {
    HF_TRY(stream_->update(in, out));
    return in.size();
  }
  Result<std::size_t> finish(MutableByteView out) override {
    HF_TRY(stream_->finish(out));
    return tag_bytes_;
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for ciphertext and tag");
    HF_ASSIGN_OR_RETURN(const std::size_t head, update(in, out));
    HF_ASSIGN_OR_RETURN(const std::size_t tail, finish(out.subspan(head)));
    return head + tail;
  }

 private:
  std::unique_ptr<crypto::AeadStream> stream_;
  std::size_t tag_bytes_;
  Dialect dialect_;
};

/// AeadDecryption keeps ciphertext and tag, and gives plaintext only once the tag has been verified.
class AeadDecryption final : public Cipher {
 public:
  AeadDecryption(AeadKey key, const AeadParams& params, Dialect dialect)
      : key_(std::move(key)),
        nonce_(to_bytes(params.nonce)),
        aad_(to_bytes(params.aad)),
        tag_bytes_(params.tag_bytes),
        text_bytes_(params.text_bytes),
        dialect_(dialect) {}

  std::size_t update_bytes(std::size_t) const override { return 0; }
  std::size_t finish_bytes() const override { return text_bytes(0); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return text_bytes(input_bytes); }
  Result<std::size_t> update(ByteView in, MutableByteView) override {
    HF_TRY(held_.add(in.size(), Rv::encrypted_data_len_range));
    input_.insert(input_.end(), in.begin(), in.end());
    return std::size_t{0};
  }
  Result<std::size_t> finish(MutableByteView out) override {
    HF_TRY(check_length());
    if (out.size() < finish_bytes()) return fail(Rv::buffer_too_small, "no room for the plaintext");
    // Not into `out`: a client that sees it could read the plaintext before the tag has been verified.
    Bytes plaintext(finish_bytes());
    const ByteView input(input_);
    const AeadParams params{.nonce = nonce_, .aad = aad_, .tag_bytes = tag_bytes_};
    const auto opened = aead_decrypt(key_, params, input.first(plaintext.size()), input.last(tag_bytes_), plaintext);
    if (opened.has_value()) std::ranges::copy(plaintext, out.begin());
    wipe(plaintext);
    if (!opened.has_value()) return fail(failure_rv(opened.error().rv), opened.error().why);
    return plaintext.size();
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for the plaintext");
    HF_TRY(update(in, {}));
    return finish(out);
  }

 private:
  std::size_t text_bytes(std::size_t more) const {
    const std::size_t total = input_.size() + more;
    return total < tag_bytes_ ? 0 : total - tag_bytes_;
  }
  Result<void> check_length() const {
    if (input_.size() < tag_bytes_) return fail(Rv::encrypted_data_len_range, "shorter than a tag");
    if (key_.kind() == AeadKind::aes_ccm && finish_bytes() != text_bytes_)
      return fail(Rv::encrypted_data_len_range, "ciphertext of another length than was said");
    return {};
  }
  Rv failure_rv(Rv rv) const {
    if (rv == Rv::data_len_range) return Rv::encrypted_data_len_range;
    // OP-TEE ABI section 8.1
    return rv == Rv::encrypted_data_invalid && dialect_ == Dialect::optee ? Rv::signature_invalid : rv;
  }

  AeadKey key_;
  Bytes nonce_;
  Bytes aad_;
  std::size_t tag_bytes_;
  std::size_t text_bytes_;
  Dialect dialect_;
  HeldBytes held_;
  Bytes input_;
};

}  // namespace

Result<AeadKey> aead_key(const Start& start) {
  if (start.row.id == CKM_CHACHA20_POLY1305) {
    HF_ASSIGN_OR_RETURN(auto key, start.material<std::shared_ptr<const SecretBytes>>());
    return AeadKey::chacha20_poly1305(std::move(key));
  }
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return start.row.id == CKM_AES_CCM ? AeadKey::aes_ccm(material->key) : AeadKey::aes_gcm(material->key);
}

/// SP 800-38D, 5.2.1.2: tags have 128, 120, 112, 104, 96, 64 or 32 bits.
Result<std::size_t> gcm_tag_bytes(std::uint32_t tag_bits) {
  const bool exists = tag_bits == 32 || tag_bits == 64 || (tag_bits >= 96 && tag_bits <= 128 && tag_bits % 8 == 0);
  if (!exists) return fail(Rv::mechanism_param_invalid, "GCM has no such tag size");
  return std::size_t{tag_bits / 8};
}

Result<std::size_t> ccm_tag_bytes(std::uint32_t mac_bytes) {
  const bool exists = mac_bytes >= 4 && mac_bytes <= 16 && mac_bytes % 2 == 0;
  if (!exists) return fail(Rv::mechanism_param_invalid, "CCM has no such MAC size");
  return std::size_t{mac_bytes};
}

Made<Cipher> new_aead_encryption(const AeadKey& key, const AeadParams& params, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(auto stream, begin_aead(key, CipherDirection::encrypt, params));
  return std::make_unique<AeadEncryption>(std::move(stream), params.tag_bytes, dialect);
}

Made<Cipher> new_aead_decryption(AeadKey key, const AeadParams& params, Dialect dialect) {
  // A stream that is not used finds what is wrong with the parameters now.
  HF_TRY(begin_aead(key, CipherDirection::decrypt, params));
  return std::make_unique<AeadDecryption>(std::move(key), params, dialect);
}

Result<Bytes> wrap_with(const AeadKey& wrapping_key, const AeadParams& params, const SecretBytes& key) {
  Bytes tag(params.tag_bytes);
  HF_ASSIGN_OR_RETURN(Bytes wrapped, aead_encrypt_secret(wrapping_key, params, key, tag));
  wrapped.insert(wrapped.end(), tag.begin(), tag.end());
  return wrapped;
}

Result<SecretBytes> unwrap_with(const AeadKey& unwrapping_key, const AeadParams& params, ByteView wrapped) {
  if (wrapped.size() < params.tag_bytes) return fail(Rv::wrapped_key_len_range, "shorter than a tag");
  return aead_decrypt_secret(unwrapping_key, params, wrapped.first(wrapped.size() - params.tag_bytes),
                             wrapped.last(params.tag_bytes));
}

}  // namespace holdfast::secure::pkcs11
