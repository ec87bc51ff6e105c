#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"
#include "ck/handles.h"
#include "secret/secret_bytes.h"
#include "secure/pkcs11/operations/key.h"

namespace holdfast::secure::pkcs11 {

/// OtherKeys gives a derivation the keys that its parameter names beside the base key.
class OtherKeys {
 public:
  virtual ~OtherKeys() = default;
  /// find gives a key that the caller sees; Rv::key_handle_invalid. It lives as long as this.
  virtual Result<const Key*> find(ck::ObjectHandle handle) = 0;
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
  /// CKA_DERIVE of the base key is asked for.
  bool asks_derive = true;
};

/// PlannedKey is one of the keys that a derivation makes, when they are not just the one that C_DeriveKey's template
/// describes.
struct PlannedKey {
  Bytes attributes;  // its template, as an attribute list
  std::optional<ck::KeyType> key_type;
  std::optional<std::size_t> bytes;  // when the mechanism decides it
};

/// Derived are the values of those keys, in that order, and what the mechanism tells beside them.
struct Derived {
  std::vector<SecretBytes> keys;
  Bytes results;
};

}  // namespace holdfast::secure::pkcs11
