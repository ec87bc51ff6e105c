#pragma once

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/handlers/call.h"
#include "secure/pkcs11/operations/key.h"

namespace holdfast::secure::pkcs11 {

/// ObjectAccess gives an object's secret part to whoever may have it: as a Key to operations, as a SecretSource to attribute
/// reads. It holds the login for as long as the material is looked at.
class ObjectAccess final : public Key, public SecretSource {
 public:
  ObjectAccess(ObjectRef object, const Call& call) : object_(std::move(object)), token_(call.token()), login_(call.login()) {}

  const AttributeSet& attributes() const override { return object_->attributes; }
  Result<KeyMaterial> material() const override;
  Result<const SecretSet*> secrets() override;
  /// shared_secrets are the same, for an object that shares them.
  Result<std::shared_ptr<const SecretSet>> shared_secrets();
  const ObjectRef& object() const { return object_; }

 private:
  ObjectRef object_;
  Token& token_;
  std::shared_ptr<const Login> login_;
  std::shared_ptr<const SecretSet> secrets_;
};

/// require_object resolves a handle, or fails with the code the command has for an unknown one.
Result<ObjectRef> require_object(const Call& call, ck::ObjectHandle handle, Rv unknown = Rv::object_handle_invalid);
/// require_own_object passes over objects of other tokens, which OP-TEE's dialect reaches: no key moves from one token's
/// users to another's, and what one token's security officer trusts is trusted there only.
Result<ObjectRef> require_own_object(const Call& call, ck::ObjectHandle handle, Rv unknown = Rv::object_handle_invalid);

/// require_place checks that the session may hold an object of these attributes: a command that makes keys asks before the
/// work. Rv::key_function_not_permitted, session_read_only, user_not_logged_in.
Result<void> require_place(const Call& call, const AttributeSet& attributes);

/// place_objects checks that the session may hold the new objects and makes them session or token objects, all or none, in
/// the order given.
Result<std::vector<ck::ObjectHandle>> place_objects(const Call& call, std::vector<ObjectContent> contents);

/// place_object does the same for one.
Result<ck::ObjectHandle> place_object(const Call& call, ObjectContent content);

/// require_usable checks that imported key material makes a key; objects that are no keys pass. In OP-TEE's dialect a key
/// may lack a part, and fails at its first use (ABI section 10.4).
Result<void> require_usable(const ObjectContent& content, Dialect dialect);

/// finish_object completes a new object whose key material is there: history, check value, public key info. Every new key
/// passes here, however it came into being.
Result<void> finish_object(const Call& call, ObjectContent& content, const History& history);

/// require_true_facts checks what a client may set in OP-TEE's dialect although the key decides it: CKA_CHECK_VALUE and
/// CKA_PUBLIC_KEY_INFO (ABI section 10.6). Rv::attribute_value_invalid when they are another key's.
Result<void> require_true_facts(const AttributeSet& before, const AttributeSet& after, SecretSource& secrets);

}  // namespace holdfast::secure::pkcs11
