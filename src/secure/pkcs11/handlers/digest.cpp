#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> finish(StepKind kind, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::digest, kind, call));
  Digester& digester = step.as<Digester>();
  HF_TRY(step.require_output(call, digester.digest_bytes()));
  if (kind == StepKind::oneshot) HF_TRY(digester.update(call.input()));
  Bytes digest(digester.digest_bytes());
  HF_TRY(digester.finish(digest));
  if (!call.parameter2->copy_out(0, digest)) return fail(Rv::general_error, "digest outside its parameter");
  call.set_output_size(digest.size());
  return {};
}

/// OP-TEE digests the values of two types of keys (ABI section 9.3).
bool is_digestible(const AttributeSet& key, Dialect dialect) {
  if (key.object_class() != ck::ObjectClass{CKO_SECRET_KEY}) return false;
  const ck::KeyType type = key.key_type();
  return dialect == Dialect::standard || type == ck::KeyType{CKK_GENERIC_SECRET} || type == ck::KeyType{CKK_AES};
}

}  // namespace

Handled<wire::DigestInit> handle(wire::DigestInit, const wire::DigestInit::Request& request, const Call& call) {
  OperationSlot& slot = call.session->operation(Verb::digest);
  const std::uint64_t generation = call.client.login_generation(call.token().slot());
  if (slot.has_value() && slot->login_generation == generation) return fail(Rv::operation_active, "a digest is active");
  HF_TRY(require_quiet(call));
  HF_TRY(check_operation(call.token().policy(), Verb::digest, request.mechanism));
  HF_ASSIGN_OR_RETURN(Begun begun, begin_digest(request.mechanism, call.dialect()));
  slot = ActiveOperation{.operation = std::move(begun.operation), .parts = begun.parts,
                         .login_slot = call.token().slot(), .login_generation = generation};
  return wire::Nothing{};
}

// PKCS#11 3.1 §5.10.3: the value of a secret key is digested; it need not be extractable.
Handled<wire::DigestKey> handle(wire::DigestKey, const wire::DigestKey::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::digest, StepKind::update, call));
  HF_ASSIGN_OR_RETURN(const ObjectRef object, require_object(call, request.object, Rv::key_handle_invalid));
  if (!is_digestible(object->attributes, call.dialect())) return fail(Rv::key_indigestible, "no key whose value is digested");
  ObjectAccess access(object, call);
  HF_ASSIGN_OR_RETURN(const SecretSet* const secrets, access.secrets());
  const SecretBytes* const value = secrets->find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return fail(Rv::key_indigestible, "key has no value");
  HF_TRY(step.as<Digester>().update_key(*value));
  step.keep_for_more_data();
  return wire::Nothing{};
}

Handled<wire::DigestUpdate> handle(wire::DigestUpdate, const wire::DigestUpdate::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Step step, Step::enter(Verb::digest, StepKind::update, call));
  HF_TRY(step.as<Digester>().update(call.input()));
  step.keep_for_more_data();
  return wire::Nothing{};
}

Handled<wire::DigestFinal> handle(wire::DigestFinal, const wire::DigestFinal::Request&, const Call& call) {
  HF_TRY(finish(StepKind::finish, call));
  return wire::Nothing{};
}

Handled<wire::DigestOneshot> handle(wire::DigestOneshot, const wire::DigestOneshot::Request&, const Call& call) {
  HF_TRY(finish(StepKind::oneshot, call));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
