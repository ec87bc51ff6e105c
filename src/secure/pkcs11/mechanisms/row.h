#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include <pkcs11/pkcs11.h>

#include "secure/crypto/digest.h"
#include "secure/pkcs11/dialect.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/derivation.h"
#include "secure/pkcs11/operations/key.h"
#include "secure/pkcs11/operations/operation.h"
#include "secure/pkcs11/operations/param.h"
#include "wire/mechanism.h"

namespace holdfast::secure::pkcs11 {

struct MechanismRow;

/// Start is what a row's functions get: the row, the key's material and the parsed parameter. begin.cpp has made every
/// check of its list; what is left to a mechanism is the meaning of its parameter.
struct Start {
  const MechanismRow& row;
  const KeyMaterial& key;
  const MechanismParam& param;
  Dialect dialect = Dialect::standard;
  std::optional<std::size_t> bytes = std::nullopt;  // of the key that an encapsulation makes, if its template tells
  // Of a derivation:
  OtherKeys* others = nullptr;
  const AttributeSet* attributes = nullptr;  // the base key's

  template <class Material>
  Result<Material> material() const {
    const auto* const found = std::get_if<Material>(&key);
    if (found == nullptr) return fail(Rv::key_type_inconsistent, "material is not what the key's attributes say");
    return *found;
  }
  template <class Param>
  Result<Param> parameter() const {
    const auto* const found = std::get_if<Param>(&param);
    if (found == nullptr) return fail(Rv::mechanism_param_invalid, "row and parameter disagree");
    return *found;
  }
};

template <class Interface>
using Made = Result<std::unique_ptr<Interface>>;

/// Encapsulated is a fresh shared secret and what the private key makes it from.
struct Encapsulated {
  Bytes ciphertext;
  SecretBytes secret;
};

/// Ops are the functions behind a mechanism's verbs; a null one is a verb it does not have.
struct Ops {
  Made<Cipher> (*encrypt)(const Start&) = nullptr;
  Made<Cipher> (*decrypt)(const Start&) = nullptr;
  Made<Signer> (*sign)(const Start&) = nullptr;
  Made<Verifier> (*verify)(const Start&) = nullptr;
  Made<Digester> (*digest)(const MechanismRow&, const MechanismParam&) = nullptr;
  Result<Bytes> (*wrap)(const Start&, const SecretBytes& key) = nullptr;
  Result<SecretBytes> (*unwrap)(const Start&, ByteView wrapped) = nullptr;
  /// derive gives a secret of `bytes`, or of the mechanism's natural length; Rv::template_incomplete if it has none.
  Result<SecretBytes> (*derive)(const Start&, std::optional<std::size_t> bytes) = nullptr;
  /// plan tells which keys derive_keys makes; null: the one that the template describes.
  Result<std::vector<PlannedKey>> (*plan)(const MechanismRow&, const MechanismParam&, const wire::Template&) = nullptr;
  /// derive_keys stands in for derive where there are several keys, or more than keys; the lengths are those of derive.
  Result<Derived> (*derive_keys)(const Start&, std::span<const std::optional<std::size_t>> bytes) = nullptr;
  /// wrap_aead and unwrap_aead stand in for wrap and unwrap where the row has a wrap_param, and serve the authenticated
  /// functions with its message_param and the caller's associated data.
  Result<Sealed> (*wrap_aead)(const Start&, const SecretBytes& key, ByteView aad) = nullptr;
  Result<SecretBytes> (*unwrap_aead)(const Start&, ByteView wrapped, ByteView aad) = nullptr;
  Result<void> (*generate)(const MechanismRow&, ObjectContent& key) = nullptr;
  /// generate_from stands in for generate where the key depends on the parameter.
  Result<void> (*generate_from)(const MechanismRow&, const MechanismParam&, ObjectContent& key) = nullptr;
  Result<void> (*generate_pair)(const MechanismRow&, ObjectContent& public_key, ObjectContent& private_key) = nullptr;
  Result<void> (*generate_parameters)(const MechanismRow&, const MechanismParam&, ObjectContent& parameters) = nullptr;
  Made<Signer> (*sign_recover)(const Start&) = nullptr;
  Made<Recoverer> (*verify_recover)(const Start&) = nullptr;
  /// Messages are signed and verified by `sign` and `verify`, each anew.
  Made<MessageEncryptor> (*message_encrypt)(const Start&) = nullptr;
  Made<MessageDecryptor> (*message_decrypt)(const Start&) = nullptr;
  Result<Encapsulated> (*encapsulate)(const Start&) = nullptr;
  Result<SecretBytes> (*decapsulate)(const Start&, ByteView ciphertext) = nullptr;
};

/// KeySize is the range of keys a mechanism takes, in the unit that the standard gives it.
struct NoSize {};
struct Bits {
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};
struct Octets {
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};
using KeySize = std::variant<NoSize, Bits, Octets>;

/// KeyTypes is a few CKK_ numbers.
class KeyTypes {
 public:
  constexpr KeyTypes() = default;
  constexpr KeyTypes(std::initializer_list<CK_KEY_TYPE> types) {
    for (const CK_KEY_TYPE type : types) types_[count_++] = static_cast<std::uint32_t>(type);
  }
  constexpr bool contains(ck::KeyType type) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (types_[i] == type.value) return true;
    return false;
  }
  constexpr bool empty() const { return count_ == 0; }
  /// first is the type of a generated key.
  constexpr ck::KeyType first() const { return ck::KeyType{types_[0]}; }
  constexpr std::span<const std::uint32_t> all() const { return {types_.data(), count_}; }

 private:
  std::array<std::uint32_t, 24> types_{};
  std::size_t count_ = 0;
};

/// kSecretKeyTypes are all whose material is a string of bytes.
inline constexpr KeyTypes kSecretKeyTypes = {
    CKK_GENERIC_SECRET,  CKK_HKDF,            CKK_AES,           CKK_DES2,          CKK_DES3,          CKK_CHACHA20,
    CKK_POLY1305,        CKK_MD5_HMAC,        CKK_SHA_1_HMAC,    CKK_SHA224_HMAC,   CKK_SHA256_HMAC,   CKK_SHA384_HMAC,
    CKK_SHA512_HMAC,     CKK_SHA512_224_HMAC, CKK_SHA512_256_HMAC, CKK_SHA3_224_HMAC, CKK_SHA3_256_HMAC, CKK_SHA3_384_HMAC,
    CKK_SHA3_512_HMAC,   CKK_BLAKE2B_160_HMAC, CKK_BLAKE2B_256_HMAC, CKK_BLAKE2B_384_HMAC, CKK_BLAKE2B_512_HMAC};

/// Wraps tells which keys a wrapping mechanism takes (PKCS#11 3.2, C_WrapKey and the mechanism's section).
enum class Wraps : std::uint8_t { secret_keys, secret_and_private_keys };
/// UnwrappedLength tells whether an unwrapped value is the key, or may end in padding that CKA_VALUE_LEN cuts off.
enum class UnwrappedLength : std::uint8_t { exact, padded };

/// MechanismRow is all there is to know of a mechanism.
struct MechanismRow {
  std::uint32_t id = 0;
  KeyTypes keys = {};  // the keys it uses or makes
  KeySize size = NoSize{};
  std::optional<crypto::DigestKind> digest = std::nullopt;
  wire::ParamKind param = wire::ParamKind::none;
  // Where they are other parameters: of the message functions and authenticated wrapping, of C_WrapKey and C_UnwrapKey.
  std::optional<wire::ParamKind> message_param = std::nullopt;
  std::optional<wire::ParamKind> wrap_param = std::nullopt;
  Parts parts = Parts::single;
  Wraps wraps = Wraps::secret_keys;
  UnwrappedLength unwrapped = UnwrappedLength::exact;
  Derivation derives = {};
  // In OP-TEE's dialect:
  InputRule optee_input = InputRule::any;
  Rv optee_update_rv = Rv::mechanism_invalid;  // of a mechanism in one piece (ABI section 9.1)
  Ops ops = {};
  /// available asks the libcrypto found for more than the digest above; null: every release has it.
  bool (*available)() = nullptr;
};

/// offers tells whether a row has a verb.
constexpr bool offers(const MechanismRow& row, Verb verb) {
  switch (verb) {
    case Verb::encrypt:
      return row.ops.encrypt != nullptr;
    case Verb::decrypt:
      return row.ops.decrypt != nullptr;
    case Verb::sign:
      return row.ops.sign != nullptr;
    case Verb::verify:
      return row.ops.verify != nullptr;
    case Verb::digest:
      return row.ops.digest != nullptr;
    case Verb::wrap:
      return row.ops.wrap != nullptr || row.ops.wrap_aead != nullptr;
    case Verb::unwrap:
      return row.ops.unwrap != nullptr || row.ops.unwrap_aead != nullptr;
    case Verb::derive:
      return row.ops.derive != nullptr || row.ops.derive_keys != nullptr;
    case Verb::generate:
      return row.ops.generate != nullptr || row.ops.generate_from != nullptr;
    case Verb::generate_pair:
      return row.ops.generate_pair != nullptr;
    case Verb::generate_parameters:
      return row.ops.generate_parameters != nullptr;
    case Verb::sign_recover:
      return row.ops.sign_recover != nullptr;
    case Verb::verify_recover:
      return row.ops.verify_recover != nullptr;
    case Verb::encapsulate:
      return row.ops.encapsulate != nullptr;
    case Verb::decapsulate:
      return row.ops.decapsulate != nullptr;
    case Verb::message_encrypt:
      return row.ops.message_encrypt != nullptr;
    case Verb::message_decrypt:
      return row.ops.message_decrypt != nullptr;
    // A one-time password is a signature over its parameter, and there is one for each.
    case Verb::message_sign:
      return row.ops.sign != nullptr && row.param != wire::ParamKind::otp;
    case Verb::message_verify:
      return row.ops.verify != nullptr && row.param != wire::ParamKind::otp;
  }
  return false;
}

struct VerbFlag {
  Verb verb;
  std::uint32_t flag;
};
inline constexpr std::array kVerbFlags = {
    VerbFlag{Verb::encrypt, CKF_ENCRYPT},   VerbFlag{Verb::decrypt, CKF_DECRYPT},
    VerbFlag{Verb::sign, CKF_SIGN},         VerbFlag{Verb::verify, CKF_VERIFY},
    VerbFlag{Verb::digest, CKF_DIGEST},     VerbFlag{Verb::wrap, CKF_WRAP},
    VerbFlag{Verb::unwrap, CKF_UNWRAP},     VerbFlag{Verb::derive, CKF_DERIVE},
    VerbFlag{Verb::generate, CKF_GENERATE}, VerbFlag{Verb::generate_pair, CKF_GENERATE_KEY_PAIR},
    VerbFlag{Verb::generate_parameters, CKF_GENERATE},
    VerbFlag{Verb::sign_recover, CKF_SIGN_RECOVER},
    VerbFlag{Verb::verify_recover, CKF_VERIFY_RECOVER},
    VerbFlag{Verb::message_encrypt, CKF_MESSAGE_ENCRYPT},
    VerbFlag{Verb::message_decrypt, CKF_MESSAGE_DECRYPT},
    VerbFlag{Verb::message_sign, CKF_MESSAGE_SIGN},
    VerbFlag{Verb::message_verify, CKF_MESSAGE_VERIFY},
    VerbFlag{Verb::encapsulate, CKF_ENCAPSULATE},
    VerbFlag{Verb::decapsulate, CKF_DECAPSULATE},
};

/// flag_of is the flag of a verb.
constexpr std::uint32_t flag_of(Verb verb) {
  for (const VerbFlag& entry : kVerbFlags)
    if (entry.verb == verb) return entry.flag;
  return 0;
}

/// takes_message_parts tells whether a row's messages may come in parts.
constexpr bool takes_message_parts(const MechanismRow& row) {
  if (offers(row, Verb::message_encrypt)) return true;
  return row.parts == Parts::any && (offers(row, Verb::message_sign) || offers(row, Verb::message_verify));
}

/// flags_of computes the CKF_ flags of CK_MECHANISM_INFO from what the row can do.
constexpr std::uint32_t flags_of(const MechanismRow& row) {
  std::uint32_t flags = 0;
  for (const VerbFlag& entry : kVerbFlags)
    if (offers(row, entry.verb)) flags |= entry.flag;
  if (takes_message_parts(row)) flags |= CKF_MULTI_MESSAGE;
  if (row.keys.contains(ck::KeyType{CKK_EC})) flags |= CKF_EC_F_P | CKF_EC_OID | CKF_EC_UNCOMPRESS;
  return flags;
}

constexpr std::uint32_t min_size(const KeySize& size) {
  if (const auto* const bits = std::get_if<Bits>(&size)) return bits->min;
  if (const auto* const octets = std::get_if<Octets>(&size)) return octets->min;
  return 0;
}
constexpr std::uint32_t max_size(const KeySize& size) {
  if (const auto* const bits = std::get_if<Bits>(&size)) return bits->max;
  if (const auto* const octets = std::get_if<Octets>(&size)) return octets->max;
  return 0;
}

/// well_formed checks a family's rows while they compile: ids are unique, each row can do something, its sizes are a
/// range, it names keys unless it is a digest, and what is hashed first may come in parts.
constexpr bool well_formed(std::span<const MechanismRow> rows) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const MechanismRow& row = rows[i];
    if (flags_of(row) == 0 || min_size(row.size) > max_size(row.size)) return false;
    if (row.keys.empty() != offers(row, Verb::digest)) return false;
    if (row.digest.has_value() && row.parts != Parts::any) return false;
    for (std::size_t j = i + 1; j < rows.size(); ++j)
      if (rows[j].id == row.id) return false;
  }
  return true;
}

/// Family is the mechanisms of one file: they share code, pass or fail the self-test together, and go together.
struct Family {
  std::string_view name;
  std::span<const MechanismRow> (*rows)();
};
std::span<const Family> families();

/// withdraw takes a family from what is offered, because its self-test failed. Before anybody is served; not thread-safe.
void withdraw(std::string_view family);

// HF_CHECK_ROWS has well_formed() checked while a family compiles; a test checks all of them again. With UBSan, GCC 12
// takes the address of a function of another file for no constant.
#ifdef HOLDFAST_SANITIZED
#define HF_CHECK_ROWS(rows) static_assert(std::size(rows) != 0)
#else
#define HF_CHECK_ROWS(rows) static_assert(well_formed(rows))
#endif

// The families, one file each.
std::span<const MechanismRow> aes_ccm_rows();
std::span<const MechanismRow> aes_cipher_rows();
std::span<const MechanismRow> aes_cmac_rows();
std::span<const MechanismRow> aes_cts_rows();
std::span<const MechanismRow> aes_encrypt_data_rows();
std::span<const MechanismRow> aes_gcm_rows();
std::span<const MechanismRow> aes_gmac_rows();
std::span<const MechanismRow> aes_key_wrap_rows();
std::span<const MechanismRow> aes_mac_rows();
std::span<const MechanismRow> aes_xts_rows();
std::span<const MechanismRow> blake2b_mac_rows();
std::span<const MechanismRow> chacha20_poly1305_rows();
std::span<const MechanismRow> chacha20_rows();
std::span<const MechanismRow> digest_rows();
std::span<const MechanismRow> dh_rows();
std::span<const MechanismRow> dsa_rows();
std::span<const MechanismRow> ec_key_pair_rows();
std::span<const MechanismRow> ecdh_aes_key_wrap_rows();
std::span<const MechanismRow> ecdh_rows();
std::span<const MechanismRow> ecdsa_rows();
std::span<const MechanismRow> eddsa_rows();
std::span<const MechanismRow> hash_tree_rows();
std::span<const MechanismRow> hkdf_rows();
std::span<const MechanismRow> hmac_rows();
std::span<const MechanismRow> ml_dsa_rows();
std::span<const MechanismRow> ml_kem_rows();
std::span<const MechanismRow> pbkdf2_rows();
std::span<const MechanismRow> hotp_rows();
std::span<const MechanismRow> poly1305_rows();
std::span<const MechanismRow> montgomery_key_pair_rows();
std::span<const MechanismRow> rsa_aes_key_wrap_rows();
std::span<const MechanismRow> rsa_key_pair_rows();
std::span<const MechanismRow> rsa_oaep_rows();
std::span<const MechanismRow> rsa_pkcs_rows();
std::span<const MechanismRow> rsa_pss_rows();
std::span<const MechanismRow> secret_key_rows();
std::span<const MechanismRow> simple_derivation_rows();
std::span<const MechanismRow> slh_dsa_rows();
std::span<const MechanismRow> sp800_108_rows();
std::span<const MechanismRow> tls12_derive_rows();
std::span<const MechanismRow> tls_mac_rows();
std::span<const MechanismRow> triple_des_mac_rows();
std::span<const MechanismRow> triple_des_rows();

/// flags_in are the flags of what a row does in a dialect: in OP-TEE's only what OP-TEE does, and never more than the
/// row can.
std::uint32_t flags_in(const MechanismRow& row, Dialect dialect);

/// find_row gives the row of a mechanism that the libcrypto found can do, or null. Thread-safe.
const MechanismRow* find_row(ck::MechanismType type);

/// offered_rows are all of them, in the order of their numbers.
std::span<const MechanismRow* const> offered_rows();

/// all_rows are those that this libcrypto cannot do too, in the order of their numbers.
std::span<const MechanismRow* const> all_rows();

}  // namespace holdfast::secure::pkcs11
