#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"
#include "ck/handles.h"
#include "secret/secret_bytes.h"
#include "secure/pkcs11/dialect.h"
#include "secure/pkcs11/operations/key.h"
#include "wire/mechanism.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

/// OtherKeys gives a derivation the keys that its parameter names beside the base key.
class OtherKeys {
 public:
  virtual ~OtherKeys() = default;
  /// find gives a key that the caller sees; Rv::key_handle_invalid. It lives as long as this.
  virtual Result<const Key*> find(ck::ObjectHandle handle) = 0;
  /// found are the attributes of all that were given.
  virtual std::span<const AttributeSet* const> found() const = 0;
};

/// Secrecy tells what CKA_SENSITIVE, CKA_EXTRACTABLE and what follows from them are in a derived key.
enum class Secrecy : std::uint8_t {
  chosen,     // the template's; its past is the base key's
  inherited,  // the base key's, unless the template says otherwise; the past of any key that went in
  strictest,  // those of the most secret key that went in; the past of all of them
  same,       // the base key's
};

/// Derivation is what a mechanism makes of a base key.
struct Derivation {
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  Secrecy secrecy = Secrecy::chosen;
  /// A template without CKA_KEY_TYPE is for a generic secret; one with a type of several lengths must name the length.
  bool generic_by_default = false;
  /// Whether the base key must allow it by CKA_DERIVE.
  bool asks_derive = true;
};

/// PlannedKey is one of the keys that a derivation makes.
struct PlannedKey {
  Bytes attributes;  // its template, as an attribute list
  std::optional<std::size_t> bytes = std::nullopt;  // when the mechanism decides it
};

/// Derived are the values of those keys, in that order, and what the mechanism tells beside them.
struct Derived {
  std::vector<SecretBytes> keys;
  Bytes results;
};

/// DerivationPlan is what a derivation will make: how to draft it, before anything is computed.
struct DerivationPlan {
  Derivation kind;
  std::vector<PlannedKey> keys;
};
/// plan_derivation reads the mechanism and its parameter; `attributes` is the caller's template.
Result<DerivationPlan> plan_derivation(const wire::Mechanism& mechanism, const wire::Template& attributes, Dialect dialect);

/// derive_keys fills the drafted objects of a plan, and returns what the mechanism tells beside them. It checks the base
/// key as begin does.
Result<Bytes> derive_keys(const wire::Mechanism& mechanism, const Key& base, OtherKeys& others, const DerivationPlan& plan,
                          std::span<ObjectContent> keys, Dialect dialect);

/// Past is what a derived key inherits of CKA_ALWAYS_SENSITIVE and CKA_NEVER_EXTRACTABLE.
struct Past {
  bool always_sensitive = false;
  bool never_extractable = false;
};
/// settle_secrecy gives a derived key the secrecy of those it came from; Rv::template_inconsistent when its template asked
/// for less.
Result<Past> settle_secrecy(Secrecy rule, const AttributeSet& base, const OtherKeys& others, const PlannedKey& planned,
                            AttributeSet& key);

/// secret_value is the value of a secret key; Rv::key_type_inconsistent for any other.
Result<std::shared_ptr<const SecretBytes>> secret_value(const KeyMaterial& material);

struct Start;
/// base_value is that of the key derived from, other_value that of a key the parameter names, checked as a base key is.
Result<std::shared_ptr<const SecretBytes>> base_value(const Start& start);
Result<std::shared_ptr<const SecretBytes>> other_value(const Start& start, ck::ObjectHandle handle);

}  // namespace holdfast::secure::pkcs11
