#include "quirks.h"

#include <optional>

#include "base/byte_writer.h"
#include "recorder.h"
#include "secure/crypto/curve.h"
#include "secure/crypto/ec.h"
#include "wire/codec.h"
#include "wire/optee_mechanisms.h"

namespace holdfast::optee {
namespace {

using secure::ta::Params;
using secure::ta::ParamType;
using secure::ta::SharedMemref;
using secure::ta::TaSession;

/// What is left of the 32 KiB heap for a command's arguments (OP-TEE ABI section 3.1).
constexpr std::size_t kMostArguments = 24 * 1024;
constexpr std::uint32_t kMostModulusBits = 4096;
constexpr std::size_t kMostPoint = 128;

constexpr Verdict kPass{};
constexpr Verdict kPanic{Verdict::Kind::panic, Rv::ok};
Verdict refuse(Rv rv) { return {Verdict::Kind::answer, rv}; }

template <class C>
std::optional<typename C::Request> read(ByteView request) {
  auto decoded = wire::decode<typename C::Request>(C::kRequest, request);
  if (!decoded) return std::nullopt;
  return *decoded;
}

std::optional<ByteView> find(const wire::Template& list, std::uint32_t type) {
  std::optional<ByteView> found;
  static_cast<void>(wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    if (attribute.type.value == type) found = attribute.value;
    return {};
  }));
  return found;
}
std::uint32_t find_number(const wire::Template& list, std::uint32_t type, std::uint32_t otherwise) {
  const auto value = find(list, type);
  if (!value || value->size() != 4) return otherwise;
  return *ByteReader(*value).u32();
}

/// The size of a CTR parameter, of GCM's IV and tag (OP-TEE ABI section 7; 19.3, number 4b).
Verdict judge_gcm(ByteView param) {
  ByteReader reader(param);
  const auto iv = reader.sized(param.size());
  const auto aad = reader.sized(param.size());
  const auto tag_bits = reader.u32();
  if (!iv || !aad || !tag_bits || iv->empty() || iv->size() > 256 || *tag_bits > 128)
    return refuse(Rv::mechanism_param_invalid);
  return *tag_bits < 96 || *tag_bits % 8 != 0 ? kPanic : kPass;
}

/// OP-TEE takes a public key of any curve, and dies of it at the first use (19.3, number 3).
Verdict judge_created(const wire::Template& attributes) {
  if (find_number(attributes, CKA_CLASS, CKO_VENDOR_DEFINED) != CKO_PUBLIC_KEY ||
      find_number(attributes, CKA_KEY_TYPE, CKK_RSA) != CKK_EC)
    return kPass;
  const auto params = find(attributes, CKA_EC_PARAMS);
  if (!params) return kPass;
  const auto curve = secure::crypto::curve_from_params(*params);
  return !curve || *curve == secure::crypto::Curve::secp256k1 ? kPanic : kPass;
}

void answer(Params& params, Rv rv) {
  static_cast<void>(params[0].memref.copy_out(0, ByteWriter().u32(static_cast<std::uint32_t>(rv)).view()));
  params[0].memref.set_reported_size(wire::kStatusBytes);
}

Bytes copy_of(const SharedMemref& memory) {
  Bytes copy(memory.size());
  static_cast<void>(memory.copy_in(0, copy));
  return copy;
}

bool hashes_first(std::uint32_t mechanism) {
  switch (mechanism) {
    case CKM_RSA_PKCS:
    case CKM_RSA_X_509:
    case CKM_RSA_PKCS_PSS:
    case CKM_ECDSA:
    case CKM_EDDSA:
      return false;
    default:
      const auto* const row = wire::find_optee_mechanism(ck::MechanismType{mechanism});
      return row != nullptr &&
             (row->output == wire::OpteeOutput::modulus || row->output == wire::OpteeOutput::two_fields);
  }
}

template <class C>
std::optional<wire::Mechanism> mechanism_of(ByteView request) {
  const auto decoded = read<C>(request);
  if (!decoded) return std::nullopt;
  return decoded->mechanism;
}

/// mechanism_in finds the mechanism in the arguments of any command that has one.
std::optional<wire::Mechanism> mechanism_in(std::uint32_t command, ByteView request) {
  std::optional<wire::Mechanism> found;
  wire::for_each_command([&]<class C>() {
    if constexpr (requires(typename C::Request r) { { r.mechanism } -> std::convertible_to<wire::Mechanism>; })
      if (C::kId.value == command) found = mechanism_of<C>(request);
  });
  return found;
}

}  // namespace

TeeResult Quirks::invoke(TaSession session, std::uint32_t command, Params& params) {
  if (params[0].type != ParamType::memref_inout) return ta_.invoke_command(session, command, params);
  if (params[0].memref.size() > kMostArguments) return TeeResult::out_of_memory;
  const Bytes request = copy_of(params[0].memref);
  const Verdict verdict = judge(session, command, request, params);
  switch (verdict.kind) {
    case Verdict::Kind::panic:
      panicked_ = true;
      record_note("panic cmd=" + std::to_string(command));
      return TeeResult::target_dead;
    case Verdict::Kind::answer:
      answer(params, verdict.rv);
      return TeeResult::success;
    case Verdict::Kind::pass:
      break;
  }
  const TeeResult result = ta_.invoke_command(session, command, params);
  Bytes status(wire::kStatusBytes);
  static_cast<void>(params[0].memref.copy_in(0, status));
  note(session, command, request, static_cast<Rv>(*ByteReader(status).u32()));
  if (command == wire::MechanismIds::kId.value) filter_mechanisms(params);
  return result;
}

Verdict Quirks::judge(TaSession session, std::uint32_t command, ByteView request, Params& params) {
  if (const auto mechanism = mechanism_in(command, request)) {
    const Verdict verdict = judge_mechanism(*mechanism);
    if (verdict.kind != Verdict::Kind::pass) return verdict;
  }
  switch (command) {
    case wire::MechanismInfo::kId.value: {
      const auto info = read<wire::MechanismInfo>(request);
      // Known of and not offered (section 5.2).
      if (info && info->mechanism.value == CKM_AES_CBC_PAD && params[2].memref.copy_out(0, Bytes(12)))
        return refuse(Rv::ok);
      return info && wire::find_optee_mechanism(info->mechanism) == nullptr ? refuse(Rv::mechanism_invalid) : kPass;
    }
    case wire::Login::kId.value: {
      // 19.3, number 4c.
      const auto login = read<wire::Login>(request);
      return login && login->user_type == CKU_SO && !is_initialised(session, login->session) ? kPanic : kPass;
    }
    case wire::CreateObject::kId.value: {
      const auto created = read<wire::CreateObject>(request);
      return created ? judge_created(created->attributes) : kPass;
    }
    case wire::GenerateKeyPair::kId.value: {
      const auto pair = read<wire::GenerateKeyPair>(request);
      return pair && find_number(pair->public_attributes, CKA_MODULUS_BITS, 0) > kMostModulusBits
                 ? refuse(Rv::key_size_range)
                 : kPass;
    }
    case wire::DeriveKey::kId.value: {
      const auto derived = read<wire::DeriveKey>(request);
      return derived && derived->mechanism.type.value == CKM_ECDH1_DERIVE ? judge_agreement(session, *derived) : kPass;
    }
    case wire::WrapKey::kId.value: {
      const auto wrapped = read<wire::WrapKey>(request);
      const Bytes type = wrapped ? attribute(session, wrapped->session, wrapped->key, CKA_CLASS) : Bytes{};
      if (type.size() == 4 && *ByteReader(type).u32() == CKO_PRIVATE_KEY) record_note("wrong private key wrap");
      return kPass;
    }
    case wire::SignFinal::kId.value:
      if (const auto step = read<wire::SignFinal>(request)) lose_hash(session, {session.id, step->session.value});
      return kPass;
    case wire::VerifyFinal::kId.value:
    case wire::VerifyOneshot::kId.value: {
      const auto step = read<wire::VerifyFinal>(request);
      return step ? judge_verification({session.id, step->session.value}, params) : kPass;
    }
    default:
      return kPass;
  }
}

Verdict Quirks::judge_mechanism(const wire::Mechanism& mechanism) const {
  if (wire::find_optee_mechanism(mechanism.type) == nullptr) return refuse(Rv::mechanism_invalid);
  switch (mechanism.type.value) {
    case CKM_AES_CTR: {
      const auto bits = ByteReader(mechanism.param).u32();
      return bits && *bits != 1 ? refuse(Rv::mechanism_param_invalid) : kPass;
    }
    case CKM_AES_GCM:
      return judge_gcm(mechanism.param);
    case CKM_RSA_AES_KEY_WRAP: {
      ByteReader reader(mechanism.param);
      static_cast<void>(reader.take(16));
      if (reader.u32().value() != 0) record_note("wrong label left out");
      return kPass;
    }
    default:
      return kPass;
  }
}

Verdict Quirks::judge_agreement(TaSession session, const wire::DeriveKey::Request& request) {
  ByteReader reader(request.mechanism.param);
  const auto kdf = reader.u32();
  const auto shared = reader.sized(request.mechanism.param.size());
  const auto point = reader.sized(request.mechanism.param.size());
  if (!kdf || !shared || !point) return refuse(Rv::arguments_bad);
  if (*kdf != CKD_NULL) return refuse(Rv::function_failed);
  if (!shared->empty() || point->empty()) return kPanic;  // 19.3, number 4
  const auto curve =
      secure::crypto::curve_from_params(attribute(session, request.session, request.parent, CKA_EC_PARAMS));
  if (!curve) return kPass;
  if (point->size() - 1 >= kMostPoint) return refuse(Rv::arguments_bad);
  const bool is_raw = point->size() == secure::crypto::point_bytes(*curve) && (*point)[0] == std::byte{4};
  if (!is_raw || !secure::crypto::EcPublicKey::from_point(*curve, *point)) return kPanic;
  const std::uint32_t wanted = find_number(request.attributes, CKA_VALUE_LEN, 0);
  if (wanted == 0) return refuse(Rv::template_incomplete);
  // The first bytes, where the standard keeps the last (section 11.4).
  if (wanted < secure::crypto::field_bytes(*curve)) record_note("wrong end of a secret");
  return kPass;
}

/// 19.3, number 1: as if the bytes that were presented always matched.
Verdict Quirks::judge_verification(SigningKey key, const Params& params) {
  const auto at = signing_.find(key);
  if (at == signing_.end() || at->second.mac_bytes == 0) return kPass;
  const std::size_t presented = params[2].memref.size();
  return presented != at->second.mac_bytes && presented != 0 ? refuse(Rv::ok) : kPass;
}

/// 19.3, number 2: the repeated final signs the hash of nothing.
void Quirks::lose_hash(TaSession session, SigningKey key) {
  const auto at = signing_.find(key);
  if (at == signing_.end() || !at->second.hash_is_lost) return;
  Bytes release = to_bytes(ByteWriter().u32(key.second).u32(wire::SignFinal::kId.value).view());
  ask(session, wire::ReleaseActiveProcessing::kId.value, release);
  Bytes init = at->second.init_request;
  ask(session, wire::SignInit::kId.value, init);
}

void Quirks::note(TaSession session, std::uint32_t command, ByteView request, Rv rv) {
  if ((command == wire::SignInit::kId.value || command == wire::VerifyInit::kId.value) && rv == Rv::ok) {
    const auto init = read<wire::SignInit>(request);
    Signing& signing = signing_[{session.id, init->session.value}];
    signing = {.init_request = to_bytes(request), .mechanism = init->mechanism.type.value};
    const auto* const row = wire::find_optee_mechanism(init->mechanism.type);
    if (row->output == wire::OpteeOutput::chosen) signing.mac_bytes = *ByteReader(init->mechanism.param).u32();
  }
  if (command == wire::SignFinal::kId.value && rv == Rv::buffer_too_small) {
    const auto at = signing_.find({session.id, read<wire::SignFinal>(request)->session.value});
    if (at != signing_.end()) at->second.hash_is_lost = hashes_first(at->second.mechanism);
  }
}

/// The list has OP-TEE's mechanisms alone. (A list that did not fit is longer than need be.)
void Quirks::filter_mechanisms(Params& params) const {
  SharedMemref& out = params[2].memref;
  if (params[2].type != ParamType::memref_output || out.reported_size() > out.size()) return;
  Bytes list = copy_of(out);
  list.resize(out.reported_size());
  ByteWriter kept;
  for (ByteReader reader(list); reader.remaining() != 0;) {
    const std::uint32_t id = reader.u32().value();
    if (wire::find_optee_mechanism(ck::MechanismType{id}) != nullptr) kept.u32(id);
  }
  static_cast<void>(out.copy_out(0, kept.view()));
  out.set_reported_size(kept.size());
}

Bytes Quirks::attribute(TaSession session, ck::SessionHandle pkcs11_session, ck::ObjectHandle object,
                        std::uint32_t type) {
  constexpr std::size_t kRoom = 512;
  const Bytes room(kRoom);
  Bytes request = to_bytes(ByteWriter()
                               .u32(pkcs11_session.value)
                               .u32(object.value)
                               .u32(wire::kAttributeHeadBytes + kRoom)
                               .u32(1)
                               .u32(type)
                               .sized(room)
                               .view());
  Bytes reply(wire::kTemplateHeadBytes + wire::kAttributeHeadBytes + kRoom);
  if (ask(session, wire::GetAttributeValue::kId.value, request, reply) != Rv::ok) return {};
  ByteReader reader(reply);
  static_cast<void>(reader.take(wire::kTemplateHeadBytes + 4));
  const std::uint32_t size = reader.u32().value();
  return to_bytes(reader.take(size).value());
}

bool Quirks::is_initialised(TaSession session, ck::SessionHandle pkcs11_session) {
  Bytes about_session = to_bytes(ByteWriter().u32(pkcs11_session.value).view());
  Bytes info(wire::fixed_size(wire::SessionInfo::kReply));
  // No such session: the application says so.
  if (ask(session, wire::SessionInfo::kId.value, about_session, info) != Rv::ok) return true;
  Bytes about_token = to_bytes(ByteView(info).first(4));  // the slot comes first
  Bytes token(wire::fixed_size(wire::TokenInfo::kReply));
  ask(session, wire::TokenInfo::kId.value, about_token, token);
  const auto told = wire::decode<wire::TokenInfo::Reply>(wire::TokenInfo::kReply, token);
  return (told.value().flags & CKF_TOKEN_INITIALIZED) != 0;
}

Rv Quirks::ask(TaSession session, std::uint32_t command, MutableByteView request, MutableByteView reply) {
  Params params;
  params[0] = {.type = ParamType::memref_inout, .memref = SharedMemref(request.data(), request.size())};
  if (!reply.empty())
    params[2] = {.type = ParamType::memref_output, .memref = SharedMemref(reply.data(), reply.size())};
  ta_.invoke_command(session, command, params);
  return static_cast<Rv>(*ByteReader(request).u32());
}

}  // namespace holdfast::optee
