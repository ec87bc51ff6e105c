#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"
#include "secure/pkcs11/handlers/wrapping.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/template_edit.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// draft_shared drafts the key that both sides get: a secret key, as all of KEM's are.
Result<ObjectContent> draft_shared(const Call& call, const wire::Template& list, const AttributeSet& from,
                                   ck::AttributeType required) {
  const ck::AttributeType class_type{CKA_CLASS};
  HF_ASSIGN_OR_RETURN(const auto said, stated(list, class_type));
  Bytes full = to_bytes(list.attributes);
  if (!said.has_value()) {
    ByteWriter secret_key;
    secret_key.u32(CKO_SECRET_KEY);
    append(full, class_type, secret_key.view());
  }
  return draft_unwrapped(call, {.attributes = full}, from, required);
}

}  // namespace

Handled<wire::EncapsulateKey> handle(wire::EncapsulateKey, const wire::EncapsulateKey::Request& request, const Call& call) {
  constexpr std::size_t kHead = wire::EncapsulateKey::kHeadBytes;
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef public_key, require_own_object(call, request.public_key, Rv::key_handle_invalid));
  HF_TRY(require_use(Verb::encapsulate, request.mechanism, public_key->attributes));
  HF_ASSIGN_OR_RETURN(ObjectContent key, draft_shared(call, request.attributes, public_key->attributes,
                                                      ck::AttributeType{CKA_ENCAPSULATE_TEMPLATE}));
  HF_ASSIGN_OR_RETURN(const Bytes ciphertext, encapsulate_key(request.mechanism, ObjectAccess(public_key, call), key));
  // Without room for the ciphertext there is no key either.
  HF_TRY(call.require_output(kHead + ciphertext.size()));
  HF_TRY(finish_object(call, key, {.origin = Origin::unwrap}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(key)));
  ByteWriter out;
  out.u32(handle.value).raw(ciphertext);
  if (!call.parameter2->copy_out(0, out.view())) return fail(Rv::general_error, "ciphertext outside its parameter");
  call.set_output_size(out.size());
  return wire::Nothing{};
}

Handled<wire::DecapsulateKey> handle(wire::DecapsulateKey, const wire::DecapsulateKey::Request& request, const Call& call) {
  HF_TRY(require_quiet(call));
  HF_ASSIGN_OR_RETURN(const ObjectRef private_key,
                      require_own_object(call, request.private_key, Rv::unwrapping_key_handle_invalid));
  HF_TRY(require_use(Verb::decapsulate, request.mechanism, private_key->attributes));
  HF_ASSIGN_OR_RETURN(ObjectContent key, draft_shared(call, request.attributes, private_key->attributes,
                                                      ck::AttributeType{CKA_DECAPSULATE_TEMPLATE}));
  HF_ASSIGN_OR_RETURN(const SecretBytes ciphertext,
                      Call::private_input(call.parameter1, kMaxWrappedBytes, Rv::wrapped_key_len_range));
  HF_TRY(decapsulate_key(request.mechanism, ObjectAccess(private_key, call), wire::SecretCodec::see(ciphertext), key));
  HF_TRY(finish_object(call, key, {.origin = Origin::unwrap}));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle handle, place_object(call, std::move(key)));
  return wire::DecapsulateKey::Reply{.object = handle};
}

}  // namespace holdfast::secure::pkcs11
