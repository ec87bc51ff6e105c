#pragma once

#include <cstdint>

#include "base/byte_reader.h"
#include "ck/handles.h"

namespace holdfast::wire {

/// Longest serialised mechanism parameter, in bytes.
inline constexpr std::size_t kMaxMechanismParamBytes = 8 * 1024;

/// Mechanism on the wire: u32 type, u32 parameter size, parameter as ParamKind lays it out (OP-TEE ABI sections 4.4, 7).
struct Mechanism {
  ck::MechanismType type;
  ByteView param;
};

/// ParamKind is the shape of a mechanism's parameter. A mechanism's row in the secure world names its kind; the client
/// learns (mechanism, kind) pairs with command MECHANISM_PARAM_KINDS and flattens the caller's struct by it. The secure world
/// always decodes by its own row.
/// All lengths and enumerations are u32; data that the caller's struct points to is inlined.
enum class ParamKind : std::uint8_t {
  none = 0,           // empty
  iv = 1,             // raw bytes (CBC IV)
  aes_ctr = 2,        // CK_AES_CTR_PARAMS: counter bits, 16-byte counter block
  aes_gcm = 3,        // CK_GCM_PARAMS: IV length, IV, AAD length, AAD, tag bits
  mac_general = 4,    // CK_MAC_GENERAL_PARAMS: MAC length in bytes
  key_derivation_string = 5,  // CK_KEY_DERIVATION_STRING_DATA: data length, data
  aes_cbc_encrypt_data = 6,   // CK_AES_CBC_ENCRYPT_DATA_PARAMS: 16-byte IV, data length, data
  ecdh1_derive = 7,   // CK_ECDH1_DERIVE_PARAMS: KDF, shared-data length, shared data, public length, public point
  rsa_pss = 8,        // CK_RSA_PKCS_PSS_PARAMS: hash mechanism, MGF, salt length
  rsa_oaep = 9,       // CK_RSA_PKCS_OAEP_PARAMS: hash mechanism, MGF, source type, label length, label
  rsa_aes_key_wrap = 10,  // CK_RSA_AES_KEY_WRAP_PARAMS: AES bits, hash, MGF, source type, label length, label
  eddsa = 11,         // CK_EDDSA_PARAMS, optional: prehash flag, context length, context (8 zero bytes when absent)
  optional_iv = 12,   // raw bytes or nothing (AES key wrap)
};

}  // namespace holdfast::wire
