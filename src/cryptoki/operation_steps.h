#pragma once

#include "cryptoki/caller_memory.h"
#include "cryptoki/client.h"
#include "cryptoki/flatten.h"

namespace holdfast::cryptoki {

/// The most data one memory parameter carries.
inline constexpr std::size_t kMostBulk = TEEC_CONFIG_SHAREDMEM_MAX_SIZE;
/// Data that may be fed in pieces is fed in pieces of this size.
inline constexpr std::size_t kPiece = 1024 * 1024;
/// No digest, signature or wrapped key that we make is longer.
inline constexpr std::size_t kMostResult = 64 * 1024;
/// No signature to be verified is longer: XMSS^MT of 12 layers has about 100 KiB.
inline constexpr std::size_t kMostSignature = 128 * 1024;
/// No mechanism's output is longer than its input by more.
inline constexpr std::size_t kMostExtraOutput = 8 * 1024;

/// or_end passes on the outcome of a check of the caller's arguments to a step; when it failed, the operation that Step
/// belongs to is over, as after any other failure (PKCS#11 3.0 section 5.2). A session that does not exist is worth
/// more to the caller than the mistake.
template <class Step, class T>
Result<T> or_end(const Client& client, ck::SessionHandle session, Result<T> checked) {
  if (checked) return checked;
  const auto ended = client.send<wire::ReleaseActiveProcessing>({session, Step::kId});
  if (!ended && ended.error().rv == Rv::session_handle_invalid) return Unexpected<Error>{ended.error()};
  return checked;
}

/// kStepOf is a step of the operation that an Init starts: RELEASE_ACTIVE_PROCESSING knows operations by their steps.
template <class Init>
inline constexpr wire::CommandId kStepOf{};
template <>
inline constexpr wire::CommandId kStepOf<wire::EncryptInit> = wire::EncryptOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::DecryptInit> = wire::DecryptOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::DigestInit> = wire::DigestOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::SignInit> = wire::SignOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::VerifyInit> = wire::VerifyOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::VerifySignatureInit> = wire::VerifySignatureOneshot::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::SignRecoverInit> = wire::SignRecover::kId;
template <>
inline constexpr wire::CommandId kStepOf<wire::VerifyRecoverInit> = wire::VerifyRecover::kId;

/// cancel is a C_…Init without a mechanism: from version 3.0 on it ends the active operation. Version 2.40 has no such
/// call, and with nothing active it is the null pointer that no version allows; so all tables do the same.
template <class Init>
Result<void> cancel(const Client& client, ck::SessionHandle session) {
  const auto ended = client.send<wire::ReleaseActiveProcessing>({session, kStepOf<Init>});
  if (ended) return {};
  if (ended.error().rv == Rv::operation_not_initialized) return fail(Rv::arguments_bad, "null mechanism");
  return Unexpected<Error>{ended.error()};
}

/// require_command is for a function that looks at more than its session before it crosses: without our extension block
/// (a plain OP-TEE) it is not supported, whatever its arguments are.
template <class C>
Result<void> require_command(const Client& client) {
  if (wire::is_extension(C::kId) && client.connection().is_plain_optee())
    return fail(Rv::function_not_supported, "OP-TEE has no such command");
  return {};
}

/// begin is every C_…Init with a key.
template <class Init>
Result<void> begin(const Client& client, CK_SESSION_HANDLE session_handle, const CK_MECHANISM* caller_mechanism,
                   CK_OBJECT_HANDLE key_handle) {
  HF_TRY(require_command<Init>(client));
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  if (caller_mechanism == nullptr) return cancel<Init>(client, session);
  HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(caller_mechanism, client));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, client.object(key_handle, Rv::key_handle_invalid));
  HF_TRY(client.send<Init>({session, key, mechanism.view()}));
  return {};
}

/// feed sends data to an update step that returns nothing.
template <class Update>
Result<void> feed(const Client& client, ck::SessionHandle session, ByteView data) {
  do {
    const ByteView piece = data.first(std::min(data.size(), kPiece));
    HF_TRY(client.send<Update>({session}, piece));
    data = data.subspan(piece.size());
  } while (!data.empty());
  return {};
}

/// update is every C_…Update without output.
template <class Update>
Result<void> update(const Client& client, CK_SESSION_HANDLE session_handle, const void* part, CK_ULONG part_bytes) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Update>(client, session, caller_bytes(part, part_bytes))));
  return feed<Update>(client, session, data);
}

/// step_output_bytes is how much a step would write at most. The operation stays as it is, so that a length query costs
/// it nothing, not even when there would be no output.
template <class Step>
Result<std::size_t> step_output_bytes(const Client& client, ck::SessionHandle session, std::size_t input_bytes) {
  const auto announced = static_cast<std::uint32_t>(std::min<std::size_t>(input_bytes, 0xFFFFFFFF));
  HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::StepOutputSize>({session, Step::kId, announced}));
  return reply.bytes;
}

/// answer_length_query is any step that was called with a null buffer.
template <class Step>
Result<void> answer_length_query(const Client& client, ck::SessionHandle session, OutputBuffer& out,
                                 std::size_t input_bytes) {
  HF_ASSIGN_OR_RETURN(const std::size_t needed, (step_output_bytes<Step>(client, session, input_bytes)));
  return out.settle({Rv::buffer_too_small, needed});
}

/// finish is every step that puts a short result into the caller's buffer and takes no data.
template <class Final>
Result<void> finish(const Client& client, CK_SESSION_HANDLE session_handle, CK_BYTE_PTR result,
                    CK_ULONG_PTR result_bytes, std::size_t limit = kMostResult) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(OutputBuffer out,
                      (or_end<Final>(client, session, OutputBuffer::at(result, result_bytes, limit))));
  if (out.is_length_query()) return answer_length_query<Final>(client, session, out, 0);
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Final>({session}, out.room()));
  return out.settle(outcome);
}

/// summarise_in_pieces is a single-part step with more data than one crossing carries. Room for the result is demanded
/// before the first piece is fed: a piece cannot be taken back.
template <class Oneshot, class Update, class Final>
Result<void> summarise_in_pieces(const Client& client, ck::SessionHandle session, ByteView data, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const std::size_t needed, (step_output_bytes<Oneshot>(client, session, data.size())));
  if (out.room().size() < needed) return out.settle({Rv::buffer_too_small, needed});
  HF_TRY(feed<Update>(client, session, data));
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Final>({session}, out.room()));
  return out.settle(outcome);
}

/// summarise is every single-part step whose result is short: a digest, a signature.
template <class Oneshot, class Update, class Final>
Result<void> summarise(const Client& client, CK_SESSION_HANDLE session_handle, const void* in, CK_ULONG in_bytes,
                       CK_BYTE_PTR result, CK_ULONG_PTR result_bytes) {
  HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(session_handle));
  HF_ASSIGN_OR_RETURN(const ByteView data, (or_end<Oneshot>(client, session, caller_bytes(in, in_bytes))));
  HF_ASSIGN_OR_RETURN(OutputBuffer out,
                      (or_end<Oneshot>(client, session, OutputBuffer::at(result, result_bytes, kMostResult))));
  if (out.is_length_query()) return answer_length_query<Oneshot>(client, session, out, data.size());
  if (data.size() > kMostBulk) return summarise_in_pieces<Oneshot, Update, Final>(client, session, data, out);
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<Oneshot>({session}, out.room(), data));
  return out.settle(outcome);
}

}  // namespace holdfast::cryptoki
