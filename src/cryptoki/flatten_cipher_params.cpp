#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

/// CK_GCM_PARAMS as the first published headers of version 2.40 had it; programs compiled against them are still about.
struct GcmParamsWithoutIvBits {
  CK_BYTE_PTR pIv;
  CK_ULONG ulIvLen;
  CK_BYTE_PTR pAAD;
  CK_ULONG ulAADLen;
  CK_ULONG ulTagBits;
};

/// The IV is part of the struct: the parts point into the caller's memory, not into our copy.
const std::byte* member_at(const CallerParam& param, std::size_t offset) {
  return static_cast<const std::byte*>(param.data) + offset;
}

template <class Struct>
Result<void> gcm_from(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<Struct>(param));
  out.sized(p.pIv, p.ulIvLen).sized(p.pAAD, p.ulAADLen).u32(p.ulTagBits);
  return {};
}

template <class Struct>
Result<void> cbc_encrypt_data(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<Struct>(param));
  out.raw(member_at(param, offsetof(Struct, iv)), sizeof p.iv).sized(p.pData, p.length);
  return {};
}

/// Lengths in bits; a part of a byte makes no sense for any of them.
Result<CK_ULONG> bytes_of_bits(CK_ULONG bits) {
  if (bits % 8 != 0) return wrong_param("not a number of bytes");
  return bits / 8;
}

}  // namespace

Result<void> flatten_aes_ctr(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_AES_CTR_PARAMS>(param));
  out.u32(p.ulCounterBits).raw(member_at(param, offsetof(CK_AES_CTR_PARAMS, cb)), sizeof p.cb);
  return {};
}

Result<void> flatten_aes_gcm(const CallerParam& param, ParamParts& out) {
  if (param.bytes == sizeof(GcmParamsWithoutIvBits)) return gcm_from<GcmParamsWithoutIvBits>(param, out);
  return gcm_from<CK_GCM_PARAMS>(param, out);
}

Result<void> flatten_aes_ccm(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_PARAMS>(param));
  out.u32(p.ulDataLen).sized(p.pNonce, p.ulNonceLen).sized(p.pAAD, p.ulAADLen).u32(p.ulMACLen);
  return {};
}

Result<void> flatten_chacha20(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CHACHA20_PARAMS>(param));
  HF_ASSIGN_OR_RETURN(const CK_ULONG counter_bytes, bytes_of_bits(p.blockCounterBits));
  HF_ASSIGN_OR_RETURN(const CK_ULONG nonce_bytes, bytes_of_bits(p.ulNonceBits));
  out.sized(p.pBlockCounter, counter_bytes).sized(p.pNonce, nonce_bytes);
  return {};
}

Result<void> flatten_chacha20_poly1305(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SALSA20_CHACHA20_POLY1305_PARAMS>(param));
  out.sized(p.pNonce, chacha20_nonce_bytes(p.ulNonceLen)).sized(p.pAAD, p.ulAADLen);
  return {};
}

Result<void> flatten_key_derivation_string(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_KEY_DERIVATION_STRING_DATA>(param));
  out.sized(p.pData, p.ulLen);
  return {};
}

Result<void> flatten_aes_cbc_encrypt_data(const CallerParam& param, ParamParts& out) {
  return cbc_encrypt_data<CK_AES_CBC_ENCRYPT_DATA_PARAMS>(param, out);
}

Result<void> flatten_des_cbc_encrypt_data(const CallerParam& param, ParamParts& out) {
  return cbc_encrypt_data<CK_DES_CBC_ENCRYPT_DATA_PARAMS>(param, out);
}

// PKCS#11 3.2: an authenticated wrapping takes the parameter of an encryption too; its nonce is then the caller's.
Result<void> flatten_gcm_wrap(const CallerParam& param, ParamParts& out) {
  if (param.bytes == sizeof(CK_GCM_PARAMS)) {
    HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_GCM_PARAMS>(param));
    out.sized(p.pIv, p.ulIvLen).u32(0).u32(CKG_NO_GENERATE).sized(p.pAAD, p.ulAADLen).u32(p.ulTagBits);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_GCM_WRAP_PARAMS>(param));
  out.sized(p.pIv, p.ulIvLen).u32(p.ulIvFixedBits).u32(p.ivGenerator).sized(p.pAAD, p.ulAADLen).u32(p.ulTagBits);
  return {};
}

Result<void> flatten_ccm_wrap(const CallerParam& param, ParamParts& out) {
  if (param.bytes == sizeof(CK_CCM_PARAMS)) {
    HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_PARAMS>(param));
    out.u32(p.ulDataLen).sized(p.pNonce, p.ulNonceLen).u32(0).u32(CKG_NO_GENERATE);
    out.sized(p.pAAD, p.ulAADLen).u32(p.ulMACLen);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_WRAP_PARAMS>(param));
  out.u32(p.ulDataLen).sized(p.pNonce, p.ulNonceLen).u32(p.ulNonceFixedBits).u32(p.nonceGenerator);
  out.sized(p.pAAD, p.ulAADLen).u32(p.ulMACLen);
  return {};
}

}  // namespace holdfast::cryptoki
