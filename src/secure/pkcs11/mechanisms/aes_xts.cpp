#include "secure/crypto/aes_xts.h"

#include "secret/wipe.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/held_bytes.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "wire/codec.h"

// CKM_AES_XTS (SP 800-38E): one operation is one data unit, and its parameter the number of it.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::CipherDirection;

/// XtsCipher keeps its text until the end: which blocks are the last, and so share their bytes, shows only there.
class XtsCipher final : public Cipher {
 public:
  XtsCipher(std::shared_ptr<const SecretBytes> key, CipherDirection direction, ByteView tweak)
      : key_(std::move(key)), direction_(direction), tweak_(to_bytes(tweak)) {}
  ~XtsCipher() override { wipe(text_); }

  std::size_t update_bytes(std::size_t) const override { return 0; }
  std::size_t finish_bytes() const override { return text_.size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes; }
  Result<std::size_t> update(ByteView in, MutableByteView) override {
    if (in.size() > crypto::kMaxXtsBytes - text_.size()) return fail(too_long(), "longer than a data unit");
    HF_TRY(held_.add(in.size(), too_long()));
    text_.insert(text_.end(), in.begin(), in.end());
    return std::size_t{0};
  }
  Result<std::size_t> finish(MutableByteView out) override {
    HF_TRY(crypto::xts_crypt(*key_, direction_, tweak_, text_, out));
    return text_.size();
  }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    HF_TRY(crypto::xts_crypt(*key_, direction_, tweak_, in, out));
    return in.size();
  }

 private:
  Rv too_long() const {
    return direction_ == CipherDirection::encrypt ? Rv::data_len_range : Rv::encrypted_data_len_range;
  }

  std::shared_ptr<const SecretBytes> key_;
  CipherDirection direction_;
  Bytes tweak_;
  HeldBytes held_;
  Bytes text_;
};

struct XtsStart {
  std::shared_ptr<const SecretBytes> key;
  ByteView tweak;
};

Result<XtsStart> checked(const Start& start) {
  HF_ASSIGN_OR_RETURN(auto key, start.material<std::shared_ptr<const SecretBytes>>());
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  HF_TRY(crypto::check_xts(*key, param.iv));
  return XtsStart{std::move(key), param.iv};
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(XtsStart xts, checked(start));
  return std::make_unique<XtsCipher>(std::move(xts.key), CipherDirection::encrypt, xts.tweak);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(XtsStart xts, checked(start));
  return std::make_unique<XtsCipher>(std::move(xts.key), CipherDirection::decrypt, xts.tweak);
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(const XtsStart xts, checked(start));
  Bytes wrapped(key.size());
  const auto done =
      crypto::xts_crypt(*xts.key, CipherDirection::encrypt, xts.tweak, wire::SecretCodec::see(key), wrapped);
  if (!done.has_value() && done.error().rv == Rv::data_len_range) return fail(Rv::key_size_range, done.error().why);
  HF_TRY(done);
  return wrapped;
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(const XtsStart xts, checked(start));
  HF_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::allocate(wrapped.size()));
  HF_TRY(crypto::xts_crypt(*xts.key, CipherDirection::decrypt, xts.tweak, wrapped, wire::SecretCodec::fill(key)));
  return key;
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_XTS,
     .keys = {CKK_AES_XTS},
     .size = Octets{32, 64},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap},
     .available = &crypto::has_aes_xts},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_xts_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
