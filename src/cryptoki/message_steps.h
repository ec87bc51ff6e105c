#pragma once

#include "cryptoki/cipher_steps.h"
#include "cryptoki/output_buffer.h"
#include "cryptoki/write_results.h"

namespace holdfast::cryptoki {

/// begin_messages is every C_Message…Init. PKCS#11 3.0 section 5.9: a null mechanism ends the operation instead.
template <class Init>
Result<void> begin_messages(const Client& client, CK_SESSION_HANDLE session_handle, const CK_MECHANISM* mechanism,
                            CK_OBJECT_HANDLE key, std::uint32_t flag) {
  if (mechanism != nullptr) return begin<Init>(client, session_handle, mechanism, key);
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_TRY(client.send<wire::SessionCancel>({session, flag}));
  return {};
}

/// begin_cipher_messages takes the mechanism without a parameter, or with that of a message: the messages bring their own.
template <class Init>
Result<void> begin_cipher_messages(const Client& client, CK_SESSION_HANDLE session_handle,
                                   const CK_MECHANISM* mechanism, CK_OBJECT_HANDLE key, std::uint32_t flag) {
  if (mechanism == nullptr) return begin_messages<Init>(client, session_handle, mechanism, key, flag);
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  if (mechanism->mechanism > 0xFFFFFFFF) return fail(Rv::mechanism_invalid, "not a mechanism type");
  const ck::MechanismType type{static_cast<std::uint32_t>(mechanism->mechanism)};
  const CallerParam caller{mechanism->pParameter, mechanism->ulParameterLen};
  SecretBytes param;
  if (!caller.is_absent()) {
    const wire::ParamKind kind = wire::message_kind(client.param_kinds().find(type).value_or(wire::ParamKind::none));
    if (kind != wire::ParamKind::none) {
      HF_ASSIGN_OR_RETURN(param, flatten_param_without_tag(kind, caller, client.connection().epoch()));
    }
  }
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key_object, client.object(key, Rv::key_handle_invalid));
  HF_TRY(client.send<Init>({session, key_object, {type, wire::SecretCodec::see(param)}}));
  return {};
}

/// end_messages is every C_Message…Final.
template <class Init>
Result<void> end_messages(const Client& client, CK_SESSION_HANDLE session_handle) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_TRY(client.send<wire::MessageFinal>({session, Init::kId}));
  return {};
}

/// caller_message looks at a message's data, which must fit one crossing.
inline Result<ByteView> caller_message(const void* data, CK_ULONG bytes, std::size_t limit, Rv too_long) {
  HF_ASSIGN_OR_RETURN(const ByteView view, caller_bytes(data, bytes));
  HF_TRY(at_most(limit, view, too_long));
  return view;
}

/// caller_aad looks at a message's associated data.
inline Result<ByteView> caller_aad(const void* data, CK_ULONG bytes) {
  return caller_message(data, bytes, wire::kMaxAssociatedData, Rv::data_len_range);
}

}  // namespace holdfast::cryptoki
