#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

constexpr CK_ULONG kPoly1305TagBytes = 16;

/// A tag whose length is no whole number of bytes goes to the secure world as it is, which refuses it.
CK_ULONG tag_bytes(CK_ULONG bits) { return bits / 8; }

Result<void> add_tag(const void* tag, CK_ULONG bytes, Tag travels, ParamParts& out) {
  if (travels == Tag::left_out) {
    out.u32(0);
    return {};
  }
  if (tag == nullptr) return wrong_param("null tag");
  out.sized(tag, bytes);
  return {};
}

}  // namespace

Result<void> flatten_gcm_message(const CallerParam& param, Tag tag, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_GCM_MESSAGE_PARAMS>(param));
  out.sized(p.pIv, p.ulIvLen).u32(p.ulIvFixedBits).u32(p.ivGenerator).u32(p.ulTagBits);
  return add_tag(p.pTag, tag_bytes(p.ulTagBits), tag, out);
}

Result<void> flatten_ccm_message(const CallerParam& param, Tag tag, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_MESSAGE_PARAMS>(param));
  out.u32(p.ulDataLen).sized(p.pNonce, p.ulNonceLen).u32(p.ulNonceFixedBits).u32(p.nonceGenerator).u32(p.ulMACLen);
  return add_tag(p.pMAC, p.ulMACLen, tag, out);
}

Result<void> flatten_chacha20_poly1305_message(const CallerParam& param, Tag tag, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS>(param));
  out.sized(p.pNonce, chacha20_nonce_bytes(p.ulNonceLen));
  return add_tag(p.pTag, kPoly1305TagBytes, tag, out);
}

}  // namespace holdfast::cryptoki
