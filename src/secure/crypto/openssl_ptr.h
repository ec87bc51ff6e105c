#pragma once

#include <memory>

// The names behind libcrypto's opaque types. Headers here own such objects without including libcrypto's headers.
struct evp_cipher_ctx_st;
struct evp_mac_ctx_st;
struct evp_md_ctx_st;
struct evp_pkey_ctx_st;
struct evp_pkey_st;

namespace holdfast::secure::crypto {

/// OpensslFree releases what libcrypto gave; libcrypto wipes keys and contexts as it frees them.
struct OpensslFree {
  void operator()(evp_cipher_ctx_st* context) const noexcept;
  void operator()(evp_mac_ctx_st* context) const noexcept;
  void operator()(evp_md_ctx_st* context) const noexcept;
  void operator()(evp_pkey_ctx_st* context) const noexcept;
  void operator()(evp_pkey_st* key) const noexcept;
};

using CipherContextPtr = std::unique_ptr<evp_cipher_ctx_st, OpensslFree>;
using MacContextPtr = std::unique_ptr<evp_mac_ctx_st, OpensslFree>;
using DigestContextPtr = std::unique_ptr<evp_md_ctx_st, OpensslFree>;
using PkeyContextPtr = std::unique_ptr<evp_pkey_ctx_st, OpensslFree>;
using PkeyPtr = std::unique_ptr<evp_pkey_st, OpensslFree>;

}  // namespace holdfast::secure::crypto
