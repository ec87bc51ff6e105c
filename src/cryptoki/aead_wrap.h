#pragma once

#include "cryptoki/caller_memory.h"
#include "cryptoki/client.h"
#include "cryptoki/flatten.h"

namespace holdfast::cryptoki {

/// WrapUse is how a wrapping function uses its mechanism: with which kind of parameter, and with what beside the key under
/// the tag.
struct WrapUse {
  wire::ParamKind kind = wire::ParamKind::none;
  bool is_authenticated = false;
  ByteView associated_data = {};
};

/// nonce_making_use is how C_WrapKey and C_UnwrapKey use a mechanism whose parameter may generate its nonce; nothing for any
/// other, and over a plain OP-TEE.
std::optional<WrapUse> nonce_making_use(const Client& client, const CK_MECHANISM* mechanism);

/// authenticated_use is how C_WrapKeyAuthenticated and C_UnwrapKeyAuthenticated do. Rv::mechanism_invalid.
Result<WrapUse> authenticated_use(const Client& client, const CK_MECHANISM* mechanism, const void* associated_data,
                                  CK_ULONG associated_bytes);

/// wrap_aead wraps, and writes nonce and tag into the caller's parameter.
Result<void> wrap_aead(const Client& client, ck::SessionHandle session, const CK_MECHANISM& mechanism,
                       CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, const WrapUse& use, OutputBuffer& out);

Result<ck::ObjectHandle> unwrap_aead(const Client& client, ck::SessionHandle session, const CK_MECHANISM& mechanism,
                                     CK_OBJECT_HANDLE unwrapping_key, ByteView wrapped, const wire::Template& attributes,
                                     const WrapUse& use);

}  // namespace holdfast::cryptoki
