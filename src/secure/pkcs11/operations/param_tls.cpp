#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {

Result<MechanismParam> read_tls12_master(ByteReader& in) {
  Tls12MasterParam param;
  HF_ASSIGN_OR_RETURN(param.client_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.server_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.wants_version, read_flag(in));
  return param;
}

Result<MechanismParam> read_tls12_extended_master(ByteReader& in) {
  Tls12ExtendedMasterParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.session_hash, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.wants_version, read_flag(in));
  return param;
}

Result<MechanismParam> read_tls12_key_mat(ByteReader& in) {
  Tls12KeyMatParam param;
  HF_ASSIGN_OR_RETURN(param.mac_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.key_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.iv_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.is_export, read_flag(in));
  HF_ASSIGN_OR_RETURN(param.client_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.server_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  return param;
}

Result<MechanismParam> read_tls_kdf(ByteReader& in) {
  TlsKdfParam param;
  HF_ASSIGN_OR_RETURN(param.prf, in.u32());
  HF_ASSIGN_OR_RETURN(param.label, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.client_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.server_random, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.context, read_sized(in));
  return param;
}

Result<MechanismParam> read_tls_mac(ByteReader& in) {
  TlsMacParam param;
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  HF_ASSIGN_OR_RETURN(param.server_or_client, in.u32());
  return param;
}

}  // namespace holdfast::secure::pkcs11
