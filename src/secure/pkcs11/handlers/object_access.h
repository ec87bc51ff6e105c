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
  const ObjectRef& object() const { return object_; }

 private:
  ObjectRef object_;
  Token& token_;
  std::shared_ptr<const Login> login_;
  std::shared_ptr<const SecretSet> secrets_;
};

/// require_object resolves a handle, or fails with the code the command has for an unknown one.
Result<ObjectRef> require_object(const Call& call, ck::ObjectHandle handle, Rv unknown = Rv::object_handle_invalid);

/// require_place checks that the session may hold an object of these attributes: a command that makes keys asks before the
/// work. Rv::key_function_not_permitted, session_read_only, user_not_logged_in.
Result<void> require_place(const Call& call, const AttributeSet& attributes);

/// place_objects checks that the session may hold the new objects and makes them session or token objects, all or none, in
/// the order given.
Result<std::vector<ck::ObjectHandle>> place_objects(const Call& call, std::vector<ObjectContent> contents);

/// place_object does the same for one.
Result<ck::ObjectHandle> place_object(const Call& call, ObjectContent content);

/// require_usable checks that imported key material makes a key; objects that are no keys pass.
Result<void> require_usable(const ObjectContent& content);

/// finish_object completes a new object whose key material is there: history, check value, public key info.
Result<void> finish_object(ObjectContent& content, const History& history);

}  // namespace holdfast::secure::pkcs11
