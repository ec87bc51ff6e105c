#pragma once

#include <optional>
#include <vector>

#include "secure/pkcs11/attributes/attribute_set.h"
#include "secure/pkcs11/dialect.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// Origin is how an object comes into being; an attribute's row says for each what a template must, may or may not hold.
enum class Origin : std::uint8_t { create, generate, unwrap, derive };

/// Expectation is what the command already knows of the object: a generation mechanism implies class and key type, a
/// parent's or wrapping key's CKA_DERIVE_TEMPLATE / CKA_UNWRAP_TEMPLATE (a serialised attribute list) must agree and fills in.
struct Expectation {
  Dialect dialect = Dialect::standard;
  std::optional<ck::ObjectClass> object_class;
  std::optional<ck::KeyType> key_type;
  std::optional<ck::KeyType> default_key_type;  // of a template that names none
  const Bytes* required_template = nullptr;
};

/// draft_object checks a caller's template against the rows of its class and key type and gives the attributes of a new
/// object: the caller's, and the defaults of the rest. Key material that a mechanism makes is not there yet.
/// Fails with Rv::template_incomplete, template_inconsistent, attribute_type_invalid, attribute_value_invalid,
/// attribute_read_only as PKCS#11, or OP-TEE (optee_template.h), names each case. Whether imported material makes a key, load_key
/// (operations/key.h) tells.
Result<ObjectContent> draft_object(Origin origin, const wire::Template& attributes, const Expectation& expected);

/// History is what decides the attributes that no caller may set.
struct History {
  Origin origin = Origin::create;
  std::optional<ck::MechanismType> generated_by;  // CKA_KEY_GEN_MECHANISM; set for generated keys
  // Of the parent of a derived key: CKA_ALWAYS_SENSITIVE and CKA_NEVER_EXTRACTABLE follow from it and the key's own.
  bool parent_always_sensitive = false;
  bool parent_never_extractable = false;
};

/// complete_object sets what only the token knows once the key material is there: CKA_LOCAL, CKA_ALWAYS_SENSITIVE,
/// CKA_NEVER_EXTRACTABLE, CKA_KEY_GEN_MECHANISM, and what tells of the material: CKA_VALUE_LEN, CKA_VALUE_BITS,
/// CKA_MODULUS_BITS, CKA_PRIME_BITS, CKA_SUBPRIME_BITS, CKA_HSS_LEVELS and the types beside it. (CKA_UNIQUE_ID is the object table's;
/// CKA_CHECK_VALUE and CKA_PUBLIC_KEY_INFO need crypto and come from operations/key.h.)
Result<void> complete_object(ObjectContent& object, const History& history);

/// Actor is who changes an object.
struct Actor {
  bool is_security_officer = false;
  Dialect dialect = Dialect::standard;
};

/// changed_attributes gives the object's attributes after C_SetAttributeValue: all or nothing. Values go from
/// CKA_SENSITIVE false to true, CKA_EXTRACTABLE true to false, and so on, only as the rows allow.
Result<AttributeSet> changed_attributes(const AttributeSet& current, const wire::Template& change, const Actor& actor);

/// copied_attributes gives the attributes of the copy that C_CopyObject makes.
Result<AttributeSet> copied_attributes(const AttributeSet& source, const wire::Template& change, const Actor& actor);

/// misplaced_secrets are the attributes that became secret, as a copy's CKA_PRIVATE may make them; settle_secrets moves them
/// into the SecretSet.
std::vector<ck::AttributeType> misplaced_secrets(const AttributeSet& object);
Result<void> settle_secrets(ObjectContent& object);

/// is_secret tells whether an attribute of this object is key material kept in its SecretSet.
bool is_secret(const AttributeSet& object, ck::AttributeType type);

/// matches tells whether an object has every attribute of a search template, byte for byte. Secret attributes never match,
/// so that a search confirms no guess (OP-TEE ABI section 19.3, 7). The point of an Edwards key matches in any of its forms.
bool matches(const AttributeSet& object, const wire::Template& search);

/// check_search_template refuses a list that runs past its end and, in OP-TEE's dialect, what its clean-up refuses and
/// classes it does not search (Rv::arguments_bad). What no object can have is asked for in vain, not refused.
/// In OP-TEE a value without bytes matches nothing (ABI section 5.5). Here, in both dialects, it finds objects that have the
/// attribute without bytes: libp11 looks for the other half of a pair that was made without a CKA_ID so.
Result<void> check_search_template(const wire::Template& search, Dialect dialect = Dialect::standard);

/// read_attributes answers GET_ATTRIBUTE_VALUE: the request's list with sizes and values filled in, in the request's layout
/// (OP-TEE ABI section 4.5). The secret part is asked for only when a revealable secret attribute is read.
/// `reply` is the whole list including its head; `status` is the code to return beside it.
struct AttributeReply {
  SecretBytes reply;
  Rv status = Rv::ok;
};
class SecretSource {
 public:
  virtual ~SecretSource() = default;
  virtual Result<const SecretSet*> secrets() = 0;
};
Result<AttributeReply> read_attributes(const AttributeSet& object, SecretSource& secrets, const wire::Template& request,
                                       Dialect dialect = Dialect::standard);

}  // namespace holdfast::secure::pkcs11
