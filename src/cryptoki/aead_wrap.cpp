#include "cryptoki/aead_wrap.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "cryptoki/write_results.h"

namespace holdfast::cryptoki {
namespace {

constexpr std::size_t kHead = wire::WrapKeyAead::kHeadBytes;

std::optional<wire::ParamKind> row_kind(const Client& client, const CK_MECHANISM* mechanism) {
  if (mechanism == nullptr || mechanism->mechanism > 0xFFFFFFFF) return std::nullopt;
  return client.param_kinds().find(ck::MechanismType{static_cast<std::uint32_t>(mechanism->mechanism)});
}

CallerParam param_of(const CK_MECHANISM& mechanism) { return {mechanism.pParameter, mechanism.ulParameterLen}; }

/// flatten_for leaves out the tag that a wrapping makes.
Result<FlatMechanism> flatten_for(const Client& client, const CK_MECHANISM& mechanism, const WrapUse& use, bool makes_tag) {
  const std::uint32_t epoch = client.connection().epoch();
  HF_ASSIGN_OR_RETURN(SecretBytes param, use.is_authenticated && makes_tag
                                             ? flatten_param_without_tag(use.kind, param_of(mechanism), epoch)
                                             : flatten_param(use.kind, param_of(mechanism), epoch));
  return FlatMechanism(ck::MechanismType{static_cast<std::uint32_t>(mechanism.mechanism)}, std::move(param));
}

/// take_results gives the caller what lies before the wrapped key.
Result<void> take_results(ByteView head, const WrapUse& use, const CallerParam& param) {
  ByteReader in(head);
  HF_ASSIGN_OR_RETURN(const ByteView nonce, in.sized(kHead));
  HF_ASSIGN_OR_RETURN(const ByteView tag, in.sized(kHead));
  return write_message_results(use.kind, param, nonce, tag);
}

}  // namespace

std::optional<WrapUse> nonce_making_use(const Client& client, const CK_MECHANISM* mechanism) {
  const std::optional<wire::ParamKind> kind = row_kind(client, mechanism);
  if (!kind.has_value() || client.connection().is_plain_optee()) return std::nullopt;
  const wire::ParamKind wrapping = wire::wrap_kind(*kind);
  if (wrapping == *kind) return std::nullopt;
  return WrapUse{.kind = wrapping};
}

Result<WrapUse> authenticated_use(const Client& client, const CK_MECHANISM* mechanism, const void* associated_data,
                                  CK_ULONG associated_bytes) {
  HF_TRY(require_pointer(mechanism));
  if (client.connection().is_plain_optee()) return fail(Rv::function_not_supported, "OP-TEE has no authenticated wrapping");
  HF_ASSIGN_OR_RETURN(const ByteView associated, caller_bytes(associated_data, associated_bytes));
  HF_TRY(at_most(wire::WrapKeyAead::kMostAssociatedData, associated, Rv::arguments_bad));
  const std::optional<wire::ParamKind> kind = row_kind(client, mechanism);
  const wire::ParamKind message = wire::message_kind(kind.value_or(wire::ParamKind::none));
  if (message == wire::ParamKind::none) return fail(Rv::mechanism_invalid, "mechanism does not authenticate what it wraps");
  return WrapUse{.kind = message, .is_authenticated = true, .associated_data = associated};
}

Result<void> wrap_aead(const Client& client, ck::SessionHandle session, const CK_MECHANISM& mechanism,
                       CK_OBJECT_HANDLE wrapping_key, CK_OBJECT_HANDLE key, const WrapUse& use, OutputBuffer& out) {
  HF_ASSIGN_OR_RETURN(const FlatMechanism flat, flatten_for(client, mechanism, use, true));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle wrapping, client.object(wrapping_key, Rv::wrapping_key_handle_invalid));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle wrapped, client.object(key, Rv::key_handle_invalid));
  Bytes room(kHead + out.room().size());
  HF_ASSIGN_OR_RETURN(Outcome outcome,
                      client.fetch<wire::WrapKeyAead>({session, wrapping, wrapped, use.is_authenticated ? 1u : 0u,
                                                       use.associated_data, flat.view()},
                                                      room));
  if (outcome.rv != Rv::ok && outcome.rv != Rv::buffer_too_small) return fail(outcome.rv);
  if (outcome.size < kHead) return fail(Rv::general_error, "wrapped key without its head");
  outcome.size -= kHead;
  if (outcome.rv == Rv::ok && !out.is_length_query()) {
    if (outcome.size > out.room().size()) return fail(Rv::general_error, "size reported beyond the buffer");
    HF_TRY(take_results(ByteView(room).first(kHead), use, param_of(mechanism)));
    std::ranges::copy(ByteView(room).subspan(kHead, outcome.size), out.room().begin());
  }
  return out.settle(outcome);
}

Result<ck::ObjectHandle> unwrap_aead(const Client& client, ck::SessionHandle session, const CK_MECHANISM& mechanism,
                                     CK_OBJECT_HANDLE unwrapping_key, ByteView wrapped, const wire::Template& attributes,
                                     const WrapUse& use) {
  HF_ASSIGN_OR_RETURN(const FlatMechanism flat, flatten_for(client, mechanism, use, false));
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle unwrapping, client.object(unwrapping_key, Rv::unwrapping_key_handle_invalid));
  HF_ASSIGN_OR_RETURN(const auto reply,
                      client.send<wire::UnwrapKeyAead>({session, unwrapping, use.is_authenticated ? 1u : 0u,
                                                        use.associated_data, flat.view(), attributes},
                                                       wrapped));
  return reply.object;
}

}  // namespace holdfast::cryptoki
