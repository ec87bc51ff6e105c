#include "secure/pkcs11/operations/param.h"

#include "base/byte_reader.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kBlockBytes = 16;

Result<MechanismParam> read_ctr(ByteReader& in) {
  CtrParam param;
  HF_ASSIGN_OR_RETURN(param.counter_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.counter_block, in.take(kBlockBytes));
  return param;
}

Result<MechanismParam> read_gcm(ByteReader& in) {
  GcmParam param;
  HF_ASSIGN_OR_RETURN(param.iv, in.sized(wire::kMaxMechanismParamBytes));
  HF_ASSIGN_OR_RETURN(param.aad, in.sized(wire::kMaxMechanismParamBytes));
  HF_ASSIGN_OR_RETURN(param.tag_bits, in.u32());
  return param;
}

Result<MechanismParam> read_encrypt_data(ByteReader& in, std::size_t iv_bytes) {
  EncryptDataParam param;
  HF_ASSIGN_OR_RETURN(param.iv, in.take(iv_bytes));
  HF_ASSIGN_OR_RETURN(param.data, in.sized(wire::kMaxMechanismParamBytes));
  return param;
}

Result<MechanismParam> read_ecdh(ByteReader& in) {
  EcdhParam param;
  HF_ASSIGN_OR_RETURN(param.kdf, in.u32());
  HF_ASSIGN_OR_RETURN(param.shared_data, in.sized(wire::kMaxMechanismParamBytes));
  HF_ASSIGN_OR_RETURN(param.public_point, in.sized(wire::kMaxMechanismParamBytes));
  return param;
}

Result<MechanismParam> read_pss(ByteReader& in) {
  PssParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.mgf, in.u32());
  HF_ASSIGN_OR_RETURN(param.salt_bytes, in.u32());
  return param;
}

Result<OaepParam> read_oaep(ByteReader& in) {
  OaepParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.mgf, in.u32());
  HF_ASSIGN_OR_RETURN(param.source, in.u32());
  HF_ASSIGN_OR_RETURN(param.label, in.sized(wire::kMaxMechanismParamBytes));
  return param;
}

Result<MechanismParam> read_rsa_aes_key_wrap(ByteReader& in) {
  RsaAesKeyWrapParam param;
  HF_ASSIGN_OR_RETURN(param.aes_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.oaep, read_oaep(in));
  return param;
}

Result<MechanismParam> read_eddsa(ByteReader& in) {
  EddsaParam param;
  if (in.remaining() == 0) return param;
  HF_ASSIGN_OR_RETURN(const std::uint32_t prehash, in.u32());
  if (prehash > 1) return fail(Rv::mechanism_param_invalid, "prehash flag is no CK_BBOOL");
  param.prehash = prehash == 1;
  HF_ASSIGN_OR_RETURN(param.context, in.sized(wire::kMaxMechanismParamBytes));
  return param;
}

Result<MechanismParam> read_mac_general(ByteReader& in) {
  MacGeneralParam param;
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  return param;
}

Result<MechanismParam> read_rest_as_iv(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const ByteView iv, in.take(in.remaining()));
  return IvParam{iv};
}

Result<MechanismParam> read_param(wire::ParamKind kind, ByteReader& in) {
  switch (kind) {
    case wire::ParamKind::none:
      return NoParam{};
    case wire::ParamKind::iv:
    case wire::ParamKind::optional_iv:
      return read_rest_as_iv(in);
    case wire::ParamKind::aes_ctr:
      return read_ctr(in);
    case wire::ParamKind::aes_gcm:
      return read_gcm(in);
    case wire::ParamKind::mac_general:
      return read_mac_general(in);
    case wire::ParamKind::key_derivation_string:
      return read_encrypt_data(in, 0);
    case wire::ParamKind::aes_cbc_encrypt_data:
      return read_encrypt_data(in, kBlockBytes);
    case wire::ParamKind::ecdh1_derive:
      return read_ecdh(in);
    case wire::ParamKind::rsa_pss:
      return read_pss(in);
    case wire::ParamKind::rsa_oaep: {
      HF_ASSIGN_OR_RETURN(const OaepParam param, read_oaep(in));
      return param;
    }
    case wire::ParamKind::rsa_aes_key_wrap:
      return read_rsa_aes_key_wrap(in);
    case wire::ParamKind::eddsa:
      return read_eddsa(in);
    default:
      break;
  }
  return fail(Rv::mechanism_param_invalid, "unknown kind of parameter");
}

}  // namespace

Result<MechanismParam> parse_param(wire::ParamKind kind, ByteView param) {
  ByteReader in(param);
  auto parsed = read_param(kind, in);
  if (!parsed.has_value()) return fail(Rv::mechanism_param_invalid, parsed.error().why);
  if (!in.expect_end()) return fail(Rv::mechanism_param_invalid, "mechanism parameter is too long");
  return parsed;
}

Rv optee_param_rv(wire::ParamKind kind, std::size_t bytes) {
  switch (kind) {
    case wire::ParamKind::none:
    case wire::ParamKind::iv:
    case wire::ParamKind::optional_iv:
    case wire::ParamKind::mac_general:
      break;
    case wire::ParamKind::aes_ctr:
    case wire::ParamKind::aes_gcm:
    case wire::ParamKind::key_derivation_string:
    case wire::ParamKind::aes_cbc_encrypt_data:
    case wire::ParamKind::eddsa:
      return Rv::arguments_bad;
    case wire::ParamKind::ecdh1_derive:
      // The derivation function chooses the algorithm, the rest is read later.
      return bytes < sizeof(std::uint32_t) ? Rv::function_failed : Rv::arguments_bad;
    case wire::ParamKind::rsa_pss:
    case wire::ParamKind::rsa_oaep:
    case wire::ParamKind::rsa_aes_key_wrap:
      return Rv::function_failed;
    default:
      break;  // OP-TEE has no such parameter
  }
  return Rv::mechanism_param_invalid;
}

}  // namespace holdfast::secure::pkcs11
