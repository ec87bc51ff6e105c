#pragma once

#include <optional>
#include <type_traits>

#include "cryptoki/optee/operation.h"
#include "cryptoki/output_buffer.h"
#include "secret/secret_bytes.h"
#include "wire/commands/all.h"

namespace holdfast::cryptoki {
class Client;
}

namespace holdfast::cryptoki::optee {

/// The filter stands between the module and an OP-TEE that has no extension block. Every command passes it: what OP-TEE
/// must not be sent is refused, what it reads otherwise than the standard is said in its way, and what it cannot be
/// asked is answered from what is remembered. The module above stays the same for both worlds.

/// Kept holds, for one crossing, what was put in the place of parts of the request.
struct Kept {
  SecretBytes mechanism;
  SecretBytes attributes;
  SecretBytes private_attributes;
  Operation operation;
  std::uint64_t opened = 0;  // sessions opened before this crossing (session_table.h)
};

/// Data are a crossing's memory parameters beside the request.
struct Data {
  ByteView input = {};
  ByteView signature = {};
  MutableByteView out = {};
};

/// Answered is the outcome of a command that needs no crossing.
using Answered = std::optional<Outcome>;

template <class C>
inline constexpr std::optional<Verb> kBegins = std::nullopt;
template <>
inline constexpr std::optional<Verb> kBegins<wire::EncryptInit> = Verb::encrypt;
template <>
inline constexpr std::optional<Verb> kBegins<wire::DecryptInit> = Verb::decrypt;
template <>
inline constexpr std::optional<Verb> kBegins<wire::SignInit> = Verb::sign;
template <>
inline constexpr std::optional<Verb> kBegins<wire::VerifyInit> = Verb::verify;
template <>
inline constexpr std::optional<Verb> kBegins<wire::DigestInit> = Verb::digest;

Result<Answered> before_init(const Client& client, Verb verb, ck::SessionHandle session, ck::ObjectHandle key,
                             wire::Mechanism& mechanism, Kept& kept);
Result<Answered> before_step(const Client& client, wire::CommandId command, ck::SessionHandle session,
                             const Data& data);

// One for each command that OP-TEE answers otherwise than the module expects.
Result<Answered> fit(const Client& client, wire::StepOutputSize::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::OpenSession::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::Login::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::CreateObject::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::GenerateKey::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::GenerateKeyPair::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::DeriveKey::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::WrapKey::Request& request, const Data& data, Kept& kept);
Result<Answered> fit(const Client& client, wire::UnwrapKey::Request& request, const Data& data, Kept& kept);
Result<Answered> fit_copied(wire::SessionObjectTemplate::Request& request, Kept& kept);
Result<Answered> fit_changed(wire::SessionObjectTemplate::Request& request, Kept& kept);
Result<Answered> fit_searched(wire::FindObjectsInit::Request& request, Kept& kept);

void after_open(const Client& client, ck::SlotId slot, ByteView reply);
std::uint64_t opened_sessions(const Client& client);
void after_close(const Client& client, ck::SessionHandle session, const Kept& kept);
void after_end(const Client& client, wire::CommandId command, ck::SessionHandle session);
void after_step(const Client& client, Step step, ck::SessionHandle session, const Data& data,
                const Result<Outcome>& outcome);
void after_init(const Client& client, ck::SessionHandle session, const Kept& kept);
void after_close_all(const Client& client, ck::SlotId slot, const Kept& kept);

/// before makes a request ready for OP-TEE, or answers it.
template <class C>
Result<Answered> before(const Client& client, typename C::Request& request, const Data& data, Kept& kept) {
  if constexpr (std::is_same_v<C, wire::DigestInit>) {
    return before_init(client, Verb::digest, request.session, {}, request.mechanism, kept);
  } else if constexpr (kBegins<C>.has_value()) {
    return before_init(client, *kBegins<C>, request.session, request.key, request.mechanism, kept);
  } else if constexpr (step_of(C::kId).has_value()) {
    return before_step(client, C::kId, request.session, data);
  } else if constexpr (std::is_same_v<C, wire::CloseSession> || std::is_same_v<C, wire::CloseAllSessions>) {
    kept.opened = opened_sessions(client);
    return Answered{};
  } else if constexpr (std::is_same_v<C, wire::CopyObject>) {
    return fit_copied(request, kept);
  } else if constexpr (std::is_same_v<C, wire::SetAttributeValue>) {
    return fit_changed(request, kept);
  } else if constexpr (std::is_same_v<C, wire::FindObjectsInit>) {
    return fit_searched(request, kept);
  } else if constexpr (std::is_same_v<C, wire::StepOutputSize> || std::is_same_v<C, wire::OpenSession> ||
                       std::is_same_v<C, wire::Login> || std::is_same_v<C, wire::CreateObject> ||
                       std::is_same_v<C, wire::GenerateKey> || std::is_same_v<C, wire::GenerateKeyPair> ||
                       std::is_same_v<C, wire::DeriveKey> || std::is_same_v<C, wire::WrapKey> ||
                       std::is_same_v<C, wire::UnwrapKey>) {
    return fit(client, request, data, kept);
  } else {
    return Answered{};
  }
}

/// after remembers what a command has changed.
template <class C>
void after(const Client& client, const typename C::Request& request, const Data& data, const Kept& kept,
           const Result<Outcome>& outcome) {
  const bool is_done = outcome && outcome->rv == Rv::ok;
  if constexpr (step_of(C::kId).has_value()) {
    after_step(client, *step_of(C::kId), request.session, data, outcome);
  } else if constexpr (kBegins<C>.has_value()) {
    if (is_done) after_init(client, request.session, kept);
  } else if constexpr (std::is_same_v<C, wire::OpenSession>) {
    if (is_done) after_open(client, request.slot, data.out);
  } else if constexpr (std::is_same_v<C, wire::CloseAllSessions>) {
    if (is_done) after_close_all(client, request.slot, kept);
  } else if constexpr (std::is_same_v<C, wire::CloseSession>) {
    if (is_done) after_close(client, request.session, kept);
  } else if constexpr (std::is_same_v<C, wire::Logout> || std::is_same_v<C, wire::ReleaseActiveProcessing>) {
    if (is_done) after_end(client, C::kId, request.session);
  } else if constexpr (std::is_same_v<C, wire::DigestKey>) {
    if (!is_done) after_end(client, C::kId, request.session);
  }
}

/// standard_code puts the standard's code in the place of one that OP-TEE has for the same thing: a wrong GCM tag is a
/// wrong signature to it (OP-TEE ABI section 8.1).
template <class C>
constexpr Rv standard_code(Rv rv) {
  constexpr std::optional<Step> kStep = step_of(C::kId);
  if (kStep && kStep->verb == Verb::decrypt && rv == Rv::signature_invalid) return Rv::encrypted_data_invalid;
  return rv;
}

}  // namespace holdfast::cryptoki::optee
