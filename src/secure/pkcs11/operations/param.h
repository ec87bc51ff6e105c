#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/mechanism.h"
#include "wire/template.h"

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

struct BytesParam {
  ByteView bytes;
};
struct ObjectHandleParam {
  ck::ObjectHandle key;
};
struct ExtractParam {
  std::uint32_t first_bit = 0;
};
struct CcmParam {
  std::uint32_t data_bytes = 0;
  ByteView nonce;
  ByteView aad;
  std::uint32_t mac_bytes = 0;
};
struct ChaCha20Param {
  ByteView block_counter;  // 4 or 8 bytes, as the caller's ulong bits say
  ByteView nonce;
};
struct ChaCha20Poly1305Param {
  ByteView nonce;
  ByteView aad;
};
struct HkdfParam {
  bool extract = false;
  bool expand = false;
  std::uint32_t hash = 0;
  std::uint32_t salt_type = 0;
  ByteView salt;
  ck::ObjectHandle salt_key;
  ByteView info;
};
struct Pbkdf2Param {
  std::uint32_t salt_source = 0;
  ByteView salt;
  std::uint32_t iterations = 0;
  std::uint32_t prf = 0;
  ByteView prf_data;
  ByteView password;
};
/// Sp800Data is one part of the input of each iteration. `present` is false where a counter's format was left out.
struct Sp800Data {
  std::uint32_t type = 0;
  bool present = true;
  bool little_endian = false;
  std::uint32_t width_bits = 0;
  std::uint32_t length_method = 0;
  ByteView bytes;
  ck::ObjectHandle key;
};
struct Sp800Param {
  std::uint32_t prf = 0;
  ByteView iv;
  std::vector<Sp800Data> data;
  std::vector<wire::Template> additional_keys;
};
inline constexpr std::size_t kMaxSp800Data = 64;
inline constexpr std::size_t kMaxAdditionalKeys = 16;
struct EcdhAesKeyWrapParam {
  std::uint32_t aes_bits = 0;
  std::uint32_t kdf = 0;
  ByteView shared_data;
};
struct X942DhParam {
  std::uint32_t kdf = 0;
  ByteView other_info;
  ByteView public_value;
};
struct DsaParameterGenParam {
  std::uint32_t hash = 0;
  ByteView seed;
  std::uint32_t index = 0;
};
struct SignContextParam {
  std::uint32_t hedge = 0;  // CKH_
  ByteView context;
};
struct HashSignContextParam {
  std::uint32_t hedge = 0;
  ByteView context;
  std::uint32_t hash = 0;
};
struct Tls12MasterParam {
  ByteView client_random;
  ByteView server_random;
  std::uint32_t hash = 0;
  bool wants_version = false;
};
struct Tls12ExtendedMasterParam {
  std::uint32_t hash = 0;
  ByteView session_hash;
  bool wants_version = false;
};
struct Tls12KeyMatParam {
  std::uint32_t mac_bits = 0;
  std::uint32_t key_bits = 0;
  std::uint32_t iv_bits = 0;
  bool is_export = false;
  ByteView client_random;
  ByteView server_random;
  std::uint32_t hash = 0;
};
struct TlsKdfParam {
  std::uint32_t prf = 0;
  ByteView label;
  ByteView client_random;
  ByteView server_random;
  ByteView context;
};
struct TlsMacParam {
  std::uint32_t hash = 0;
  std::uint32_t mac_bytes = 0;
  std::uint32_t server_or_client = 0;
};
struct OtpParam {
  struct Value {
    std::uint32_t type = 0;  // CK_OTP_…
    ByteView value;
  };
  std::vector<Value> values;
};
inline constexpr std::size_t kMaxOtpParams = 16;
/// NonceSource is how a nonce comes about (CK_GENERATOR_FUNCTION): the caller's, or made here beside the leading fixed bits.
struct NonceSource {
  ByteView nonce;
  std::uint32_t fixed_bits = 0;
  std::uint32_t generator = 0;  // CKG_
};
struct GcmWrapParam {
  NonceSource iv;
  ByteView aad;
  std::uint32_t tag_bits = 0;
};
struct CcmWrapParam {
  std::uint32_t data_bytes = 0;
  NonceSource nonce;
  ByteView aad;
  std::uint32_t mac_bytes = 0;
};
struct GcmMessageParam {
  NonceSource iv;
  std::uint32_t tag_bits = 0;
  ByteView tag;
};
struct CcmMessageParam {
  std::uint32_t data_bytes = 0;
  NonceSource nonce;
  std::uint32_t mac_bytes = 0;
  ByteView mac;
};
struct ChaCha20Poly1305MessageParam {
  ByteView nonce;
  ByteView tag;
};
struct MechanismTypeParam {
  std::optional<ck::MechanismType> type;
};

using MechanismParam =
    std::variant<NoParam, IvParam, CtrParam, GcmParam, MacGeneralParam, EncryptDataParam, EcdhParam, PssParam, OaepParam,
                 RsaAesKeyWrapParam, EddsaParam, BytesParam, ObjectHandleParam, ExtractParam, CcmParam, ChaCha20Param,
                 ChaCha20Poly1305Param, HkdfParam, Pbkdf2Param, Sp800Param, EcdhAesKeyWrapParam, X942DhParam,
                 DsaParameterGenParam, SignContextParam, HashSignContextParam, Tls12MasterParam, Tls12ExtendedMasterParam,
                 Tls12KeyMatParam, TlsKdfParam, TlsMacParam, OtpParam, GcmWrapParam, CcmWrapParam, GcmMessageParam,
                 CcmMessageParam, ChaCha20Poly1305MessageParam, MechanismTypeParam>;

/// parse_param reads a parameter of that kind; Rv::mechanism_param_invalid for bytes that are none. Lists are bounded
/// before memory is taken for them.
Result<MechanismParam> parse_param(wire::ParamKind kind, ByteView param);

/// optee_param_rv is OP-TEE's code for `bytes` bytes that are no parameter of that kind (ABI section 7).
Rv optee_param_rv(wire::ParamKind kind, std::size_t bytes);

}  // namespace holdfast::secure::pkcs11
