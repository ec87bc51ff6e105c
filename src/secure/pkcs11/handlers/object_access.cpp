#include "secure/pkcs11/handlers/object_access.h"

#include <optional>

#include <pkcs11/pkcs11.h>

#include "secure/crypto/check_value.h"
#include "secure/pkcs11/token/policy.h"
#include "secure/crypto/der.h"
#include "secure/pkcs11/attributes/edwards_point.h"
#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {

Result<KeyMaterial> ObjectAccess::material() const {
  if (std::optional<KeyMaterial> cached = object_->key_cache->get()) return *std::move(cached);
  HF_ASSIGN_OR_RETURN(const std::shared_ptr<const SecretSet> secrets, token_.open_secrets(*object_, login_.get()));
  HF_ASSIGN_OR_RETURN(KeyMaterial material, load_key(object_->attributes, *secrets));
  object_->key_cache->put(material);
  return material;
}

Result<const SecretSet*> ObjectAccess::secrets() {
  HF_ASSIGN_OR_RETURN(const std::shared_ptr<const SecretSet> secrets, shared_secrets());
  return secrets.get();  // secrets_ keeps it
}

Result<std::shared_ptr<const SecretSet>> ObjectAccess::shared_secrets() {
  if (secrets_ == nullptr) {
    HF_ASSIGN_OR_RETURN(secrets_, token_.open_secrets(*object_, login_.get()));
  }
  return secrets_;
}

Result<ObjectRef> require_object(const Call& call, ck::ObjectHandle handle, Rv unknown) {
  ObjectRef object = call.client.find(*call.session, handle);
  if (object == nullptr) return fail(unknown, "no such object for this client");
  return object;
}

Result<ObjectRef> require_own_object(const Call& call, ck::ObjectHandle handle, Rv unknown) {
  HF_ASSIGN_OR_RETURN(ObjectRef object, require_object(call, handle, unknown));
  if (call.client.home_slot(call.token(), *object) != call.token().slot()) return fail(unknown, "object of another token");
  return object;
}

// PKCS#11 3.1 §4.4 and §5.6: token objects need a read-write session, private ones the user.
Result<void> require_place(const Call& call, const AttributeSet& attributes) {
  const std::shared_ptr<const Login> login = call.login();
  const bool is_so = login != nullptr && login->owner() == PinOwner::so;
  const bool is_user = login != nullptr && login->owner() == PinOwner::user;
  if (attributes.flag(ck::AttributeType{CKA_TRUSTED}) && !is_so)
    return fail(Rv::key_function_not_permitted, "only the security officer makes an object trusted");
  if (attributes.flag(ck::AttributeType{CKA_TOKEN}) && !call.session->is_read_write())
    return fail(Rv::session_read_only, "a token object needs a read-write session");
  if (attributes.flag(ck::AttributeType{CKA_PRIVATE}) && !is_user)
    return fail(Rv::user_not_logged_in, "a private object needs the user");
  return {};
}

Result<std::vector<ck::ObjectHandle>> place_objects(const Call& call, std::vector<ObjectContent> contents) {
  std::vector<ObjectRef> placed(contents.size());
  std::vector<ObjectContent> durable;
  std::vector<std::size_t> durable_at;
  const auto undo = [&] {
    for (const ObjectRef& object : placed)
      if (object != nullptr) call.client.forget(object->uid);
  };
  for (const ObjectContent& content : contents) {
    HF_TRY(require_place(call, content.attributes));
    HF_TRY(check_new_object(call.token().policy(), content.attributes));
  }
  for (std::size_t i = 0; i < contents.size(); ++i) {
    if (contents[i].attributes.flag(ck::AttributeType{CKA_TOKEN})) {
      durable.push_back(std::move(contents[i]));
      durable_at.push_back(i);
      continue;
    }
    Result<ObjectRef> object = call.client.add_session_object(*call.session, std::move(contents[i]));
    if (!object) {
      undo();
      return Unexpected<Error>{object.error()};
    }
    placed[i] = *std::move(object);
  }
  // The commit comes last: it is the one step that cannot be taken back.
  if (!durable.empty()) {
    const std::shared_ptr<const Login> login = call.login();
    const Result<std::vector<ObjectRef>> stored = call.token().store_objects(std::move(durable), login.get());
    if (!stored) {
      undo();
      return Unexpected<Error>{stored.error()};
    }
    for (std::size_t i = 0; i < durable_at.size(); ++i) placed[durable_at[i]] = (*stored)[i];
  }
  std::vector<ck::ObjectHandle> handles;
  for (const ObjectRef& object : placed) handles.push_back(call.client.handle_of(call.token(), *object));
  return handles;
}

Result<ck::ObjectHandle> place_object(const Call& call, ObjectContent content) {
  std::vector<ObjectContent> one;
  one.push_back(std::move(content));
  HF_ASSIGN_OR_RETURN(const std::vector<ck::ObjectHandle> handles, place_objects(call, std::move(one)));
  return handles.front();
}

namespace {

bool is_half_of_pair(const AttributeSet& object) {
  return object.object_class().value == CKO_PUBLIC_KEY || object.object_class().value == CKO_PRIVATE_KEY;
}

bool is_secret_key(const AttributeSet& object) {
  return object.object_class().value == CKO_SECRET_KEY || object.object_class().value == CKO_OTP_KEY;
}

/// as_optee_import gives OP-TEE's codes for imported material that makes no key (ABI sections 10.4 and 10.5).
Result<void> as_optee_import(const AttributeSet& key, const Error& refusal) {
  if (refusal.rv == Rv::template_incomplete) return {};
  if (refusal.rv == Rv::domain_params_invalid) return fail(Rv::curve_not_supported, refusal.why);
  if (refusal.rv == Rv::key_size_range && key.key_type().value == CKK_AES) return fail(Rv::general_error, refusal.why);
  return Unexpected<Error>{refusal};
}

}  // namespace

Result<void> require_usable(const ObjectContent& content, Dialect dialect) {
  const AttributeSet& attributes = content.attributes;
  if (!is_half_of_pair(attributes) && !is_secret_key(attributes)) return {};
  const Result<KeyMaterial> material = load_key(attributes, content.secrets);
  if (material) return {};
  if (dialect == Dialect::optee) return as_optee_import(attributes, material.error());
  return Unexpected<Error>{material.error()};
}

namespace {

/// computed_check_value is nothing for a certificate that is only an address.
Result<std::optional<Bytes>> computed_check_value(const ObjectContent& content) {
  if (content.attributes.object_class() != ck::ObjectClass{CKO_CERTIFICATE}) {
    HF_ASSIGN_OR_RETURN(Bytes computed, check_value(content.attributes, content.secrets));
    return std::optional(std::move(computed));
  }
  const Bytes* const certificate = content.attributes.find(ck::AttributeType{CKA_VALUE});
  if (certificate == nullptr || certificate->empty()) return std::optional<Bytes>{};
  HF_ASSIGN_OR_RETURN(const crypto::CheckValue computed, crypto::check_value(*certificate));
  return std::optional(to_bytes(computed));
}

// PKCS#11 3.1 §4.6 and §4.10: a check value of no bytes asks for none; any other must be right.
Result<void> settle_check_value(ObjectContent& content) {
  const ck::AttributeType check{CKA_CHECK_VALUE};
  const Bytes* const given = content.attributes.find(check);
  if (given != nullptr && given->empty()) return {};
  HF_ASSIGN_OR_RETURN(std::optional<Bytes> computed, computed_check_value(content));
  if (!computed.has_value()) return {};
  if (given != nullptr && *given != *computed)
    return fail(Rv::attribute_value_invalid, "check value is that of something else");
  content.attributes.set(check, *std::move(computed));
  return {};
}

/// edwards_point computes the point of an Edwards key from either half.
Result<Bytes> edwards_point(const ObjectContent& content) {
  HF_ASSIGN_OR_RETURN(const KeyMaterial material, load_key(content.attributes, content.secrets));
  if (const auto* const half = std::get_if<crypto::EdwardsPrivateKey>(&material)) return to_bytes(half->public_point());
  if (const auto* const half = std::get_if<crypto::EdwardsPublicKey>(&material)) return to_bytes(half->point());
  return fail(Rv::key_type_inconsistent, "no Edwards key");
}

/// settle_edwards_point gives both halves of an Edwards key their point (OP-TEE ABI section 11.1), kept in DER, from which
/// either dialect tells its form. A point that came with a private key must be the key's.
Result<void> settle_edwards_point(ObjectContent& content) {
  const ck::AttributeType type{CKA_EC_POINT};
  const Result<Bytes> point = edwards_point(content);
  // A key that lacks a part has none.
  if (!point && point.error().rv == Rv::template_incomplete) return {};
  HF_TRY(point);
  const Bytes* const given = content.attributes.find(type);
  if (given != nullptr && !given->empty() && !equal(plain_edwards_point(*given), *point))
    return fail(Rv::attribute_value_invalid, "point is another key's");
  content.attributes.set(type, crypto::octet_string(*point));
  return {};
}

Result<void> settle_public_key_info(ObjectContent& content, Dialect dialect) {
  const ck::AttributeType type{CKA_PUBLIC_KEY_INFO};
  Result<Bytes> computed = public_key_info(content.attributes, content.secrets);
  // A key that lacks a part has none.
  if (!computed && computed.error().rv == Rv::template_incomplete && dialect == Dialect::optee) return {};
  HF_TRY(computed);
  const Bytes* const given = content.attributes.find(type);
  if (given != nullptr && !given->empty() && *given != *computed)
    return fail(Rv::attribute_value_invalid, "public key info is another key's");
  content.attributes.set(type, *std::move(computed));
  return {};
}

bool is_changed(ck::AttributeType type, const AttributeSet& before, const AttributeSet& after) {
  const Bytes* const then = before.find(type);
  const Bytes* const now = after.find(type);
  return now != nullptr && !now->empty() && (then == nullptr || *then != *now);
}

}  // namespace

Result<void> finish_object(const Call& call, ObjectContent& content, const History& history) {
  HF_TRY(complete_object(content, history));
  if (is_half_of_pair(content.attributes)) {
    HF_TRY(complete_half(content));
    const bool is_edwards = content.attributes.key_type().value == CKK_EC_EDWARDS;
    if (is_edwards && call.dialect() == Dialect::optee) HF_TRY(settle_edwards_point(content));
    return settle_public_key_info(content, call.dialect());
  }
  switch (content.attributes.object_class().value) {
    case CKO_CERTIFICATE:
    case CKO_SECRET_KEY:
    case CKO_OTP_KEY:
      return settle_check_value(content);
    default:
      return {};
  }
}

Result<void> require_true_facts(const AttributeSet& before, const AttributeSet& after, SecretSource& secrets) {
  const auto require = [&](ck::AttributeType type, const auto& compute) -> Result<void> {
    if (!is_changed(type, before, after)) return {};
    HF_ASSIGN_OR_RETURN(const SecretSet* const set, secrets.secrets());
    HF_ASSIGN_OR_RETURN(const Bytes computed, compute(after, *set));
    if (*after.find(type) != computed) return fail(Rv::attribute_value_invalid, "value is another key's");
    return {};
  };
  HF_TRY(require(ck::AttributeType{CKA_CHECK_VALUE}, check_value));
  return require(ck::AttributeType{CKA_PUBLIC_KEY_INFO}, public_key_info);
}

}  // namespace holdfast::secure::pkcs11
