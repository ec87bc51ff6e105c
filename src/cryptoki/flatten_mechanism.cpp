#include <array>
#include <cstring>

#include "cryptoki/caller_memory.h"
#include "cryptoki/flatten.h"

namespace holdfast::cryptoki {
namespace {

using wire::ParamKind;

/// CK_GCM_PARAMS as the first published headers of version 2.40 had it; programs compiled against them are still about.
struct GcmParamsWithoutIvBits {
  CK_BYTE_PTR pIv;
  CK_ULONG ulIvLen;
  CK_BYTE_PTR pAAD;
  CK_ULONG ulAADLen;
  CK_ULONG ulTagBits;
};

Unexpected<Error> wrong_param(const char* why) { return fail(Rv::mechanism_param_invalid, why); }

/// ParamParts collects the fields of a parameter, in wire order, before they are written at once. A field that cannot
/// travel spoils the whole.
class ParamParts {
 public:
  ParamParts& u32(CK_ULONG value) {
    is_valid_ = is_valid_ && value <= 0xFFFFFFFF;
    return add({.number = static_cast<std::uint32_t>(value), .is_number = true});
  }
  ParamParts& raw(const void* data, CK_ULONG size) {
    is_valid_ = is_valid_ && size <= wire::kMaxMechanismParamBytes && (size == 0 || data != nullptr);
    return is_valid_ ? add({.bytes = as_bytes(data, size)}) : *this;
  }
  ParamParts& sized(const void* data, CK_ULONG size) { return u32(size).raw(data, size); }

  Result<SecretBytes> write() const {
    if (!is_valid_) return wrong_param("a field of the parameter is out of bounds or null");
    std::size_t total = 0;
    for (std::size_t i = 0; i < count_; ++i)
      total += parts_[i].is_number ? sizeof(std::uint32_t) : parts_[i].bytes.size();
    if (total > wire::kMaxMechanismParamBytes) return wrong_param("parameter above its limit");
    HF_ASSIGN_OR_RETURN(SecretBytes param, SecretBytes::allocate(total));
    wire::FieldWriter out(wire::SecretCodec::fill(param));
    for (std::size_t i = 0; i < count_; ++i) {
      if (parts_[i].is_number)
        out.u32(parts_[i].number);
      else
        out.raw(parts_[i].bytes);
    }
    return param;
  }

 private:
  struct Part {
    ByteView bytes{};
    std::uint32_t number = 0;
    bool is_number = false;
  };
  ParamParts& add(const Part& part) {
    parts_[count_++] = part;
    return *this;
  }
  std::array<Part, 8> parts_{};
  std::size_t count_ = 0;
  bool is_valid_ = true;
};

/// read_struct copies the caller's parameter, which may lie anywhere, into a struct of its own.
template <class Struct>
Result<Struct> read_struct(const CK_MECHANISM& mechanism) {
  if (mechanism.pParameter == nullptr || mechanism.ulParameterLen != sizeof(Struct))
    return wrong_param("not the parameter's struct");
  Struct copy;
  std::memcpy(&copy, mechanism.pParameter, sizeof copy);
  return copy;
}

Result<ParamParts> aes_ctr(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_AES_CTR_PARAMS>(mechanism));
  // The counter block is 16 bytes of the struct itself: the parts point into the caller's memory, not into our copy.
  const auto* block = static_cast<const std::byte*>(mechanism.pParameter) + offsetof(CK_AES_CTR_PARAMS, cb);
  return ParamParts().u32(p.ulCounterBits).raw(block, sizeof p.cb);
}

template <class Struct>
Result<ParamParts> aes_gcm_from(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<Struct>(mechanism));
  return ParamParts().sized(p.pIv, p.ulIvLen).sized(p.pAAD, p.ulAADLen).u32(p.ulTagBits);
}

Result<ParamParts> aes_gcm(const CK_MECHANISM& mechanism) {
  if (mechanism.ulParameterLen == sizeof(GcmParamsWithoutIvBits))
    return aes_gcm_from<GcmParamsWithoutIvBits>(mechanism);
  return aes_gcm_from<CK_GCM_PARAMS>(mechanism);
}

Result<ParamParts> mac_general(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto mac_bytes, read_struct<CK_MAC_GENERAL_PARAMS>(mechanism));
  return ParamParts().u32(mac_bytes);
}

Result<ParamParts> key_derivation_string(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_KEY_DERIVATION_STRING_DATA>(mechanism));
  return ParamParts().sized(p.pData, p.ulLen);
}

Result<ParamParts> aes_cbc_encrypt_data(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_AES_CBC_ENCRYPT_DATA_PARAMS>(mechanism));
  const auto* iv = static_cast<const std::byte*>(mechanism.pParameter) + offsetof(CK_AES_CBC_ENCRYPT_DATA_PARAMS, iv);
  return ParamParts().raw(iv, sizeof p.iv).sized(p.pData, p.length);
}

Result<ParamParts> ecdh1_derive(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_ECDH1_DERIVE_PARAMS>(mechanism));
  return ParamParts().u32(p.kdf).sized(p.pSharedData, p.ulSharedDataLen).sized(p.pPublicData, p.ulPublicDataLen);
}

Result<ParamParts> rsa_pss(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_PKCS_PSS_PARAMS>(mechanism));
  return ParamParts().u32(p.hashAlg).u32(p.mgf).u32(p.sLen);
}

ParamParts oaep_parts(ParamParts before, const CK_RSA_PKCS_OAEP_PARAMS& p) {
  return before.u32(p.hashAlg).u32(p.mgf).u32(p.source).sized(p.pSourceData, p.ulSourceDataLen);
}

Result<ParamParts> rsa_oaep(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_PKCS_OAEP_PARAMS>(mechanism));
  return oaep_parts({}, p);
}

Result<ParamParts> rsa_aes_key_wrap(const CK_MECHANISM& mechanism) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_RSA_AES_KEY_WRAP_PARAMS>(mechanism));
  if (p.pOAEPParams == nullptr) return wrong_param("null OAEP parameter");
  return oaep_parts(ParamParts().u32(p.ulAESKeyBits), *p.pOAEPParams);
}

Result<ParamParts> eddsa(const CK_MECHANISM& mechanism) {
  if (mechanism.pParameter == nullptr && mechanism.ulParameterLen == 0) return ParamParts().u32(0).u32(0);
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_EDDSA_PARAMS>(mechanism));
  return ParamParts().u32(p.phFlag != CK_FALSE ? 1 : 0).sized(p.pContextData, p.ulContextDataLen);
}

Result<ParamParts> parts_of(ParamKind kind, const CK_MECHANISM& mechanism) {
  switch (kind) {
    case ParamKind::none:
      if (mechanism.ulParameterLen != 0) return wrong_param("parameter for a mechanism that takes none");
      return ParamParts();
    case ParamKind::iv:
    case ParamKind::optional_iv:
      return ParamParts().raw(mechanism.pParameter, mechanism.ulParameterLen);
    case ParamKind::aes_ctr:
      return aes_ctr(mechanism);
    case ParamKind::aes_gcm:
      return aes_gcm(mechanism);
    case ParamKind::mac_general:
      return mac_general(mechanism);
    case ParamKind::key_derivation_string:
      return key_derivation_string(mechanism);
    case ParamKind::aes_cbc_encrypt_data:
      return aes_cbc_encrypt_data(mechanism);
    case ParamKind::ecdh1_derive:
      return ecdh1_derive(mechanism);
    case ParamKind::rsa_pss:
      return rsa_pss(mechanism);
    case ParamKind::rsa_oaep:
      return rsa_oaep(mechanism);
    case ParamKind::rsa_aes_key_wrap:
      return rsa_aes_key_wrap(mechanism);
    case ParamKind::eddsa:
      return eddsa(mechanism);
    default:
      break;
  }
  return wrong_param("unknown kind of parameter");
}

}  // namespace

Result<FlatMechanism> flatten(const CK_MECHANISM* mechanism, const ParamKinds& kinds) {
  HF_TRY(require_pointer(mechanism));
  if (mechanism->mechanism > 0xFFFFFFFF) return fail(Rv::mechanism_invalid, "not a mechanism type");
  const ck::MechanismType type{static_cast<std::uint32_t>(mechanism->mechanism)};
  const auto kind = kinds.find(type);
  if (!kind) return FlatMechanism(type, SecretBytes{});
  HF_ASSIGN_OR_RETURN(const ParamParts parts, parts_of(*kind, *mechanism));
  HF_ASSIGN_OR_RETURN(SecretBytes param, parts.write());
  return FlatMechanism(type, std::move(param));
}

}  // namespace holdfast::cryptoki
