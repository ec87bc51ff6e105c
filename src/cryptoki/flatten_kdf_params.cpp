#include <cstdint>
#include <sys/uio.h>
#include <unistd.h>

#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

constexpr CK_ULONG kMostData = 64;
constexpr CK_ULONG kMostAdditionalKeys = 16;

/// read_ulong reads a number at what may be a pointer; the kernel says where nothing can be read, and nobody faults.
Result<CK_ULONG> read_ulong(CK_ULONG address) {
  CK_ULONG value = 0;
  const iovec here{&value, sizeof value};
  const iovec there{reinterpret_cast<void*>(address), sizeof value};
  if (::process_vm_readv(::getpid(), &here, 1, &there, 1, 0) != static_cast<ssize_t>(sizeof value))
    return wrong_param("neither a length nor where one lies");
  return value;
}

/// The struct of version 2.40 points to the password's length where its successor holds it, and both are equally long.
/// No password that travels is so long that its length could be an address.
Result<CK_ULONG> password_bytes(CK_ULONG length_or_pointer) {
  if (length_or_pointer <= wire::kMaxMechanismParamBytes) return length_or_pointer;
  return read_ulong(length_or_pointer);
}

Result<void> add_counter(const CK_PRF_DATA_PARAM& data, ParamParts& out) {
  if (data.pValue == nullptr && data.ulValueLen == 0) {
    out.flag(false).u32(0).u32(0);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SP800_108_COUNTER_FORMAT>({data.pValue, data.ulValueLen}));
  out.flag(true).flag(p.bLittleEndian != CK_FALSE).u32(p.ulWidthInBits);
  return {};
}

Result<void> add_dkm_length(const CK_PRF_DATA_PARAM& data, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SP800_108_DKM_LENGTH_FORMAT>({data.pValue, data.ulValueLen}));
  out.u32(p.dkmLengthMethod).flag(p.bLittleEndian != CK_FALSE).u32(p.ulWidthInBits);
  return {};
}

Result<void> add_data(const CK_PRF_DATA_PARAM& data, ParamParts& out) {
  out.u32(data.type);
  switch (data.type) {
    case CK_SP800_108_ITERATION_VARIABLE:
    case CK_SP800_108_COUNTER:
      return add_counter(data, out);
    case CK_SP800_108_DKM_LENGTH:
      return add_dkm_length(data, out);
    case CK_SP800_108_BYTE_ARRAY:
      out.sized(data.pValue, data.ulValueLen);
      return {};
    case CK_SP800_108_KEY_HANDLE:
      return flatten_object_handle({data.pValue, data.ulValueLen}, out);
    default:
      return wrong_param("unknown part of a key derivation's input");
  }
}

/// What the two structs of SP 800-108 have in common; the IV is between them.
template <class Struct>
Result<void> add_lists(const Struct& p, ParamParts& out) {
  HF_TRY(require_items(p.pDataParams, p.ulNumberOfDataParams, kMostData));
  out.u32(p.ulNumberOfDataParams);
  for (CK_ULONG i = 0; i < p.ulNumberOfDataParams; ++i) HF_TRY(add_data(read_item(p.pDataParams, i), out));
  HF_TRY(require_items(p.pAdditionalDerivedKeys, p.ulAdditionalDerivedKeys, kMostAdditionalKeys));
  out.u32(p.ulAdditionalDerivedKeys);
  for (CK_ULONG i = 0; i < p.ulAdditionalDerivedKeys; ++i) {
    const CK_DERIVED_KEY key = read_item(p.pAdditionalDerivedKeys, i);
    if (key.phKey == nullptr) return wrong_param("nowhere to put an additional key's handle");
    HF_TRY(out.attributes(key.pTemplate, key.ulAttributeCount));
  }
  return {};
}

}  // namespace

Result<void> flatten_hkdf(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_HKDF_PARAMS>(param));
  out.flag(p.bExtract != CK_FALSE).flag(p.bExpand != CK_FALSE).u32(p.prfHashMechanism).u32(p.ulSaltType);
  // What the type of salt does not name is not looked at: callers leave it as it was.
  const bool has_data = p.ulSaltType == CKF_HKDF_SALT_DATA;
  out.sized(p.pSalt, has_data ? p.ulSaltLen : 0);
  if (p.ulSaltType == CKF_HKDF_SALT_KEY) {
    HF_TRY(out.handle(p.hSaltKey));
  } else {
    out.u32(CK_INVALID_HANDLE);
  }
  out.sized(p.pInfo, p.ulInfoLen);
  return {};
}

Result<void> flatten_pbkdf2(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_PKCS5_PBKD2_PARAMS2>(param));
  HF_ASSIGN_OR_RETURN(const CK_ULONG password, password_bytes(p.ulPasswordLen));
  out.u32(p.saltSource).sized(p.pSaltSourceData, p.ulSaltSourceDataLen).u32(p.iterations).u32(p.prf);
  out.sized(p.pPrfData, p.ulPrfDataLen).sized(p.pPassword, password);
  return {};
}

Result<void> flatten_sp800_108(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SP800_108_KDF_PARAMS>(param));
  out.u32(p.prfType).u32(0);
  return add_lists(p, out);
}

Result<void> flatten_sp800_108_feedback(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_SP800_108_FEEDBACK_KDF_PARAMS>(param));
  out.u32(p.prfType).sized(p.pIV, p.ulIVLen);
  return add_lists(p, out);
}

}  // namespace holdfast::cryptoki
