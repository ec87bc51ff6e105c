#include "secure/pkcs11/operations/public_half.h"

#include <pkcs11/pkcs11.h>

#include "secure/crypto/der.h"
#include "secure/pkcs11/operations/template_edit.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// The attributes of a private key that its public key has too.
constexpr std::uint32_t kShared[] = {CKA_ID,        CKA_SUBJECT,    CKA_START_DATE,    CKA_END_DATE, CKA_ALLOWED_MECHANISMS,
                                     CKA_EC_PARAMS, CKA_PARAMETER_SET, CKA_PRIME, CKA_SUBPRIME, CKA_BASE};
constexpr std::uint32_t kOnlyInMaterial[] = {CKA_EC_PARAMS, CKA_PARAMETER_SET, CKA_PRIME, CKA_SUBPRIME, CKA_BASE};

/// What the public half may do when the private one may.
struct Opposite {
  std::uint32_t of_private;
  std::uint32_t of_public;
};
constexpr Opposite kUses[] = {{CKA_DECRYPT, CKA_ENCRYPT},
                              {CKA_SIGN, CKA_VERIFY},
                              {CKA_SIGN_RECOVER, CKA_VERIFY_RECOVER},
                              {CKA_UNWRAP, CKA_WRAP},
                              {CKA_DECAPSULATE, CKA_ENCAPSULATE},
                              {CKA_DERIVE, CKA_DERIVE}};

Result<void> store_rsa(ByteView encoded, AttributeSet& key) {
  HF_ASSIGN_OR_RETURN(crypto::DerReader in, crypto::DerReader(encoded).enter(crypto::DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView modulus, in.take_unsigned());
  HF_ASSIGN_OR_RETURN(const ByteView exponent, in.take_unsigned());
  key.set(ck::AttributeType{CKA_MODULUS}, to_bytes(modulus));
  key.set(ck::AttributeType{CKA_PUBLIC_EXPONENT}, to_bytes(exponent));
  return {};
}

Result<void> store_number(ByteView encoded, AttributeSet& key) {
  HF_ASSIGN_OR_RETURN(const ByteView number, crypto::DerReader(encoded).take_unsigned());
  key.set(ck::AttributeType{CKA_VALUE}, to_bytes(number));
  return {};
}

}  // namespace

Result<void> store_public_half(ByteView public_key_info, AttributeSet& key) {
  HF_ASSIGN_OR_RETURN(crypto::DerReader info, crypto::DerReader(public_key_info).enter(crypto::DerTag::sequence));
  HF_TRY(info.take(crypto::DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView encoded, info.take_bit_string());
  switch (key.key_type().value) {
    case CKK_RSA:
      return store_rsa(encoded, key);
    case CKK_EC:
    case CKK_EC_EDWARDS:
    case CKK_EC_MONTGOMERY:
      key.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(encoded));
      return {};
    case CKK_DH:
    case CKK_DSA:
    case CKK_X9_42_DH:
      return store_number(encoded, key);
    default:
      key.set(ck::AttributeType{CKA_VALUE}, to_bytes(encoded));
      return {};
  }
}

Result<Bytes> public_half_defaults(const AttributeSet& private_key, const wire::Template& list) {
  // The key's own facts come from the private half alone.
  for (const std::uint32_t type : kOnlyInMaterial) {
    HF_ASSIGN_OR_RETURN(const auto said, stated(list, ck::AttributeType{type}));
    if (said.has_value()) return fail(Rv::template_inconsistent, "template describes the key itself");
  }
  Bytes full = to_bytes(list.attributes);
  for (const std::uint32_t type : kShared) {
    const Bytes* const value = private_key.find(ck::AttributeType{type});
    HF_ASSIGN_OR_RETURN(const auto said, stated(list, ck::AttributeType{type}));
    if (value != nullptr && !said.has_value()) append(full, ck::AttributeType{type}, *value);
  }
  for (const Opposite& use : kUses) {
    HF_ASSIGN_OR_RETURN(const auto said, stated(list, ck::AttributeType{use.of_public}));
    if (!said.has_value() && private_key.flag(ck::AttributeType{use.of_private}))
      append_flag(full, ck::AttributeType{use.of_public}, true);
  }
  HF_ASSIGN_OR_RETURN(const auto is_private, stated(list, ck::AttributeType{CKA_PRIVATE}));
  if (!is_private.has_value()) append_flag(full, ck::AttributeType{CKA_PRIVATE}, false);
  return full;
}

}  // namespace holdfast::secure::pkcs11
