#include "secure/crypto/aes_key.h"

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

// As many as threads usually work with one key at once; more are made when needed and not kept.
constexpr std::size_t kMaxIdle = 8;

struct UseFacts {
  EVP_CIPHER* AesCiphers::* cipher;
  bool encrypt;
  bool padding;
};
// In the order of AesUse. CTR and GCM use the block cipher forwards in both directions.
constexpr std::array<UseFacts, kAesUses> kUses = {{
    {&AesCiphers::ecb, true, false},
    {&AesCiphers::ecb, false, false},
    {&AesCiphers::cbc, true, false},
    {&AesCiphers::cbc, false, false},
    {&AesCiphers::cbc, true, true},
    {&AesCiphers::cbc, false, true},
    {&AesCiphers::ctr, true, false},
    {&AesCiphers::gcm, true, false},
}};

CipherContextPtr take_idle(AesKey::Impl& key, std::size_t shelf) {
  const std::scoped_lock guard(key.lock);
  if (key.idle[shelf].empty()) return nullptr;
  CipherContextPtr context = std::move(key.idle[shelf].back());
  key.idle[shelf].pop_back();
  return context;
}

}  // namespace

Result<AesKey> AesKey::from_secret(const SecretBytes& key) {
  if (key.size() != 16 && key.size() != 24 && key.size() != 32)
    return fail(Rv::key_size_range, "an AES key has 16, 24 or 32 bytes");
  auto impl = std::make_shared<Impl>();
  HF_ASSIGN_OR_RETURN(impl->key, copy(key));
  impl->ciphers = &library().aes[key.size() / 8 - 2];
  for (auto& shelf : impl->idle) shelf.reserve(kMaxIdle);  // so that giving back never allocates
  return AesKey(std::move(impl));
}

std::size_t AesKey::size() const noexcept { return impl_->key.size(); }

Result<AesContext> borrow_context(const AesKey& key, AesUse use) {
  const auto shelf = static_cast<std::size_t>(use);
  const std::shared_ptr<AesKey::Impl>& impl = key.impl();
  CipherContextPtr context = take_idle(*impl, shelf);
  if (!context) {
    const UseFacts& facts = kUses[shelf];
    context.reset(EVP_CIPHER_CTX_new());
    if (!context ||
        EVP_CipherInit_ex2(context.get(), impl->ciphers->*facts.cipher, u8(SecretUse::see(impl->key)), nullptr,
                           facts.encrypt ? 1 : 0, nullptr) != 1 ||
        EVP_CIPHER_CTX_set_padding(context.get(), facts.padding ? 1 : 0) != 1)
      return libcrypto_failure(Rv::device_memory, "no cipher context");
  }
  return AesContext(impl, shelf, std::move(context));
}

void AesContext::give_back() noexcept {
  if (!context_ || !key_) return;
  const std::scoped_lock guard(key_->lock);
  auto& shelf = key_->idle[shelf_];
  if (shelf.size() < kMaxIdle) shelf.push_back(std::move(context_));
}

AesContext& AesContext::operator=(AesContext&& other) noexcept {
  if (this != &other) {
    give_back();
    key_ = std::move(other.key_);
    shelf_ = other.shelf_;
    context_ = std::move(other.context_);
  }
  return *this;
}

}  // namespace holdfast::secure::crypto
