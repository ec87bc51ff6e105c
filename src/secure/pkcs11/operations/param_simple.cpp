#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {

Result<bool> read_flag(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const std::uint32_t flag, in.u32());
  if (flag > 1) return fail(Rv::mechanism_param_invalid, "a flag that is no CK_BBOOL");
  return flag == 1;
}

Result<ck::ObjectHandle> read_handle(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const std::uint32_t handle, in.u32());
  return ck::ObjectHandle{handle};
}

Result<MechanismParam> read_mac_general(ByteReader& in) {
  MacGeneralParam param;
  HF_ASSIGN_OR_RETURN(param.mac_bytes, in.u32());
  return param;
}

Result<MechanismParam> read_otp(ByteReader& in) {
  OtpParam param;
  HF_ASSIGN_OR_RETURN(const std::uint32_t count, in.u32());
  if (count > kMaxOtpParams) return fail(Rv::mechanism_param_invalid, "more one-time password parameters than there are");
  param.values.resize(count);
  for (OtpParam::Value& value : param.values) {
    HF_ASSIGN_OR_RETURN(value.type, in.u32());
    HF_ASSIGN_OR_RETURN(value.value, read_sized(in));
  }
  return param;
}

Result<MechanismParam> read_bytes(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const ByteView bytes, in.take(in.remaining()));
  return BytesParam{bytes};
}

Result<MechanismParam> read_object_handle(ByteReader& in) {
  HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, read_handle(in));
  return ObjectHandleParam{key};
}

Result<MechanismParam> read_extract(ByteReader& in) {
  ExtractParam param;
  HF_ASSIGN_OR_RETURN(param.first_bit, in.u32());
  return param;
}

Result<MechanismParam> read_optional_mechanism(ByteReader& in) {
  if (in.remaining() == 0) return MechanismTypeParam{};
  HF_ASSIGN_OR_RETURN(const std::uint32_t type, in.u32());
  return MechanismTypeParam{ck::MechanismType{type}};
}

}  // namespace holdfast::secure::pkcs11
