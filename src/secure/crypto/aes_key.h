#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/openssl_ptr.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kAesBlockBytes = 16;

enum class CipherDirection : std::uint8_t { encrypt, decrypt };

/// AesKey is a parsed AES key. Copies share it; it never changes, and may be used from many threads at once. It keeps a
/// few contexts with the expanded key, so a repeated operation does not expand it again.
class AesKey {
 public:
  /// from_secret fails with Rv::key_size_range unless the key has 16, 24 or 32 bytes.
  static Result<AesKey> from_secret(const SecretBytes& key);

  std::size_t size() const noexcept;

  struct Impl;  // aes_context.h
  const std::shared_ptr<Impl>& impl() const noexcept { return impl_; }

 private:
  explicit AesKey(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<Impl> impl_;
};

/// AesContext is a context on loan from its key, which gets it back at the end.
class AesContext {
 public:
  AesContext(std::shared_ptr<AesKey::Impl> key, std::size_t shelf, CipherContextPtr context) noexcept
      : key_(std::move(key)), shelf_(shelf), context_(std::move(context)) {}
  AesContext(AesContext&&) noexcept = default;
  AesContext& operator=(AesContext&& other) noexcept;
  AesContext(const AesContext&) = delete;
  AesContext& operator=(const AesContext&) = delete;
  ~AesContext() { give_back(); }

  evp_cipher_ctx_st* get() const noexcept { return context_.get(); }

 private:
  void give_back() noexcept;

  std::shared_ptr<AesKey::Impl> key_;
  std::size_t shelf_;
  CipherContextPtr context_;
};

}  // namespace holdfast::secure::crypto
