#include "secure/crypto/aes_gcm.h"

#include <algorithm>
#include <atomic>

#include "secret/wipe.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// Decryption keeps all ciphertext until the tag is verified; this bounds what one operation may make us keep.
constexpr std::size_t kMaxCiphertextBytes = 64 * 1024 * 1024;

/// All decryptions under way keep no more than this together: starting one needs no login, and the secure world must
/// not run out of memory for it.
constexpr std::size_t kMaxHeldBytes = 256 * 1024 * 1024;
constinit std::atomic<std::size_t> held_bytes{0};

/// Held is one decryption's share of kMaxHeldBytes.
class Held {
 public:
  Held() = default;
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { held_bytes.fetch_sub(mine_, std::memory_order_relaxed); }

  Result<void> add(std::size_t size) {
    mine_ += size;
    if (held_bytes.fetch_add(size, std::memory_order_relaxed) + size > kMaxHeldBytes)
      return fail(Rv::device_memory, "decryptions under way keep too much ciphertext");
    return {};
  }

 private:
  std::size_t mine_ = 0;
};

constexpr std::size_t kWholeTagBytes = 16;

class GcmEncryption final : public Cipher {
 public:
  GcmEncryption(crypto::GcmEncryptor encryptor, Dialect dialect)
      : encryptor_(std::move(encryptor)), dialect_(dialect) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return input_bytes; }
  std::size_t finish_bytes() const override { return encryptor_.tag_bytes(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes + encryptor_.tag_bytes(); }
  std::size_t oneshot_query_bytes(std::size_t input_bytes) const override {
    // OP-TEE counts a whole tag, however short the one that it writes (ABI section 9.3).
    return dialect_ == Dialect::optee ? input_bytes + kWholeTagBytes : oneshot_bytes(input_bytes);
  }
  Result<std::size_t> update(ByteView in, MutableByteView out) override {
    HF_TRY(encryptor_.update(in, out));
    return in.size();
  }
  Result<std::size_t> finish(MutableByteView out) override {
    HF_TRY(encryptor_.finish(out));
    return encryptor_.tag_bytes();
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for ciphertext and tag");
    HF_ASSIGN_OR_RETURN(const std::size_t head, update(in, out));
    HF_ASSIGN_OR_RETURN(const std::size_t tail, finish(out.subspan(head)));
    return head + tail;
  }

 private:
  crypto::GcmEncryptor encryptor_;
  Dialect dialect_;
};

/// wrong_tag_rv is the code for ciphertext that its tag does not belong to (OP-TEE ABI section 8.1).
constexpr Rv wrong_tag_rv(Dialect dialect) {
  return dialect == Dialect::optee ? Rv::signature_invalid : Rv::encrypted_data_invalid;
}

class GcmDecryption final : public Cipher {
 public:
  GcmDecryption(crypto::GcmDecryptor decryptor, Dialect dialect)
      : decryptor_(std::move(decryptor)), dialect_(dialect) {}

  std::size_t update_bytes(std::size_t) const override { return 0; }
  std::size_t finish_bytes() const override { return decryptor_.plaintext_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return decryptor_.plaintext_size(input_bytes); }
  Result<std::size_t> update(ByteView in, MutableByteView) override {
    if (in.size() > kMaxCiphertextBytes - decryptor_.buffered())
      return fail(Rv::encrypted_data_len_range, "ciphertext is longer than what is kept until the tag");
    HF_TRY(held_.add(in.size()));
    decryptor_.update(in);
    return std::size_t{0};
  }
  Result<std::size_t> finish(MutableByteView out) override {
    if (out.size() < finish_bytes()) return fail(Rv::buffer_too_small, "no room for the plaintext");
    // Not into `out`: a client that sees it could read the plaintext before the tag has been verified.
    Bytes plaintext(finish_bytes());
    const auto size = decryptor_.finish(plaintext);
    if (size.has_value()) std::copy_n(plaintext.begin(), *size, out.begin());
    wipe(plaintext);
    if (!size && size.error().rv == Rv::encrypted_data_invalid) return fail(wrong_tag_rv(dialect_), size.error().why);
    return size;
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (out.size() < oneshot_bytes(in.size())) return fail(Rv::buffer_too_small, "no room for the plaintext");
    HF_TRY(update(in, {}));
    return finish(out);
  }

 private:
  crypto::GcmDecryptor decryptor_;
  Held held_;
  Dialect dialect_;
};

/// SP 800-38D, 5.2.1.2: tags have 128, 120, 112, 104, 96, 64 or 32 bits.
constexpr bool is_tag_size(std::uint32_t bits) {
  return bits == 32 || bits == 64 || (bits >= 96 && bits <= 128 && bits % 8 == 0);
}

Result<crypto::GcmParams> params_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const GcmParam param, start.parameter<GcmParam>());
  if (!is_tag_size(param.tag_bits)) return fail(Rv::mechanism_param_invalid, "GCM has no such tag size");
  return crypto::GcmParams{.iv = param.iv, .aad = param.aad, .tag_bytes = param.tag_bits / 8};
}

Result<crypto::AesKey> key_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  return material->key;
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::GcmParams params, params_of(start));
  HF_ASSIGN_OR_RETURN(crypto::GcmEncryptor encryptor, crypto::GcmEncryptor::create(key, params));
  return std::make_unique<GcmEncryption>(std::move(encryptor), start.dialect);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::GcmParams params, params_of(start));
  HF_ASSIGN_OR_RETURN(crypto::GcmDecryptor decryptor, crypto::GcmDecryptor::create(key, params));
  return std::make_unique<GcmDecryption>(std::move(decryptor), start.dialect);
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey wrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::GcmParams params, params_of(start));
  return crypto::gcm_encrypt_secret(wrapping_key, params, key);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const crypto::AesKey unwrapping_key, key_of(start));
  HF_ASSIGN_OR_RETURN(const crypto::GcmParams params, params_of(start));
  return crypto::gcm_decrypt_secret(unwrapping_key, params, wrapped);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_GCM,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::aes_gcm,
     .parts = Parts::any,
     .wraps = Wraps::secret_and_private_keys,
     .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap}},
};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> aes_gcm_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
