#include "cryptoki/flatten_param.h"

namespace holdfast::cryptoki {
namespace {

constexpr CK_ULONG kMostOtpParams = 16;

bool is_ulong(CK_OTP_PARAM_TYPE type) {
  return type == CK_OTP_OUTPUT_LENGTH || type == CK_OTP_OUTPUT_FORMAT || type == CK_OTP_FLAGS;
}

Result<void> otp_value(const CK_OTP_PARAM& param, ParamParts& out) {
  out.u32(param.type);
  if (!is_ulong(param.type)) {
    out.sized(param.pValue, param.ulValueLen);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto number, read_struct<CK_ULONG>({param.pValue, param.ulValueLen}));
  out.u32(sizeof(std::uint32_t)).u32(number);
  return {};
}

}  // namespace

Result<void> flatten_raw(const CallerParam& param, ParamParts& out) {
  out.raw(param.data, param.bytes);
  return {};
}

Result<void> flatten_number(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto number, read_struct<CK_ULONG>(param));
  out.u32(number);
  return {};
}

Result<void> flatten_optional_number(const CallerParam& param, ParamParts& out) {
  if (param.is_absent()) return {};
  return flatten_number(param, out);
}

Result<void> flatten_object_handle(const CallerParam& param, ParamParts& out) {
  HF_ASSIGN_OR_RETURN(const auto handle, read_struct<CK_OBJECT_HANDLE>(param));
  return out.handle(handle);
}

Result<void> flatten_otp(const CallerParam& param, ParamParts& out) {
  // PKCS#11 3.0 section 2.63: no parameter at all asks for the token's defaults.
  if (param.is_absent()) {
    out.u32(0);
    return {};
  }
  HF_ASSIGN_OR_RETURN(const auto p, read_struct<CK_OTP_PARAMS>(param));
  HF_TRY(require_items(p.pParams, p.ulCount, kMostOtpParams));
  out.u32(p.ulCount);
  for (CK_ULONG i = 0; i < p.ulCount; ++i) HF_TRY(otp_value(read_item(p.pParams, i), out));
  return {};
}

}  // namespace holdfast::cryptoki
