#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/object_access.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/token/policy.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

Actor actor_of(const Call& call) {
  const std::shared_ptr<const Login> login = call.login();
  return {.is_security_officer = login != nullptr && login->owner() == PinOwner::so, .dialect = call.dialect()};
}

Result<void> require_writable(const Call& call, const Object& object) {
  if (object.is_token_object() && !call.session->is_read_write())
    return fail(Rv::session_read_only, "changing a token object needs a read-write session");
  return {};
}

}  // namespace

Handled<wire::CreateObject> handle(wire::CreateObject, const wire::CreateObject::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(ObjectContent content, draft_object(Origin::create, request.attributes, {.dialect = call.dialect()}));
  HF_TRY(require_usable(content, call.dialect()));
  HF_TRY(finish_object(call, content, {.origin = Origin::create}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(content)));
  return wire::CreateObject::Reply{.object = handle};
}

Handled<wire::DestroyObject> handle(wire::DestroyObject, const wire::DestroyObject::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const ObjectRef object, require_object(call, request.object));
  HF_TRY(require_writable(call, *object));
  if (!object->attributes.flag(ck::AttributeType{CKA_DESTROYABLE})) return fail(Rv::action_prohibited, "object is not destroyable");
  if (object->is_token_object()) HF_TRY(call.token().destroy(object->uid));
  call.client.forget(object->uid);
  return wire::Nothing{};
}

namespace {

// A logout ends a search: it may hold private objects.
std::optional<Session::Search>& live_search(const Call& call) {
  std::optional<Session::Search>& search = call.session->search();
  if (search.has_value() && search->login_generation != call.client.login_generation(call.token().slot())) search.reset();
  return search;
}

// PKCS#11 3.1 §5.7.7; OP-TEE ABI section 5.5.
Rv search_is_open(Dialect dialect) {
  return dialect == Dialect::standard ? Rv::operation_active : Rv::function_failed;
}

Result<Session::Search*> open_search(const Call& call) {
  std::optional<Session::Search>& search = live_search(call);
  if (!search.has_value()) return fail(Rv::operation_not_initialized, "no search is open in this session");
  return &*search;
}

}  // namespace

Handled<wire::FindObjectsInit> handle(wire::FindObjectsInit, const wire::FindObjectsInit::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  std::optional<Session::Search>& search = live_search(call);
  if (search.has_value()) return fail(search_is_open(call.dialect()), "a search is open in this session");
  HF_TRY(check_search_template(request.attributes, call.dialect()));
  search = Session::Search{.found = call.client.find_matching(*call.session, request.attributes),
                           .login_generation = call.client.login_generation(call.token().slot())};
  return wire::Nothing{};
}

Handled<wire::FindObjects> handle(wire::FindObjects, const wire::FindObjects::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(Session::Search* const search, open_search(call));
  const std::size_t count = std::min(call.parameter2->size() / 4, search->found.size() - search->next);
  wire::FieldWriter writer(call.parameter2->streaming_output().first(count * 4));
  for (std::size_t i = 0; i < count; ++i) writer.u32(search->found[search->next + i].value);
  search->next += count;
  call.set_output_size(count * 4);
  return wire::Nothing{};
}

Handled<wire::FindObjectsFinal> handle(wire::FindObjectsFinal, const wire::FindObjectsFinal::Request&, const Call& call) {
  HF_TRY(open_search(call));
  call.session->search().reset();
  return wire::Nothing{};
}

Handled<wire::GetObjectSize> handle(wire::GetObjectSize, const wire::GetObjectSize::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const ObjectRef object, require_object(call, request.object));
  std::size_t bytes = wire::kTemplateHeadBytes + object->attributes.serialise().size() + object->sealed_secrets.size();
  if (object->secrets != nullptr)
    for (const auto& [type, value] : *object->secrets) bytes += wire::kAttributeHeadBytes + value.size();
  return wire::GetObjectSize::Reply{.bytes = static_cast<std::uint32_t>(bytes)};
}

Handled<wire::GetAttributeValue> handle(wire::GetAttributeValue, const wire::GetAttributeValue::Request& request,
                                        const Call& call) {
  HF_ASSIGN_OR_RETURN(const ObjectRef object, require_object(call, request.object));
  if (call.parameter2->size() < wire::kTemplateHeadBytes + request.attributes.attributes.size())
    return fail(Rv::arguments_bad, "reply is smaller than the template");
  ObjectAccess access(object, call);
  HF_ASSIGN_OR_RETURN(const AttributeReply reply, read_attributes(object->attributes, access, request.attributes, call.dialect()));
  const ByteView bytes = wire::SecretCodec::see(reply.reply);
  if (!call.parameter2->copy_out(0, bytes)) return fail(Rv::general_error, "reply outside its parameter");
  call.set_output_size(bytes.size());
  if (reply.status != Rv::ok) return fail(reply.status, "not every attribute could be read");
  return wire::Nothing{};
}

namespace {

Result<void> set_attributes(const wire::SetAttributeValue::Request& request, const ObjectRef& object, const Call& call) {
  HF_TRY(require_writable(call, *object));
  if (!object->attributes.flag(ck::AttributeType{CKA_MODIFIABLE})) return fail(Rv::action_prohibited, "object is not modifiable");
  HF_ASSIGN_OR_RETURN(AttributeSet changed, changed_attributes(object->attributes, request.attributes, actor_of(call)));
  ObjectAccess access(object, call);
  HF_TRY(require_true_facts(object->attributes, changed, access));
  if (!object->is_token_object()) return call.client.replace_session_object(object, std::move(changed));
  const std::shared_ptr<const Login> login = call.login();
  return call.token().replace(object, std::move(changed), login.get());
}

}  // namespace

Handled<wire::SetAttributeValue> handle(wire::SetAttributeValue, const wire::SetAttributeValue::Request& request,
                                        const Call& call) {
  for (;;) {
    HF_ASSIGN_OR_RETURN(const ObjectRef object, require_own_object(call, request.object));
    const Result<void> outcome = set_attributes(request, object, call);
    // Another call got in between and made a version of its own: look again. An object that is gone ends the loop above.
    if (!outcome && outcome.error().rv == Rv::object_handle_invalid) continue;
    HF_TRY(outcome);
    return wire::Nothing{};
  }
}

namespace {

/// copy_in_session is the copy that clients make of a token key at every load: nothing of the material is copied, unsealed
/// once it is shared, and what is parsed stays parsed.
Result<ck::ObjectHandle> copy_in_session(const Call& call, ObjectAccess& source, AttributeSet attributes) {
  HF_TRY(require_place(call, attributes));
  HF_TRY(check_new_object(call.token().policy(), attributes));
  HF_ASSIGN_OR_RETURN(std::shared_ptr<const SecretSet> secrets, source.shared_secrets());
  HF_ASSIGN_OR_RETURN(const ObjectRef copy, call.client.add_session_copy(*call.session, std::move(attributes), *source.object(),
                                                                         std::move(secrets)));
  return call.client.handle_of(call.token(), *copy);
}

}  // namespace

Handled<wire::CopyObject> handle(wire::CopyObject, const wire::CopyObject::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const ObjectRef source, require_own_object(call, request.object));
  // OP-TEE ABI section 5.5: there a copy, too, touches its source.
  if (call.dialect() == Dialect::optee) HF_TRY(require_writable(call, *source));
  if (!source->attributes.flag(ck::AttributeType{CKA_COPYABLE})) return fail(Rv::action_prohibited, "object is not copyable");
  HF_ASSIGN_OR_RETURN(AttributeSet attributes, copied_attributes(source->attributes, request.attributes, actor_of(call)));
  ObjectAccess access(source, call);
  HF_TRY(require_true_facts(source->attributes, attributes, access));
  if (!attributes.flag(ck::AttributeType{CKA_TOKEN}) && misplaced_secrets(attributes).empty()) {
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, copy_in_session(call, access, std::move(attributes)));
    return wire::CopyObject::Reply{.object = handle};
  }
  HF_ASSIGN_OR_RETURN(const SecretSet* const secrets, access.secrets());
  ObjectContent content{.attributes = std::move(attributes), .secrets = {}};
  HF_ASSIGN_OR_RETURN(content.secrets, secrets->clone());
  HF_TRY(settle_secrets(content));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(content)));
  return wire::CopyObject::Reply{.object = handle};
}

}  // namespace holdfast::secure::pkcs11
