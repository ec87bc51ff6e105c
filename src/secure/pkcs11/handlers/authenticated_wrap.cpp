#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/handlers/wrapping.h"
#include "secure/pkcs11/operations/begin.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

template <class Request>
Result<AeadUse> use_of(const Request& request) {
  if (request.is_authenticated > 1) return fail(Rv::arguments_bad, "no truth value");
  return AeadUse{.is_authenticated = request.is_authenticated == 1, .associated_data = request.associated_data};
}

}  // namespace

Handled<wire::WrapKeyAead> handle(wire::WrapKeyAead, const wire::WrapKeyAead::Request& request, const Call& call) {
  constexpr std::size_t kHead = wire::WrapKeyAead::kHeadBytes;
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const AeadUse use, use_of(request));
  HF_ASSIGN_OR_RETURN(const ObjectRef wrapping,
                      require_own_object(call, request.wrapping_key, Rv::wrapping_key_handle_invalid));
  HF_ASSIGN_OR_RETURN(const ObjectRef key, require_own_object(call, request.key, Rv::key_handle_invalid));
  if (wrapping->uid == key->uid) return fail(Rv::wrapping_key_handle_invalid, "a key does not wrap itself");
  HF_TRY(require_use(Verb::wrap, request.mechanism, wrapping->attributes));
  HF_TRY(require_wrappable(key->attributes, wrapping->attributes));
  ObjectAccess key_access(key, call);
  HF_ASSIGN_OR_RETURN(const SecretSet* const secrets, key_access.secrets());
  HF_ASSIGN_OR_RETURN(const Sealed sealed, wrap_key_aead(request.mechanism, ObjectAccess(wrapping, call), key->attributes,
                                                         *secrets, use));
  ByteWriter head;
  head.sized(sealed.nonce).sized(sealed.tag);
  if (head.size() > kHead) return fail(Rv::mechanism_param_invalid, "nonce too long");
  HF_TRY(call.require_output(kHead + sealed.wrapped.size()));
  if (!call.parameter2->copy_out(0, head.view()) || !call.parameter2->copy_out(kHead, sealed.wrapped))
    return fail(Rv::general_error, "wrapped key outside its parameter");
  call.set_output_size(kHead + sealed.wrapped.size());
  return wire::Nothing{};
}

Handled<wire::UnwrapKeyAead> handle(wire::UnwrapKeyAead, const wire::UnwrapKeyAead::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const AeadUse use, use_of(request));
  HF_ASSIGN_OR_RETURN(const ObjectRef unwrapping,
                      require_own_object(call, request.unwrapping_key, Rv::unwrapping_key_handle_invalid));
  HF_TRY(require_use(Verb::unwrap, request.mechanism, unwrapping->attributes));
  HF_ASSIGN_OR_RETURN(ObjectContent key, draft_unwrapped(call, request.attributes, unwrapping->attributes,
                                                         ck::AttributeType{CKA_UNWRAP_TEMPLATE}));
  HF_ASSIGN_OR_RETURN(const SecretBytes wrapped,
                      Call::private_input(call.parameter1, kMaxWrappedBytes, Rv::wrapped_key_len_range));
  HF_TRY(unwrap_key_aead(request.mechanism, ObjectAccess(unwrapping, call), wire::SecretCodec::see(wrapped), key, use));
  HF_TRY(finish_object(call, key, {.origin = Origin::unwrap}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(key)));
  return wire::UnwrapKeyAead::Reply{.object = handle};
}

}  // namespace holdfast::secure::pkcs11
