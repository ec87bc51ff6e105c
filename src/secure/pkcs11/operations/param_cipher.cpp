#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kCounterBlockBytes = 16;

Result<NonceSource> read_nonce_source(ByteReader& in) {
  NonceSource source;
  HF_ASSIGN_OR_RETURN(source.nonce, read_sized(in));
  HF_ASSIGN_OR_RETURN(source.fixed_bits, in.u32());
  HF_ASSIGN_OR_RETURN(source.generator, in.u32());
  return source;
}

}  // namespace

Result<MechanismParam> read_iv(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const ByteView iv, in.take(in.remaining()));
  return IvParam{iv};
}

Result<MechanismParam> read_ctr(ByteReader& in) {
  CtrParam param;
  HF_ASSIGN_OR_RETURN(param.counter_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.counter_block, in.take(kCounterBlockBytes));
  return param;
}

Result<MechanismParam> read_gcm(ByteReader& in) {
  GcmParam param;
  HF_ASSIGN_OR_RETURN(param.iv, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.aad, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.tag_bits, in.u32());
  return param;
}

Result<MechanismParam> read_ccm(ByteReader& in) {
  CcmParam param;
  HF_ASSIGN_OR_RETURN(param.data_bytes, in.u32());
  HF_ASSIGN_OR_RETURN(param.nonce, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.aad, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  return param;
}

Result<MechanismParam> read_chacha20(ByteReader& in) {
  ChaCha20Param param;
  HF_ASSIGN_OR_RETURN(param.block_counter, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.nonce, read_sized(in));
  return param;
}

Result<MechanismParam> read_chacha20_poly1305(ByteReader& in) {
  ChaCha20Poly1305Param param;
  HF_ASSIGN_OR_RETURN(param.nonce, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.aad, read_sized(in));
  return param;
}

Result<MechanismParam> read_encrypt_data(ByteReader& in, std::size_t iv_bytes) {
  EncryptDataParam param;
  HF_ASSIGN_OR_RETURN(param.iv, in.take(iv_bytes));
  HF_ASSIGN_OR_RETURN(param.data, read_sized(in));
  return param;
}

Result<MechanismParam> read_gcm_wrap(ByteReader& in) {
  GcmWrapParam param;
  HF_ASSIGN_OR_RETURN(param.iv, read_nonce_source(in));
  HF_ASSIGN_OR_RETURN(param.aad, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.tag_bits, in.u32());
  return param;
}

Result<MechanismParam> read_ccm_wrap(ByteReader& in) {
  CcmWrapParam param;
  HF_ASSIGN_OR_RETURN(param.data_bytes, in.u32());
  HF_ASSIGN_OR_RETURN(param.nonce, read_nonce_source(in));
  HF_ASSIGN_OR_RETURN(param.aad, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  return param;
}

Result<MechanismParam> read_gcm_message(ByteReader& in) {
  GcmMessageParam param;
  HF_ASSIGN_OR_RETURN(param.iv, read_nonce_source(in));
  HF_ASSIGN_OR_RETURN(param.tag_bits, in.u32());
  HF_ASSIGN_OR_RETURN(param.tag, read_sized(in));
  return param;
}

Result<MechanismParam> read_ccm_message(ByteReader& in) {
  CcmMessageParam param;
  HF_ASSIGN_OR_RETURN(param.data_bytes, in.u32());
  HF_ASSIGN_OR_RETURN(param.nonce, read_nonce_source(in));
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  HF_ASSIGN_OR_RETURN(param.mac, read_sized(in));
  return param;
}

Result<MechanismParam> read_chacha20_poly1305_message(ByteReader& in) {
  ChaCha20Poly1305MessageParam param;
  HF_ASSIGN_OR_RETURN(param.nonce, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.tag, read_sized(in));
  return param;
}

}  // namespace holdfast::secure::pkcs11
