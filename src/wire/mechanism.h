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
  // Holdfast's own from here. "sized" is a u32 length and that many bytes.
  bytes = 13,         // raw bytes of any length (CKM_DH_PKCS_DERIVE: the peer's public value)
  object_handle = 14,  // CK_OBJECT_HANDLE: the handle of a key
  extract = 15,       // CK_EXTRACT_PARAMS: the number of the first bit
  aes_ccm = 16,       // CK_CCM_PARAMS: data length, sized nonce, sized AAD, MAC length
  chacha20 = 17,      // CK_CHACHA20_PARAMS: sized block counter, sized nonce
  chacha20_poly1305 = 18,  // CK_SALSA20_CHACHA20_POLY1305_PARAMS: sized nonce, sized AAD
  des_cbc_encrypt_data = 19,  // CK_DES_CBC_ENCRYPT_DATA_PARAMS: 8-byte IV, sized data
  hkdf = 20,          // CK_HKDF_PARAMS: extract 0/1, expand 0/1, hash mechanism, salt type, sized salt, salt key, sized info
  pbkdf2 = 21,        // CK_PKCS5_PBKD2_PARAMS and …PARAMS2: salt source, sized salt, iterations, PRF, sized PRF data, sized password
  sp800_108 = 22,     // CK_SP800_108_KDF_PARAMS: PRF, sized empty IV, data params, additional keys
                      //   data params: count, each type and
                      //     ITERATION_VARIABLE, COUNTER: present 0/1, little endian 0/1, width in bits
                      //     DKM_LENGTH: method, little endian 0/1, width in bits
                      //     BYTE_ARRAY: sized bytes     KEY_HANDLE: handle
                      //   additional keys: count, each a template (byte size, attribute count, attributes)
  sp800_108_feedback = 23,  // CK_SP800_108_FEEDBACK_KDF_PARAMS: the same with the IV
  ecdh_aes_key_wrap = 24,   // CK_ECDH_AES_KEY_WRAP_PARAMS: AES bits, KDF, sized shared data
  x9_42_dh1_derive = 25,    // CK_X9_42_DH1_DERIVE_PARAMS: KDF, sized other info, sized public value
  dsa_parameter_gen = 26,   // CK_DSA_PARAMETER_GEN_PARAM: hash mechanism, sized seed, index
  sign_context = 27,        // CK_SIGN_ADDITIONAL_CONTEXT, optional: hedge variant, sized context (zeros when absent)
  hash_sign_context = 28,   // CK_HASH_SIGN_ADDITIONAL_CONTEXT: hedge variant, sized context, hash mechanism
  tls12_master_key_derive = 29,  // CK_TLS12_MASTER_KEY_DERIVE_PARAMS: sized client random, sized server random, hash mechanism,
                                 //   version wanted 0/1
  tls12_extended_master_key_derive = 30,  // CK_TLS12_EXTENDED_MASTER_KEY_DERIVE_PARAMS: hash mechanism, sized session hash,
                                          //   version wanted 0/1
  tls12_key_mat = 31,  // CK_TLS12_KEY_MAT_PARAMS: MAC bits, key bits, IV bits, export 0/1, sized client random, sized server
                       //   random, hash mechanism
  tls_kdf = 32,        // CK_TLS_KDF_PARAMS: PRF mechanism, sized label, sized client random, sized server random, sized context
  tls_mac = 33,        // CK_TLS_MAC_PARAMS: hash mechanism, MAC length, server 1 or client 2
  otp = 34,            // CK_OTP_PARAMS: count, each type and sized value; a value that is a CK_ULONG has 4 bytes
  gcm_wrap = 35,       // CK_GCM_WRAP_PARAMS: sized IV, fixed bits, generator, sized AAD, tag bits
  ccm_wrap = 36,       // CK_CCM_WRAP_PARAMS: data length, sized nonce, fixed bits, generator, sized AAD, MAC length
  gcm_message = 37,    // CK_GCM_MESSAGE_PARAMS: sized IV, fixed bits, generator, tag bits, sized tag (on decryption, else empty)
  ccm_message = 38,    // CK_CCM_MESSAGE_PARAMS: data length, sized nonce, fixed bits, generator, MAC length, sized MAC
  chacha20_poly1305_message = 39,  // CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS: sized nonce, sized tag
  optional_mechanism = 40,  // a CK_MECHANISM_TYPE or nothing
};
/// kNewestParamKind is the last of them.
inline constexpr ParamKind kNewestParamKind = ParamKind::optional_mechanism;

/// message_kind is what the message functions (PKCS#11 3.0 section 5.10 on) take for each message of a cipher whose row
/// names `kind`; `none` for one that has no messages.
constexpr ParamKind message_kind(ParamKind kind) {
  switch (kind) {
    case ParamKind::aes_gcm:
      return ParamKind::gcm_message;
    case ParamKind::aes_ccm:
      return ParamKind::ccm_message;
    case ParamKind::chacha20_poly1305:
      return ParamKind::chacha20_poly1305_message;
    default:
      return ParamKind::none;
  }
}

/// wrap_kind is what C_WrapKey and C_UnwrapKey take for a mechanism whose row names `kind`: the parameter that can generate
/// its nonce, where there is one. C_WrapKeyAuthenticated and C_UnwrapKeyAuthenticated take that of a message.
constexpr ParamKind wrap_kind(ParamKind kind) {
  switch (kind) {
    case ParamKind::aes_gcm:
      return ParamKind::gcm_wrap;
    case ParamKind::aes_ccm:
      return ParamKind::ccm_wrap;
    default:
      return kind;
  }
}

}  // namespace holdfast::wire
