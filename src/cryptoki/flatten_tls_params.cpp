#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

void add_randoms(const CK_SSL3_RANDOM_DATA& p, ParamParts& out) {
  out.sized(p.pClientRandom, p.ulClientRandomLen).sized(p.pServerRandom, p.ulServerRandomLen);
}

/// What is to be written to must be there before anything is derived.
Result<void> require_key_mat_out(const CK_TLS12_KEY_MAT_PARAMS& p) {
  if (p.pReturnedKeyMaterial == nullptr) return wrong_param("nowhere to put the keys");
  const CK_SSL3_KEY_MAT_OUT out = read_item(p.pReturnedKeyMaterial, 0);
  if (p.ulIVSizeInBits != 0 && (out.pIVClient == nullptr || out.pIVServer == nullptr))
    return wrong_param("nowhere to put the IVs");
  return {};
}

}  // namespace

Result<void> flatten_tls12_master(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_MASTER_KEY_DERIVE_PARAMS>(param));
  add_randoms(p.RandomInfo, out);
  out.u32(p.prfHashMechanism).flag(p.pVersion != nullptr);
  return {};
}

Result<void> flatten_tls12_extended_master(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_EXTENDED_MASTER_KEY_DERIVE_PARAMS>(param));
  out.u32(p.prfHashMechanism).sized(p.pSessionHash, p.ulSessionHashLen).flag(p.pVersion != nullptr);
  return {};
}

Result<void> flatten_tls12_key_mat(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_KEY_MAT_PARAMS>(param));
  HF_TRY(require_key_mat_out(p));
  out.u32(p.ulMacSizeInBits).u32(p.ulKeySizeInBits).u32(p.ulIVSizeInBits).flag(p.bIsExport != CK_FALSE);
  add_randoms(p.RandomInfo, out);
  out.u32(p.prfHashMechanism);
  return {};
}

Result<void> flatten_tls_kdf(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS_KDF_PARAMS>(param));
  out.u32(p.prfMechanism).sized(p.pLabel, p.ulLabelLength);
  add_randoms(p.RandomInfo, out);
  out.sized(p.pContextData, p.ulContextDataLength);
  return {};
}

Result<void> flatten_tls_mac(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS_MAC_PARAMS>(param));
  out.u32(p.prfHashMechanism).u32(p.ulMacLength).u32(p.ulServerOrClient);
  return {};
}

}  // namespace holdfast::cryptoki
