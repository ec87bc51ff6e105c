#include "cryptoki/optee/filter.h"

#include <array>

#include "cryptoki/client.h"
#include "cryptoki/optee/mechanism_rules.h"
#include "cryptoki/optee/session_table.h"
#include "cryptoki/optee/template_rules.h"

namespace holdfast::cryptoki::optee {
namespace {

SessionTable& sessions(const Client& client) { return client.connection().optee_sessions(); }

/// end_operation ends, after a mistake of the caller, the operation that a step belongs to (PKCS#11 3.0 section 5.2).
Unexpected<Error> end_operation(const Client& client, wire::CommandId step, ck::SessionHandle session, Rv rv,
                                const char* why) {
  static_cast<void>(client.send<wire::ReleaseActiveProcessing>({session, step}));
  return fail(rv, why);
}

Result<void> put_back(const AttributeList& list, wire::Template& into, SecretBytes& memory) {
  HF_ASSIGN_OR_RETURN(into, list.write(memory));
  return {};
}

/// refit replaces a template by what `rules` make of it.
template <class Rules>
Result<Answered> refit(wire::Template& attributes, SecretBytes& memory, Rules&& rules) {
  HF_ASSIGN_OR_RETURN(AttributeList list, AttributeList::parse(attributes));
  HF_TRY(rules(list));
  HF_TRY(put_back(list, attributes, memory));
  return Answered{};
}

CK_OBJECT_CLASS class_of(const AttributeList& list) {
  const auto stated = list.number(CKA_CLASS);
  return stated ? *stated : CKO_VENDOR_DEFINED;
}

bool ends(Phase phase, const Result<Outcome>& outcome) {
  if (!outcome) return true;
  if (outcome->rv == Rv::buffer_too_small) return false;
  return outcome->rv != Rv::ok || phase != Phase::update;
}

}  // namespace

// ---- Operations

Result<Answered> before_init(const Client& client, Verb verb, ck::SessionHandle session, ck::ObjectHandle key,
                             wire::Mechanism& mechanism, Kept& kept) {
  HF_ASSIGN_OR_RETURN(kept.operation, fit_operation(client, verb, session, key, mechanism, kept.mechanism));
  return Answered{};
}

Result<Answered> before_step(const Client& client, wire::CommandId command, ck::SessionHandle session,
                             const Data& data) {
  const Step step = *step_of(command);
  const std::optional<Operation> operation = sessions(client).operation(session);
  if (!operation || operation->verb != step.verb) return Answered{};  // OP-TEE has the code for it
  // OP-TEE refuses an update without a buffer, and the operation is lost (OP-TEE ABI section 9.3).
  if (step.phase == Phase::update && data.input.empty()) return Answered{Outcome{Rv::ok, 0}};
  if (data.input.size() > operation->most_input - operation->fed)
    return end_operation(client, command, session,
                         step.verb == Verb::decrypt ? Rv::encrypted_data_len_range : Rv::data_len_range,
                         "the counter would wrap");
  if (step.verb == Verb::verify) {
    // OP-TEE takes any beginning of a MAC for the whole (OP-TEE ABI section 19.3, number 1).
    if (step.phase != Phase::update && operation->output == wire::OpteeOutput::chosen &&
        data.signature.size() != operation->result_bytes)
      return end_operation(client, command, session, Rv::signature_len_range, "a MAC of another length");
    return Answered{};
  }
  // A step that has not enough room may cost OP-TEE the running hash (OP-TEE ABI section 19.3, number 2).
  const StepSize size = step_size(*operation, step.phase, data.input.size());
  if (size.is_exact && data.out.size() < size.bytes) return Answered{Outcome{Rv::buffer_too_small, size.bytes}};
  return Answered{};
}

Result<Answered> fit(const Client& client, wire::StepOutputSize::Request& request, const Data& data, Kept&) {
  const auto step = step_of(request.command);
  const std::optional<Operation> operation = sessions(client).operation(request.session);
  if (!step || !operation || operation->verb != step->verb) {
    HF_TRY(client.send<wire::SessionInfo>({request.session}));
    return fail(Rv::operation_not_initialized);
  }
  const StepSize size = step_size(*operation, step->phase, request.input_bytes);
  wire::FieldWriter(data.out).u32(static_cast<std::uint32_t>(size.bytes));
  return Answered{Outcome{Rv::ok, sizeof(std::uint32_t)}};
}

void after_init(const Client& client, ck::SessionHandle session, const Kept& kept) {
  sessions(client).begin(session, kept.operation);
}

void after_step(const Client& client, Step step, ck::SessionHandle session, const Data& data,
                const Result<Outcome>& outcome) {
  const std::optional<Operation> operation = sessions(client).operation(session);
  if (!operation || operation->verb != step.verb) return;
  if (ends(step.phase, outcome))
    sessions(client).end(session);
  else if (outcome->rv == Rv::ok)
    sessions(client).fed(session, data.input.size(), outcome->size);
}

// ---- Sessions

Result<Answered> fit(const Client& client, wire::OpenSession::Request&, const Data&, Kept&) {
  if (sessions(client).is_full()) return fail(Rv::session_count, "more sessions than OP-TEE has");
  return Answered{};
}

/// OP-TEE's application ends when an SO logs in to a token that has none (OP-TEE ABI section 19.3, number 4c).
Result<Answered> fit(const Client& client, wire::Login::Request& request, const Data&, Kept&) {
  if (request.user_type != CKU_SO) return Answered{};
  HF_ASSIGN_OR_RETURN(const auto session, client.send<wire::SessionInfo>({request.session}));
  HF_ASSIGN_OR_RETURN(const auto token, client.send<wire::TokenInfo>({session.slot}));
  if ((token.flags & CKF_TOKEN_INITIALIZED) == 0) return fail(Rv::pin_incorrect, "the token has no SO yet");
  return Answered{};
}

void after_open(const Client& client, ck::SlotId slot, ByteView reply) {
  if (const auto opened = ByteReader(reply).u32()) sessions(client).open(ck::SessionHandle{*opened}, slot);
}

std::uint64_t opened_sessions(const Client& client) { return sessions(client).opened(); }

void after_close(const Client& client, ck::SessionHandle session, const Kept& kept) {
  sessions(client).close(session, kept.opened);
}

void after_end(const Client& client, wire::CommandId command, ck::SessionHandle session) {
  if (command == wire::Logout::kId)
    sessions(client).end_all(session);
  else
    sessions(client).end(session);
}

void after_close_all(const Client& client, ck::SlotId slot, const Kept& kept) {
  sessions(client).close_all(slot, kept.opened);
}

// ---- Objects and keys

Result<Answered> fit(const Client& client, wire::CreateObject::Request& request, const Data&, Kept& kept) {
  return refit(request.attributes, kept.attributes, [&](AttributeList& list) -> Result<void> {
    HF_TRY(fit_new(list));
    return fit_new_key(client, request.session, list, class_of(list));
  });
}

Result<Answered> fit(const Client& client, wire::GenerateKey::Request& request, const Data&, Kept& kept) {
  return refit(request.attributes, kept.attributes, [&](AttributeList& list) -> Result<void> {
    HF_TRY(fit_new(list));
    return fit_new_key(client, request.session, list, CKO_SECRET_KEY);
  });
}

Result<Answered> fit(const Client& client, wire::GenerateKeyPair::Request& request, const Data&, Kept& kept) {
  const bool is_edwards = request.mechanism.type.value == CKM_EC_EDWARDS_KEY_PAIR_GEN;
  HF_TRY(refit(request.public_attributes, kept.attributes, [&](AttributeList& list) -> Result<void> {
    if (is_edwards) fit_edwards_pair(list);
    return fit_new(list);
  }));
  return refit(request.private_attributes, kept.private_attributes, [&](AttributeList& list) -> Result<void> {
    if (is_edwards) fit_edwards_pair(list);
    HF_TRY(fit_new(list));
    return fit_new_key(client, request.session, list, CKO_PRIVATE_KEY);
  });
}

Result<Answered> fit(const Client& client, wire::DeriveKey::Request& request, const Data&, Kept& kept) {
  return refit(request.attributes, kept.attributes, [&](AttributeList& list) -> Result<void> {
    if (request.mechanism.type.value == CKM_ECDH1_DERIVE)
      HF_TRY(fit_agreement(client, request.session, request.parent, request.mechanism, kept.mechanism, list));
    HF_TRY(fit_new(list));
    return fit_new_key(client, request.session, list, class_of(list));
  });
}

Result<Answered> fit(const Client& client, wire::UnwrapKey::Request& request, const Data& data, Kept& kept) {
  HF_TRY(fit_unwrapping(client, request, data.input, request.mechanism, kept.mechanism));
  return refit(request.attributes, kept.attributes, [&](AttributeList& list) -> Result<void> {
    HF_TRY(fit_new(list));
    return fit_new_key(client, request.session, list, class_of(list));
  });
}

Result<Answered> fit(const Client& client, wire::WrapKey::Request& request, const Data&, Kept& kept) {
  HF_TRY(fit_wrapping(request.mechanism, kept.mechanism));
  HF_TRY(check_wrapped_key(client, request.session, request.key));
  return Answered{};
}

Result<Answered> fit_copied(wire::SessionObjectTemplate::Request& request, Kept& kept) {
  return refit(request.attributes, kept.attributes, fit_copy);
}
Result<Answered> fit_changed(wire::SessionObjectTemplate::Request& request, Kept& kept) {
  return refit(request.attributes, kept.attributes, fit_change);
}
Result<Answered> fit_searched(wire::FindObjectsInit::Request& request, Kept& kept) {
  return refit(request.attributes, kept.attributes, fit_search);
}

}  // namespace holdfast::cryptoki::optee
