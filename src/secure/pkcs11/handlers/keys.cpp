#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/attributes/value_check.h"
#include "secure/pkcs11/handlers/async.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/handlers/wrapping.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/template_edit.h"
#include "secure/pkcs11/token/policy.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

// A pair is found by one CKA_ID: a half without one takes the other's (OP-TEE ABI section 5.7).
void share_id(AttributeSet& a, AttributeSet& b) {
  const ck::AttributeType id{CKA_ID};
  const auto is_empty = [&](const AttributeSet& set) { return set.find(id) == nullptr || set.find(id)->empty(); };
  if (is_empty(a) && !is_empty(b)) a.set(id, *b.find(id));
  if (is_empty(b) && !is_empty(a)) b.set(id, *a.find(id));
}

/// require_size looks at the size of a secret key before its place, as OP-TEE does.
Result<void> require_size(const AttributeSet& key) {
  const std::optional<std::uint32_t> bytes = key.ulong(ck::AttributeType{CKA_VALUE_LEN});
  const KeyTypeRow* const type = find_key_type(key.key_type());
  if (!bytes.has_value() && type != nullptr && type->sizes.is_one()) return {};
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "template has no CKA_VALUE_LEN");
  if (!secret_size_fits(key.key_type(), *bytes)) return fail(Rv::key_size_range, "key type has no such size");
  return {};
}

/// with_length adds the length that the mechanism implies to a template that is silent on it.
Result<SecretBytes> with_length(const KeyKind& kind, const wire::Template& list) {
  Bytes implied;
  HF_ASSIGN_OR_RETURN(const auto said, stated(list, ck::AttributeType{CKA_VALUE_LEN}));
  if (kind.bytes.has_value() && !said.has_value()) {
    ByteWriter length;
    length.u32(static_cast<std::uint32_t>(*kind.bytes));
    append(implied, ck::AttributeType{CKA_VALUE_LEN}, length.view());
  }
  HF_ASSIGN_OR_RETURN(SecretBytes full, SecretBytes::allocate(list.attributes.size() + implied.size()));
  wire::FieldWriter out(wire::SecretCodec::fill(full));
  out.raw(list.attributes);
  out.raw(implied);
  return full;
}

/// as_generation gives OP-TEE's code for a curve that it does not generate on (ABI section 11.1).
Result<void> as_generation(Result<void> outcome, Dialect dialect) {
  if (outcome || dialect == Dialect::standard) return outcome;
  const Rv rv = outcome.error().rv;
  if (rv == Rv::curve_not_supported || rv == Rv::domain_params_invalid)
    return fail(Rv::attribute_type_invalid, outcome.error().why);
  return outcome;
}

}  // namespace

Handled<wire::GenerateKey> handle(wire::GenerateKey, const wire::GenerateKey::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_TRY(require_no_generation(call));
  HF_TRY(check_operation(call.token().policy(), Verb::generate, request.mechanism));
  HF_ASSIGN_OR_RETURN(const KeyKind kind, generated_kind(Verb::generate, request.mechanism, call.dialect()));
  HF_ASSIGN_OR_RETURN(const SecretBytes full, with_length(kind, request.attributes));
  const wire::Template attributes{.attributes = wire::SecretCodec::see(full)};
  HF_ASSIGN_OR_RETURN(ObjectContent key, draft_object(Origin::generate, attributes,
                                                      {.dialect = call.dialect(), .object_class = kind.object_class, .key_type = kind.key_type}));
  if (kind.object_class == ck::ObjectClass{CKO_SECRET_KEY}) HF_TRY(require_size(key.attributes));
  HF_TRY(require_place(call, key.attributes));
  if (call.session->is_async()) {
    std::vector<ObjectContent> one;
    one.push_back(std::move(key));
    return start_generation(call, GenerationJob::Kind::key, request.mechanism, std::move(one));
  }
  HF_TRY(generate_key(request.mechanism, key, call.dialect()));
  HF_TRY(finish_object(call, key, {.origin = Origin::generate, .generated_by = request.mechanism.type}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(key)));
  return wire::GenerateKey::Reply{.object = handle};
}

Handled<wire::GenerateKeyPair> handle(wire::GenerateKeyPair, const wire::GenerateKeyPair::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_TRY(require_no_generation(call));
  HF_TRY(check_operation(call.token().policy(), Verb::generate_pair, request.mechanism));
  HF_ASSIGN_OR_RETURN(const KeyKind kind, generated_kind(Verb::generate_pair, request.mechanism, call.dialect()));
  std::vector<ObjectContent> pair;
  for (const auto& [object_class, attributes] : {std::pair{ck::ObjectClass{CKO_PUBLIC_KEY}, request.public_attributes},
                                                 std::pair{ck::ObjectClass{CKO_PRIVATE_KEY}, request.private_attributes}}) {
    HF_ASSIGN_OR_RETURN(ObjectContent half, draft_object(Origin::generate, attributes,
                                                         {.dialect = call.dialect(), .object_class = object_class, .key_type = kind.key_type}));
    pair.push_back(std::move(half));
  }
  for (const ObjectContent& half : pair) HF_TRY(require_place(call, half.attributes));
  share_id(pair[0].attributes, pair[1].attributes);
  if (call.session->is_async())
    return start_generation(call, GenerationJob::Kind::pair, request.mechanism, std::move(pair));
  HF_TRY(as_generation(generate_key_pair(request.mechanism, pair[0], pair[1], call.dialect()), call.dialect()));
  for (ObjectContent& half : pair)
    HF_TRY(finish_object(call, half, {.origin = Origin::generate, .generated_by = request.mechanism.type}));
  HF_ASSIGN_OR_RETURN(const std::vector<ck::ObjectHandle> handles, place_objects(call, std::move(pair)));
  return wire::GenerateKeyPair::Reply{.public_key = handles[0], .private_key = handles[1]};
}

// PKCS#11 3.1 §5.14.3, in OP-TEE's order (ABI section 5.7).
Result<void> require_wrappable(const AttributeSet& key, const AttributeSet& wrapping_key) {
  const ck::ObjectClass object_class = key.object_class();
  if (object_class != ck::ObjectClass{CKO_SECRET_KEY} && object_class != ck::ObjectClass{CKO_PRIVATE_KEY})
    return fail(Rv::key_not_wrappable, "only secret and private keys are wrapped");
  if (!key.flag(ck::AttributeType{CKA_EXTRACTABLE})) return fail(Rv::key_unextractable, "key is not extractable");
  if (key.flag(ck::AttributeType{CKA_WRAP_WITH_TRUSTED}) && !wrapping_key.flag(ck::AttributeType{CKA_TRUSTED}))
    return fail(Rv::key_not_wrappable, "key asks for a trusted wrapping key");
  const Bytes* const required = wrapping_key.find(ck::AttributeType{CKA_WRAP_TEMPLATE});
  if (required == nullptr) return {};
  HF_ASSIGN_OR_RETURN(const wire::Template list, nested_template(*required));
  if (!matches(key, list))
    return fail(Rv::key_handle_invalid, "key does not match the wrapping key's template");
  return {};
}

Result<ObjectContent> draft_unwrapped(const Call& call, const wire::Template& attributes, const AttributeSet& unwrapping_key,
                                      ck::AttributeType required) {
  HF_ASSIGN_OR_RETURN(ObjectContent key,
                      draft_object(Origin::unwrap, attributes,
                                   {.dialect = call.dialect(), .required_template = unwrapping_key.find(required)}));
  HF_TRY(require_place(call, key.attributes));
  return key;
}

Handled<wire::WrapKey> handle(wire::WrapKey, const wire::WrapKey::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef wrapping, require_own_object(call, request.wrapping_key, Rv::wrapping_key_handle_invalid));
  HF_ASSIGN_OR_RETURN(const ObjectRef key, require_own_object(call, request.key, Rv::key_handle_invalid));
  if (wrapping->uid == key->uid) return fail(Rv::wrapping_key_handle_invalid, "a key does not wrap itself");
  HF_TRY(check_operation(call.token().policy(), Verb::wrap, request.mechanism));
  HF_TRY(require_use(Verb::wrap, request.mechanism, wrapping->attributes, call.dialect()));
  HF_TRY(require_wrappable(key->attributes, wrapping->attributes));
  ObjectAccess key_access(key, call);
  HF_ASSIGN_OR_RETURN(const SecretSet* const secrets, key_access.secrets());
  HF_ASSIGN_OR_RETURN(const Bytes wrapped,
                      wrap_key(request.mechanism, ObjectAccess(wrapping, call), key->attributes, *secrets, call.dialect()));
  HF_TRY(call.require_output(wrapped.size()));
  if (!call.parameter2->copy_out(0, wrapped)) return fail(Rv::general_error, "wrapped key outside its parameter");
  call.set_output_size(wrapped.size());
  return wire::Nothing{};
}

namespace {

// PKCS#11 3.1 §5.14.4; OP-TEE names no role here (ABI section 5.7).
Rv unknown_unwrapping_key(Dialect dialect) {
  return dialect == Dialect::standard ? Rv::unwrapping_key_handle_invalid : Rv::key_handle_invalid;
}

}  // namespace

Handled<wire::UnwrapKey> handle(wire::UnwrapKey, const wire::UnwrapKey::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef unwrapping,
                      require_own_object(call, request.unwrapping_key, unknown_unwrapping_key(call.dialect())));
  HF_TRY(require_use(Verb::unwrap, request.mechanism, unwrapping->attributes, call.dialect()));
  HF_ASSIGN_OR_RETURN(ObjectContent key, draft_unwrapped(call, request.attributes, unwrapping->attributes,
                                                         ck::AttributeType{CKA_UNWRAP_TEMPLATE}));
  HF_ASSIGN_OR_RETURN(const SecretBytes wrapped, Call::private_input(call.parameter1, kMaxWrappedBytes, Rv::wrapped_key_len_range));
  HF_TRY(unwrap_key(request.mechanism, ObjectAccess(unwrapping, call), wire::SecretCodec::see(wrapped), key, call.dialect()));
  HF_TRY(finish_object(call, key, {.origin = Origin::unwrap}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(key)));
  return wire::UnwrapKey::Reply{.object = handle};
}

}  // namespace holdfast::secure::pkcs11
