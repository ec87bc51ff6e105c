#pragma once

#include <cstdint>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/mechanism.h"

namespace holdfast::secure::pkcs11 {

// Mechanism parameters, parsed once and typed since. Views point into the request: who keeps an operation copies.
// Layouts: wire::ParamKind. Values are checked where their meaning is known, in the mechanism's file.

struct NoParam {};
struct IvParam {
  ByteView iv;
};
struct CtrParam {
  std::uint32_t counter_bits = 0;
  ByteView counter_block;
};
struct GcmParam {
  ByteView iv;
  ByteView aad;
  std::uint32_t tag_bits = 0;
};
struct MacGeneralParam {
  std::uint32_t mac_bytes = 0;
};
struct EncryptDataParam {
  ByteView iv;  // empty for ECB
  ByteView data;
};
struct EcdhParam {
  std::uint32_t kdf = 0;
  ByteView shared_data;
  ByteView public_point;
};
struct PssParam {
  std::uint32_t hash = 0;
  std::uint32_t mgf = 0;
  std::uint32_t salt_bytes = 0;
};
struct OaepParam {
  std::uint32_t hash = 0;
  std::uint32_t mgf = 0;
  std::uint32_t source = 0;
  ByteView label;
};
struct RsaAesKeyWrapParam {
  std::uint32_t aes_bits = 0;
  OaepParam oaep;
};
struct EddsaParam {
  bool prehash = false;
  ByteView context;
};

using MechanismParam = std::variant<NoParam, IvParam, CtrParam, GcmParam, MacGeneralParam, EncryptDataParam, EcdhParam,
                                    PssParam, OaepParam, RsaAesKeyWrapParam, EddsaParam>;

/// parse_param reads a parameter of that kind; Rv::mechanism_param_invalid for bytes that are none.
Result<MechanismParam> parse_param(wire::ParamKind kind, ByteView param);

/// optee_param_rv is OP-TEE's code for `bytes` bytes that are no parameter of that kind (ABI section 7).
Rv optee_param_rv(wire::ParamKind kind, std::size_t bytes);

}  // namespace holdfast::secure::pkcs11
