#include "cryptoki/below_epoch.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/client.h"
#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {

ParamParts& ParamParts::raw(const void* data, CK_ULONG size) {
  is_valid_ = is_valid_ && size <= wire::kMaxMechanismParamBytes && (size == 0 || data != nullptr);
  return is_valid_ ? add({.bytes = as_bytes(data, size)}) : *this;
}

Result<void> ParamParts::handle(CK_OBJECT_HANDLE object) {
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, below_epoch<ck::ObjectHandle>(object, epoch_, Rv::key_handle_invalid));
  u32(key.value);
  return {};
}

Result<void> ParamParts::attributes(const CK_ATTRIBUTE* attributes, CK_ULONG count) {
  HF_ASSIGN_OR_RETURN(FlatTemplate flat, flatten(attributes, count));
  const wire::Template list = flat.view();  // stays where it is when its owner is moved
  templates_.push_back(std::move(flat));
  u32(list.attributes.size()).u32(list.count);
  add({.bytes = list.attributes});
  return {};
}

Result<SecretBytes> ParamParts::write() const {
  if (!is_valid_) return wrong_param("a field of the parameter is out of bounds or null");
  std::size_t total = 0;
  for (const Part& part : parts_) total += part.is_number ? sizeof(std::uint32_t) : part.bytes.size();
  if (total > wire::kMaxMechanismParamBytes) return wrong_param("parameter above its limit");
  HF_ASSIGN_OR_RETURN(SecretBytes param, SecretBytes::allocate(total));
  wire::FieldWriter out(wire::SecretCodec::fill(param));
  for (const Part& part : parts_) {
    if (part.is_number)
      out.u32(part.number);
    else
      out.raw(part.bytes);
  }
  return param;
}

namespace {

using wire::ParamKind;

Result<void> add_parts(ParamKind kind, const CallerParam& param, Tag tag, ParamParts& out) {
  switch (kind) {
    case ParamKind::none:
      if (param.bytes != 0) return wrong_param("parameter for a mechanism that takes none");
      return {};
    case ParamKind::iv:
    case ParamKind::optional_iv:
    case ParamKind::bytes:
      return flatten_raw(param, out);
    case ParamKind::aes_ctr:
      return flatten_aes_ctr(param, out);
    case ParamKind::aes_gcm:
      return flatten_aes_gcm(param, out);
    case ParamKind::mac_general:
    case ParamKind::extract:
      return flatten_number(param, out);
    case ParamKind::optional_mechanism:
      return flatten_optional_number(param, out);
    case ParamKind::key_derivation_string:
      return flatten_key_derivation_string(param, out);
    case ParamKind::aes_cbc_encrypt_data:
      return flatten_aes_cbc_encrypt_data(param, out);
    case ParamKind::ecdh1_derive:
      return flatten_ecdh1_derive(param, out);
    case ParamKind::rsa_pss:
      return flatten_rsa_pss(param, out);
    case ParamKind::rsa_oaep:
      return flatten_rsa_oaep(param, out);
    case ParamKind::rsa_aes_key_wrap:
      return flatten_rsa_aes_key_wrap(param, out);
    case ParamKind::eddsa:
      return flatten_eddsa(param, out);
    case ParamKind::object_handle:
      return flatten_object_handle(param, out);
    case ParamKind::aes_ccm:
      return flatten_aes_ccm(param, out);
    case ParamKind::chacha20:
      return flatten_chacha20(param, out);
    case ParamKind::chacha20_poly1305:
      return flatten_chacha20_poly1305(param, out);
    case ParamKind::des_cbc_encrypt_data:
      return flatten_des_cbc_encrypt_data(param, out);
    case ParamKind::hkdf:
      return flatten_hkdf(param, out);
    case ParamKind::pbkdf2:
      return flatten_pbkdf2(param, out);
    case ParamKind::sp800_108:
      return flatten_sp800_108(param, out);
    case ParamKind::sp800_108_feedback:
      return flatten_sp800_108_feedback(param, out);
    case ParamKind::ecdh_aes_key_wrap:
      return flatten_ecdh_aes_key_wrap(param, out);
    case ParamKind::x9_42_dh1_derive:
      return flatten_x9_42_dh1_derive(param, out);
    case ParamKind::dsa_parameter_gen:
      return flatten_dsa_parameter_gen(param, out);
    case ParamKind::sign_context:
      return flatten_sign_context(param, out);
    case ParamKind::hash_sign_context:
      return flatten_hash_sign_context(param, out);
    case ParamKind::tls12_master_key_derive:
      return flatten_tls12_master(param, out);
    case ParamKind::tls12_extended_master_key_derive:
      return flatten_tls12_extended_master(param, out);
    case ParamKind::tls12_key_mat:
      return flatten_tls12_key_mat(param, out);
    case ParamKind::tls_kdf:
      return flatten_tls_kdf(param, out);
    case ParamKind::tls_mac:
      return flatten_tls_mac(param, out);
    case ParamKind::otp:
      return flatten_otp(param, out);
    case ParamKind::gcm_wrap:
      return flatten_gcm_wrap(param, out);
    case ParamKind::ccm_wrap:
      return flatten_ccm_wrap(param, out);
    case ParamKind::gcm_message:
      return flatten_gcm_message(param, tag, out);
    case ParamKind::ccm_message:
      return flatten_ccm_message(param, tag, out);
    case ParamKind::chacha20_poly1305_message:
      return flatten_chacha20_poly1305_message(param, tag, out);
  }
  return wrong_param("unknown kind of parameter");
}

Result<ck::MechanismType> type_of(const CK_MECHANISM* mechanism) {
  HF_TRY(require_pointer(mechanism));
  if (mechanism->mechanism > 0xFFFFFFFF) return fail(Rv::mechanism_invalid, "not a mechanism type");
  return ck::MechanismType{static_cast<std::uint32_t>(mechanism->mechanism)};
}

Result<SecretBytes> flatten_with(ParamKind kind, const CallerParam& param, Tag tag, std::uint32_t epoch) {
  ParamParts parts(epoch);
  HF_TRY(add_parts(kind, param, tag, parts));
  return parts.write();
}

}  // namespace

Result<SecretBytes> flatten_param(ParamKind kind, const CallerParam& param, std::uint32_t epoch) {
  return flatten_with(kind, param, Tag::sent, epoch);
}

Result<SecretBytes> flatten_param_without_tag(ParamKind kind, const CallerParam& param, std::uint32_t epoch) {
  return flatten_with(kind, param, Tag::left_out, epoch);
}

Result<FlatMechanism> flatten(const CK_MECHANISM* mechanism, const Client& client) {
  HF_ASSIGN_OR_RETURN(const ck::MechanismType type, type_of(mechanism));
  const auto kind = client.param_kinds().find(type);
  if (!kind) return FlatMechanism(type, SecretBytes{});
  return flatten_as(*kind, mechanism, client);
}

Result<FlatMechanism> flatten_as(ParamKind kind, const CK_MECHANISM* mechanism, const Client& client) {
  HF_ASSIGN_OR_RETURN(const ck::MechanismType type, type_of(mechanism));
  const CallerParam caller{mechanism->pParameter, mechanism->ulParameterLen};
  HF_ASSIGN_OR_RETURN(SecretBytes param, flatten_param(kind, caller, client.connection().epoch()));
  return FlatMechanism(type, std::move(param));
}

Result<FlatMechanism> flatten_without_tag(ParamKind kind, const CK_MECHANISM* mechanism, const Client& client) {
  HF_ASSIGN_OR_RETURN(const ck::MechanismType type, type_of(mechanism));
  const CallerParam caller{mechanism->pParameter, mechanism->ulParameterLen};
  HF_ASSIGN_OR_RETURN(SecretBytes param, flatten_param_without_tag(kind, caller, client.connection().epoch()));
  return FlatMechanism(type, std::move(param));
}

}  // namespace holdfast::cryptoki
