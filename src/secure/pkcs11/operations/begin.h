#pragma once

#include <optional>
#include <vector>

#include "secure/crypto/digest.h"
#include "secure/pkcs11/attributes/attribute_set.h"
#include "secure/pkcs11/dialect.h"
#include "secure/pkcs11/operations/key.h"
#include "secure/pkcs11/operations/operation.h"
#include "wire/mechanism.h"

namespace holdfast::secure::pkcs11 {

/// begin starts an operation with a key (encrypt, decrypt, sign, verify). Every check that all verbs share is here, in this
/// order: mechanism offered for the verb (Rv::mechanism_invalid), usage attribute (key_function_not_permitted), class and
/// key type (key_type_inconsistent), CKA_ALLOWED_MECHANISMS (key_function_not_permitted), key size (key_size_range),
/// material (user_not_logged_in), parameter (mechanism_param_invalid). In OP-TEE's dialect its mechanisms are the ones there
/// are, and some codes are others (ABI sections 5.6, 7, 9.2). The caller has found the key visible and the slot idle.
struct Begun {
  Operation operation;
  Parts parts = Parts::any;
  InputRule input = InputRule::any;
  Rv update_rv = Rv::mechanism_invalid;  // what an update of a mechanism in one piece gets
};
Result<Begun> begin(Verb verb, const wire::Mechanism& mechanism, const Key& key, Dialect dialect = Dialect::standard);

/// require_use makes those checks of begin that need no more than the key's attributes, for a command that has other things
/// to look at before its work. For wrap, unwrap and derive the codes are those of a key in that role.
Result<void> require_use(Verb verb, const wire::Mechanism& mechanism, const AttributeSet& key, Dialect dialect = Dialect::standard);

/// begin_digest starts a digest.
Result<Begun> begin_digest(const wire::Mechanism& mechanism, Dialect dialect = Dialect::standard);

/// generated_kind tells class and key type that a generation mechanism implies, for a pair those of the public half.
/// Rv::mechanism_invalid when it generates none.
struct KeyKind {
  ck::ObjectClass object_class;
  std::optional<ck::KeyType> key_type;  // nothing: the template's
  std::optional<std::size_t> bytes;     // of a secret key that has but one length
};
Result<KeyKind> generated_kind(Verb verb, const wire::Mechanism& mechanism, Dialect dialect = Dialect::standard);

/// generate_key fills the secrets of a drafted secret key. Rv::key_size_range, template_incomplete (no CKA_VALUE_LEN).
Result<void> generate_key(const wire::Mechanism& mechanism, ObjectContent& key, Dialect dialect = Dialect::standard);

/// generate_key_pair fills both drafted halves.
Result<void> generate_key_pair(const wire::Mechanism& mechanism, ObjectContent& public_key, ObjectContent& private_key,
                               Dialect dialect = Dialect::standard);

/// derive_key fills the secrets of a drafted secret key from a parent; checks the parent as begin does.
Result<void> derive_key(const wire::Mechanism& mechanism, const Key& parent, ObjectContent& key,
                        Dialect dialect = Dialect::standard);

/// wrap_key gives the wrapped form of `key`, whose right to be wrapped the caller has checked. Secret keys are wrapped as
/// their value, private keys as PKCS#8. Errors carry the WRAPPING_KEY_… codes.
Result<Bytes> wrap_key(const wire::Mechanism& mechanism, const Key& wrapping_key, const AttributeSet& key, const SecretSet& secrets,
                       Dialect dialect = Dialect::standard);

/// unwrap_key fills the drafted key from `wrapped`, which is private memory. Errors carry the UNWRAPPING_KEY_… and WRAPPED_KEY_… codes.
Result<void> unwrap_key(const wire::Mechanism& mechanism, const Key& unwrapping_key, ByteView wrapped, ObjectContent& key,
                        Dialect dialect = Dialect::standard);

/// AeadUse is which parameter a wrap comes with: that of C_WrapKey, or a message's with associated data beside it.
struct AeadUse {
  bool is_authenticated = false;
  ByteView associated_data;
};
/// Sealed is a key under an AEAD: with the tag appended for C_WrapKey, apart for C_WrapKeyAuthenticated.
struct Sealed {
  Bytes wrapped;
  Bytes nonce;
  Bytes tag;
};
/// wrap_key_aead and unwrap_key_aead are wrap_key and unwrap_key for mechanisms that may make their nonce.
Result<Sealed> wrap_key_aead(const wire::Mechanism& mechanism, const Key& wrapping_key, const AttributeSet& key,
                             const SecretSet& secrets, const AeadUse& use);
Result<void> unwrap_key_aead(const wire::Mechanism& mechanism, const Key& unwrapping_key, ByteView wrapped,
                             ObjectContent& key, const AeadUse& use);

/// encapsulate_key fills a drafted secret key and returns what the private key makes it from. The codes are those of
/// C_EncapsulateKey and, below, of C_DecapsulateKey.
Result<Bytes> encapsulate_key(const wire::Mechanism& mechanism, const Key& public_key, ObjectContent& key);
/// decapsulate_key takes `ciphertext` from private memory. Rv::wrapped_key_len_range for one of another length.
Result<void> decapsulate_key(const wire::Mechanism& mechanism, const Key& private_key, ByteView ciphertext, ObjectContent& key);

/// HashUse is the hash that a mechanism's row names, and whether the mechanism is a signature of a key pair over it.
struct HashUse {
  crypto::DigestKind digest;
  bool is_signature = false;
};
/// key_type_of is the first key type of an offered mechanism.
std::optional<ck::KeyType> key_type_of(ck::MechanismType mechanism);
/// hash_use is nothing for a mechanism that is not offered or hashes nothing by itself.
std::optional<HashUse> hash_use(ck::MechanismType mechanism);

/// verb_flag is the CKF_ flag of a verb, in CK_MECHANISM_INFO and for C_SessionCancel.
std::uint32_t verb_flag(Verb verb);

/// What slots tell of mechanisms, from the rows.
struct OfferedMechanism {
  ck::MechanismType type;
  wire::ParamKind param = wire::ParamKind::none;
  std::uint32_t min_key_size = 0;
  std::uint32_t max_key_size = 0;
  std::uint32_t flags = 0;  // CKF_, computed from what the row can do
};
/// In OP-TEE's dialect they are OP-TEE's, in the order of its answer, with its sizes; one without flags is known there and
/// not offered, so a list of what is on offer leaves it out.
const std::vector<OfferedMechanism>& offered_mechanisms(Dialect dialect = Dialect::standard);

}  // namespace holdfast::secure::pkcs11
