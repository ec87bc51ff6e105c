#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<OaepParam> read_oaep_fields(ByteReader& in) {
  OaepParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.mgf, in.u32());
  HF_ASSIGN_OR_RETURN(param.source, in.u32());
  HF_ASSIGN_OR_RETURN(param.label, read_sized(in));
  return param;
}

}  // namespace

Result<MechanismParam> read_pss(ByteReader& in) {
  PssParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.mgf, in.u32());
  HF_ASSIGN_OR_RETURN(param.salt_bytes, in.u32());
  return param;
}

Result<MechanismParam> read_oaep(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const OaepParam param, read_oaep_fields(in));
  return param;
}

Result<MechanismParam> read_rsa_aes_key_wrap(ByteReader& in) {
  RsaAesKeyWrapParam param;
  HF_ASSIGN_OR_RETURN(param.aes_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.oaep, read_oaep_fields(in));
  return param;
}

Result<MechanismParam> read_eddsa(ByteReader& in) {
  EddsaParam param;
  if (in.remaining() == 0) return param;
  HF_ASSIGN_OR_RETURN(param.prehash, read_flag(in));
  HF_ASSIGN_OR_RETURN(param.context, read_sized(in));
  return param;
}

Result<MechanismParam> read_ecdh(ByteReader& in) {
  EcdhParam param;
  HF_ASSIGN_OR_RETURN(param.kdf, in.u32());
  HF_ASSIGN_OR_RETURN(param.shared_data, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.public_point, read_sized(in));
  return param;
}

Result<MechanismParam> read_ecdh_aes_key_wrap(ByteReader& in) {
  EcdhAesKeyWrapParam param;
  HF_ASSIGN_OR_RETURN(param.aes_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.kdf, in.u32());
  HF_ASSIGN_OR_RETURN(param.shared_data, read_sized(in));
  return param;
}

Result<MechanismParam> read_x9_42_dh(ByteReader& in) {
  X942DhParam param;
  HF_ASSIGN_OR_RETURN(param.kdf, in.u32());
  HF_ASSIGN_OR_RETURN(param.other_info, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.public_value, read_sized(in));
  return param;
}

Result<MechanismParam> read_dsa_parameter_gen(ByteReader& in) {
  DsaParameterGenParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.seed, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.index, in.u32());
  return param;
}

Result<MechanismParam> read_sign_context(ByteReader& in) {
  SignContextParam param;
  if (in.remaining() == 0) return param;
  HF_ASSIGN_OR_RETURN(param.hedge, in.u32());
  HF_ASSIGN_OR_RETURN(param.context, read_sized(in));
  return param;
}

Result<MechanismParam> read_hash_sign_context(ByteReader& in) {
  HashSignContextParam param;
  HF_ASSIGN_OR_RETURN(param.hedge, in.u32());
  HF_ASSIGN_OR_RETURN(param.context, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  return param;
}

}  // namespace holdfast::secure::pkcs11
