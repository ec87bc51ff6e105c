#include "secure/crypto/aes_cts.h"

#include "secure/pkcs11/mechanisms/row.h"

// CKM_AES_CTS. PKCS#11 names the three variants of NIST SP 800-38A Addendum and chooses none; this is CS3, as OP-TEE
// computes it.

namespace holdfast::secure::pkcs11 {
namespace {

class StealingCipher final : public Cipher {
 public:
  explicit StealingCipher(crypto::AesCts cts) : cts_(std::move(cts)) {}

  std::size_t update_bytes(std::size_t input_bytes) const override { return cts_.update_size(input_bytes); }
  std::size_t finish_bytes() const override { return cts_.finish_size(); }
  std::size_t oneshot_bytes(std::size_t input_bytes) const override { return input_bytes; }
  Result<std::size_t> update(ByteView in, MutableByteView out) override { return cts_.update(in, out); }
  Result<std::size_t> finish(MutableByteView out) override { return cts_.finish(out); }
  Result<std::size_t> oneshot(ByteView in, MutableByteView out) override {
    if (out.size() < in.size()) return fail(Rv::buffer_too_small, "no room for the output");
    HF_ASSIGN_OR_RETURN(const std::size_t head, cts_.update(in, out));
    HF_ASSIGN_OR_RETURN(const std::size_t tail, cts_.finish(out.subspan(head)));
    return head + tail;
  }

 private:
  crypto::AesCts cts_;
};

Made<Cipher> new_cipher(const Start& start, crypto::CipherDirection direction) {
  HF_ASSIGN_OR_RETURN(const auto material, start.material<std::shared_ptr<const AesMaterial>>());
  HF_ASSIGN_OR_RETURN(const IvParam param, start.parameter<IvParam>());
  HF_ASSIGN_OR_RETURN(crypto::AesCts cts, crypto::AesCts::create(material->key, direction, param.iv));
  return std::make_unique<StealingCipher>(std::move(cts));
}

Made<Cipher> new_encryptor(const Start& start) { return new_cipher(start, crypto::CipherDirection::encrypt); }
Made<Cipher> new_decryptor(const Start& start) { return new_cipher(start, crypto::CipherDirection::decrypt); }

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_CTS,
     .keys = {CKK_AES},
     .size = Octets{16, 32},
     .param = wire::ParamKind::iv,
     .parts = Parts::any,
     .optee_input = InputRule::a_block_or_more,
     .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> aes_cts_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
