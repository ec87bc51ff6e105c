#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "ck/handles.h"
#include "secure/pkcs11/dialect.h"

namespace holdfast::secure::pkcs11 {

/// Shape is what values an attribute takes.
enum class Shape : std::uint8_t {
  boolean,          // one byte, 0 or 1
  ulong,            // four bytes
  bytes,            // anything
  date,             // empty, or CK_DATE: eight digits YYYYMMDD
  mechanism_array,  // four bytes each
  attribute_list,   // a nested template
};

/// Need is whether a template must, may or must not hold an attribute.
enum class Need : std::uint8_t { may, must, never };

/// Change is what C_SetAttributeValue and C_CopyObject may do with a value.
enum class Change : std::uint8_t {
  never,
  always,
  to_true_only,
  to_false_only,
  by_security_officer,
  on_copy,  // only when copying
};

/// Read is when C_GetAttributeValue tells a value.
enum class Read : std::uint8_t {
  always,
  if_revealable,  // key material: CKA_EXTRACTABLE true and CKA_SENSITIVE false
  not_in_optee,   // told in the standard's dialect; OP-TEE's reply has no place for a nested list, and its type is invalid
};

/// AtRest is where a value is kept.
enum class AtRest : std::uint8_t {
  open,               // with the other attributes
  secret,             // in the object's SecretSet, sealed in the store and in memory
  secret_if_private,  // there when CKA_PRIVATE is true
};

/// Fallback is the value of an attribute that a template may leave out.
enum class Fallback : std::uint8_t {
  none,     // the attribute is then absent
  empty,
  no,
  yes,
  number,   // AttributeRow::number
  zero,     // not kept: four bytes of zero when asked for
  // Usage attributes (CKA_SIGN, CKA_DECRYPT, …): true when the template allows no use at all, else false. A caller that names
  // no use gets all its key type has; one that names some gets those.
  usage,
};

/// AttributeRow is all that is known of one attribute in one class of objects (PKCS#11 3.1 §4, the attribute tables). An object's
/// policy is the rows of its class and its key type together.
struct AttributeRow {
  ck::AttributeType type;
  Shape shape = Shape::bytes;
  Need create = Need::may;
  Need generate = Need::may;
  Need unwrap = Need::may;
  Need derive = Need::may;
  Change change = Change::never;
  Read read = Read::always;
  AtRest at_rest = AtRest::open;
  Fallback fallback = Fallback::none;
  std::uint32_t number = 0;
  /// False for what PKCS#11 added after OP-TEE's trusted application was written: there it is unknown.
  bool in_optee = true;
  // Where OP-TEE's trusted application keeps the attribute otherwise (ABI sections 10.3, 10.4 and 10.6).
  std::optional<Fallback> optee_fallback = std::nullopt;
  std::optional<Need> optee_create = std::nullopt;
  std::optional<Change> optee_change = std::nullopt;

  constexpr Fallback fallback_in(Dialect dialect) const {
    if (dialect == Dialect::standard) return fallback;
    if (!in_optee) return Fallback::none;
    if (optee_fallback.has_value()) return *optee_fallback;
    // ABI section 10.3: OP-TEE allows no use that the template does not name.
    return fallback == Fallback::usage ? Fallback::no : fallback;
  }
  constexpr Need create_in(Dialect dialect) const {
    return dialect == Dialect::optee && optee_create.has_value() ? *optee_create : create;
  }
  constexpr Change change_in(Dialect dialect) const {
    return dialect == Dialect::optee && optee_change.has_value() ? *optee_change : change;
  }

  /// set_by_token: no template may ever hold it.
  constexpr bool set_by_token() const {
    return create == Need::never && generate == Need::never && unwrap == Need::never && derive == Need::never;
  }
};

using RowSpan = std::span<const AttributeRow>;

RowSpan storage_attribute_rows();      // every object
RowSpan data_attribute_rows();         // CKO_DATA
RowSpan certificate_attribute_rows();  // CKO_CERTIFICATE
RowSpan x_509_attribute_rows();
RowSpan attribute_certificate_attribute_rows();
RowSpan wtls_attribute_rows();
RowSpan trust_attribute_rows();   // CKO_TRUST
RowSpan domain_attribute_rows();  // CKO_DOMAIN_PARAMETERS
RowSpan mechanism_attribute_rows();  // CKO_MECHANISM, which the token alone makes
RowSpan profile_attribute_rows();    // CKO_PROFILE, likewise
RowSpan key_attribute_rows();     // every key
RowSpan public_key_attribute_rows();
RowSpan private_key_attribute_rows();
RowSpan secret_key_attribute_rows();
RowSpan rsa_public_attribute_rows();
RowSpan rsa_private_attribute_rows();
RowSpan ec_public_attribute_rows();
RowSpan ec_private_attribute_rows();
RowSpan montgomery_public_attribute_rows();
RowSpan montgomery_private_attribute_rows();
RowSpan dsa_public_attribute_rows();
RowSpan dsa_private_attribute_rows();
RowSpan dsa_domain_attribute_rows();
RowSpan dh_public_attribute_rows();
RowSpan dh_private_attribute_rows();
RowSpan dh_domain_attribute_rows();
RowSpan x9_42_dh_public_attribute_rows();
RowSpan x9_42_dh_private_attribute_rows();
RowSpan x9_42_dh_domain_attribute_rows();
RowSpan parameter_set_public_attribute_rows();
RowSpan slh_dsa_private_attribute_rows();
RowSpan ml_dsa_private_attribute_rows();
RowSpan ml_kem_public_attribute_rows();
RowSpan ml_kem_private_attribute_rows();
RowSpan hss_public_attribute_rows();
RowSpan sized_secret_attribute_rows();  // a template that generates one tells its length
RowSpan fixed_secret_attribute_rows();  // the type has one length
RowSpan otp_key_attribute_rows();

}  // namespace holdfast::secure::pkcs11
