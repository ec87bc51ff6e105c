#include "secure/crypto/cbc_mac.h"

#include <algorithm>

#include "secure/crypto/aes_context.h"
#include "secure/crypto/triple_des.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<std::byte, kAesBlockBytes> kZeros{};
constexpr std::size_t kStepBytes = 4096;

}  // namespace

Result<CbcMac> CbcMac::aes(const AesKey& key) {
  HF_ASSIGN_OR_RETURN(AesContext context, borrow_context(key, AesUse::cbc_encrypt));
  if (EVP_CipherInit_ex2(context.get(), nullptr, nullptr, u8(ByteView(kZeros)), -1, nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "cipher init failed");
  return CbcMac(Context(std::move(context)), kAesBlockBytes);
}

Result<CbcMac> CbcMac::triple_des(const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(CipherContextPtr context,
                      begin_triple_des(key, CipherDirection::encrypt, ByteView(kZeros).first(kDesBlockBytes)));
  return CbcMac(Context(std::move(context)), kDesBlockBytes);
}

evp_cipher_ctx_st* CbcMac::context() const {
  return std::visit([](const auto& owner) { return owner.get(); }, context_);
}

Result<void> CbcMac::update(ByteView data) {
  std::array<std::byte, kStepBytes + kAesBlockBytes> out;
  while (!data.empty()) {
    const ByteView part = data.first(std::min(data.size(), kStepBytes));
    int written = 0;
    if (EVP_CipherUpdate(context(), u8(MutableByteView(out)), &written, u8(part), static_cast<int>(part.size())) != 1)
      return libcrypto_failure(Rv::general_error, "cipher update failed");
    const ByteView blocks = ByteView(out).first(static_cast<std::size_t>(written));
    if (!blocks.empty()) std::ranges::copy(blocks.last(block_bytes_), last_.begin());
    held_ = (held_ + part.size()) % block_bytes_;
    is_empty_ = false;
    data = data.subspan(part.size());
  }
  return {};
}

Result<void> CbcMac::pad() {
  if (held_ == 0) return {};
  return update(ByteView(kZeros).first(block_bytes_ - held_));
}

Result<void> CbcMac::finish(MutableByteView out) {
  if (out.size() < block_bytes_) return fail(Rv::buffer_too_small, "no room for a MAC");
  HF_TRY(is_empty_ ? update(ByteView(kZeros).first(block_bytes_)) : pad());
  std::ranges::copy(ByteView(last_).first(block_bytes_), out.begin());
  return {};
}

Result<CbcMac> CbcMac::copy() const {
  CipherContextPtr twin(EVP_CIPHER_CTX_new());
  if (!twin || EVP_CIPHER_CTX_copy(twin.get(), context()) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  CbcMac made(Context(std::move(twin)), block_bytes_);
  made.held_ = held_;
  made.is_empty_ = is_empty_;
  made.last_ = last_;
  return made;
}

}  // namespace holdfast::secure::crypto
