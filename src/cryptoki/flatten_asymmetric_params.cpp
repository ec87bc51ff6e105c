#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

void add_oaep(const CK_RSA_PKCS_OAEP_PARAMS& p, ParamParts& out) {
  out.u32(p.hashAlg).u32(p.mgf).u32(p.source).sized(p.pSourceData, p.ulSourceDataLen);
}

}  // namespace

Result<void> flatten_rsa_pss(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_PKCS_PSS_PARAMS>(param));
  out.u32(p.hashAlg).u32(p.mgf).u32(p.sLen);
  return {};
}

Result<void> flatten_rsa_oaep(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_PKCS_OAEP_PARAMS>(param));
  add_oaep(p, out);
  return {};
}

Result<void> flatten_rsa_aes_key_wrap(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_AES_KEY_WRAP_PARAMS>(param));
  if (p.pOAEPParams == nullptr) return wrong_param("null OAEP parameter");
  out.u32(p.ulAESKeyBits);
  add_oaep(read_item(p.pOAEPParams, 0), out);
  return {};
}

Result<void> flatten_eddsa(const CallerParam& param, ParamParts& out) {
  if (param.is_absent()) {
    out.u32(0).u32(0);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_EDDSA_PARAMS>(param));
  out.flag(p.phFlag != CK_FALSE).sized(p.pContextData, p.ulContextDataLen);
  return {};
}

Result<void> flatten_ecdh1_derive(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_ECDH1_DERIVE_PARAMS>(param));
  out.u32(p.kdf).sized(p.pSharedData, p.ulSharedDataLen).sized(p.pPublicData, p.ulPublicDataLen);
  return {};
}

Result<void> flatten_ecdh_aes_key_wrap(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_ECDH_AES_KEY_WRAP_PARAMS>(param));
  out.u32(p.ulAESKeyBits).u32(p.kdf).sized(p.pSharedData, p.ulSharedDataLen);
  return {};
}

Result<void> flatten_x9_42_dh1_derive(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_X9_42_DH1_DERIVE_PARAMS>(param));
  out.u32(p.kdf).sized(p.pOtherInfo, p.ulOtherInfoLen).sized(p.pPublicData, p.ulPublicDataLen);
  return {};
}

Result<void> flatten_dsa_parameter_gen(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_DSA_PARAMETER_GEN_PARAM>(param));
  out.u32(p.hash).sized(p.pSeed, p.ulSeedLen).u32(p.ulIndex);
  return {};
}

Result<void> flatten_sign_context(const CallerParam& param, ParamParts& out) {
  if (param.is_absent()) {
    out.u32(CKH_HEDGE_PREFERRED).u32(0);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SIGN_ADDITIONAL_CONTEXT>(param));
  out.u32(p.hedgeVariant).sized(p.pContext, p.ulContextLen);
  return {};
}

Result<void> flatten_hash_sign_context(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_HASH_SIGN_ADDITIONAL_CONTEXT>(param));
  out.u32(p.hedgeVariant).sized(p.pContext, p.ulContextLen).u32(p.hash);
  return {};
}

}  // namespace holdfast::cryptoki
