#include "cryptoki/write_results.h"

#include <cstring>

#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

using wire::ParamKind;

constexpr std::size_t kPoly1305TagBytes = 16;

Unexpected<Error> unfit() { return fail(Rv::general_error, "results of another shape than the parameter's"); }

Result<MessageTarget> checked(const MessageTarget& target, bool has_tag) {
  if (target.is_generated && target.nonce == nullptr) return wrong_param("nowhere to put the nonce");
  if (has_tag && target.tag == nullptr) return wrong_param("nowhere to put the tag");
  return target;
}

/// write_at writes one value to where the caller's pointer says, which may be anywhere.
template <class Value>
void write_at(Value* at, const Value& value) {
  std::memcpy(at, &value, sizeof value);
}

Result<void> write_version(CK_VERSION* version, ByteView results) {
  if (version == nullptr) return {};
  if (results.size() != 2) return unfit();
  write_at(version, {std::to_integer<CK_BYTE>(results[0]), std::to_integer<CK_BYTE>(results[1])});
  return {};
}

Result<void> write_key_mat(const CallerParam& param, std::span<const CK_OBJECT_HANDLE> handles, ByteView ivs) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_KEY_MAT_PARAMS>(param));
  CK_SSL3_KEY_MAT_OUT out = read_item(p.pReturnedKeyMaterial, 0);
  const std::size_t macs = p.ulMacSizeInBits == 0 ? 0 : 2;
  const std::size_t keys = p.ulKeySizeInBits == 0 ? 0 : 2;
  const std::size_t iv_bytes = p.ulIVSizeInBits / 8;
  if (handles.size() != macs + keys || (!ivs.empty() && ivs.size() != 2 * iv_bytes)) return unfit();
  out.hClientMacSecret = macs != 0 ? handles[0] : CK_INVALID_HANDLE;
  out.hServerMacSecret = macs != 0 ? handles[1] : CK_INVALID_HANDLE;
  out.hClientKey = keys != 0 ? handles[macs] : CK_INVALID_HANDLE;
  out.hServerKey = keys != 0 ? handles[macs + 1] : CK_INVALID_HANDLE;
  write_at(p.pReturnedKeyMaterial, out);
  if (ivs.empty()) return {};
  std::memcpy(out.pIVClient, ivs.data(), iv_bytes);
  std::memcpy(out.pIVServer, ivs.data() + iv_bytes, iv_bytes);
  return {};
}

template <class Struct>
Result<void> write_additional(const CallerParam& param, std::span<const CK_OBJECT_HANDLE> handles) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<Struct>(param));
  if (handles.size() != p.ulAdditionalDerivedKeys + 1) return unfit();
  for (CK_ULONG i = 0; i < p.ulAdditionalDerivedKeys; ++i)
    write_at(read_item(p.pAdditionalDerivedKeys, i).phKey, handles[i + 1]);
  return {};
}

}  // namespace

void MessageTarget::write_nonce(ByteView made) const {
  if (is_generated) std::memcpy(nonce, made.data(), made.size());
}

void MessageTarget::write_tag(ByteView made) const {
  if (!made.empty()) std::memcpy(tag, made.data(), made.size());
}

Result<ParamKind> message_kind_of(const CallerParam& param) {
  switch (param.bytes) {
    case sizeof(CK_GCM_MESSAGE_PARAMS):
      return ParamKind::gcm_message;
    case sizeof(CK_CCM_MESSAGE_PARAMS):
      return ParamKind::ccm_message;
    case sizeof(CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS):
      return ParamKind::chacha20_poly1305_message;
    default:
      return wrong_param("no parameter of a message");
  }
}

Result<MessageTarget> message_target(ParamKind kind, const CallerParam& param) {
  switch (kind) {
    case ParamKind::gcm_message: {
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_GCM_MESSAGE_PARAMS>(param));
      return checked({p.pIv, p.ulIvLen, p.ivGenerator != CKG_NO_GENERATE, p.pTag, p.ulTagBits / 8}, true);
    }
    case ParamKind::ccm_message: {
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_MESSAGE_PARAMS>(param));
      return checked({p.pNonce, p.ulNonceLen, p.nonceGenerator != CKG_NO_GENERATE, p.pMAC, p.ulMACLen}, true);
    }
    case ParamKind::chacha20_poly1305_message: {
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS>(param));
      return checked({p.pNonce, chacha20_nonce_bytes(p.ulNonceLen), false, p.pTag, kPoly1305TagBytes}, true);
    }
    case ParamKind::gcm_wrap: {
      if (param.bytes == sizeof(CK_GCM_PARAMS)) return MessageTarget{};
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_GCM_WRAP_PARAMS>(param));
      return checked({p.pIv, p.ulIvLen, p.ivGenerator != CKG_NO_GENERATE, nullptr, 0}, false);
    }
    case ParamKind::ccm_wrap: {
      if (param.bytes == sizeof(CK_CCM_PARAMS)) return MessageTarget{};
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_CCM_WRAP_PARAMS>(param));
      return checked({p.pNonce, p.ulNonceLen, p.nonceGenerator != CKG_NO_GENERATE, nullptr, 0}, false);
    }
    default:
      return MessageTarget{};
  }
}

Result<void> write_message_results(ParamKind kind, const CallerParam& param, ByteView nonce, ByteView tag) {
  HF_ASSIGN_OR_RETURN(const MessageTarget target, message_target(kind, param));
  if (target.is_generated && nonce.size() != target.nonce_bytes) return unfit();
  if (target.tag != nullptr && tag.size() != target.tag_bytes) return unfit();
  target.write_nonce(nonce);
  if (target.tag != nullptr) target.write_tag(tag);
  return {};
}

Result<void> write_derived(ParamKind kind, const CallerParam& param, std::span<const CK_OBJECT_HANDLE> handles,
                           ByteView results) {
  switch (kind) {
    case ParamKind::tls12_master_key_derive: {
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_MASTER_KEY_DERIVE_PARAMS>(param));
      return write_version(p.pVersion, results);
    }
    case ParamKind::tls12_extended_master_key_derive: {
      HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_TLS12_EXTENDED_MASTER_KEY_DERIVE_PARAMS>(param));
      return write_version(p.pVersion, results);
    }
    case ParamKind::tls12_key_mat:
      return write_key_mat(param, handles, results);
    case ParamKind::sp800_108:
      return write_additional<CK_SP800_108_KDF_PARAMS>(param, handles);
    case ParamKind::sp800_108_feedback:
      return write_additional<CK_SP800_108_FEEDBACK_KDF_PARAMS>(param, handles);
    default:
      return {};
  }
}

}  // namespace holdfast::cryptoki
