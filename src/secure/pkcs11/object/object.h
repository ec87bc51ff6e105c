#pragma once

#include <memory>
#include <mutex>
#include <optional>

#include "base/uid.h"
#include "secure/pkcs11/attributes/attribute_set.h"
#include "secure/pkcs11/operations/key.h"

namespace holdfast::secure::pkcs11 {

/// KeyCache keeps a key parsed between uses. Versions of one object share it. Thread-safe.
class KeyCache {
 public:
  std::optional<KeyMaterial> get() const {
    const std::lock_guard lock(mutex_);
    return material_;
  }
  void put(KeyMaterial material) {
    const std::lock_guard lock(mutex_);
    material_ = std::move(material);
  }
  void drop() {
    const std::lock_guard lock(mutex_);
    material_.reset();
  }

 private:
  mutable std::mutex mutex_;
  std::optional<KeyMaterial> material_;  // mutex_
};

/// Object is one version of an object and never changes: C_SetAttributeValue puts a new version in its place, so whoever
/// holds one may read it without a lock.
struct Object {
  ObjectUid uid;
  AttributeSet attributes;
  /// Of a token object: the secret part as the store sealed it, or empty.
  Bytes sealed_secrets;
  /// Of a session object: the secret part itself, or null.
  std::shared_ptr<const SecretSet> secrets;
  std::shared_ptr<KeyCache> key_cache = std::make_shared<KeyCache>();

  bool is_token_object() const;
  bool is_private() const;
  bool is_key() const;
};
using ObjectRef = std::shared_ptr<const Object>;

/// set_unique_id gives the attributes their CKA_UNIQUE_ID (PKCS#11 3.0 §4.4): the uid in hexadecimal.
void set_unique_id(AttributeSet& attributes, const ObjectUid& uid);

}  // namespace holdfast::secure::pkcs11
