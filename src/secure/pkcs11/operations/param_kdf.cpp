#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<wire::Template> read_template(ByteReader& in) {
  wire::Template list;
  HF_ASSIGN_OR_RETURN(const std::uint32_t size, in.u32());
  HF_ASSIGN_OR_RETURN(list.count, in.u32());
  HF_ASSIGN_OR_RETURN(list.attributes, in.take(size));
  return list;
}

/// A counter: whether its format was given, its byte order, its width.
Result<void> read_counter(ByteReader& in, Sp800Data& data) {
  HF_ASSIGN_OR_RETURN(data.present, read_flag(in));
  HF_ASSIGN_OR_RETURN(data.little_endian, read_flag(in));
  HF_ASSIGN_OR_RETURN(data.width_bits, in.u32());
  return {};
}

Result<void> read_dkm_length(ByteReader& in, Sp800Data& data) {
  HF_ASSIGN_OR_RETURN(data.length_method, in.u32());
  HF_ASSIGN_OR_RETURN(data.little_endian, read_flag(in));
  HF_ASSIGN_OR_RETURN(data.width_bits, in.u32());
  return {};
}

Result<void> read_data(ByteReader& in, Sp800Data& data) {
  HF_ASSIGN_OR_RETURN(data.type, in.u32());
  switch (data.type) {
    case CK_SP800_108_ITERATION_VARIABLE:
    case CK_SP800_108_COUNTER:
      return read_counter(in, data);
    case CK_SP800_108_DKM_LENGTH:
      return read_dkm_length(in, data);
    case CK_SP800_108_BYTE_ARRAY: {
      HF_ASSIGN_OR_RETURN(data.bytes, read_sized(in));
      return {};
    }
    case CK_SP800_108_KEY_HANDLE: {
      HF_ASSIGN_OR_RETURN(data.key, read_handle(in));
      return {};
    }
    default:
      return fail(Rv::mechanism_param_invalid, "unknown part of a key derivation's input");
  }
}

}  // namespace

Result<MechanismParam> read_hkdf(ByteReader& in) {
  HkdfParam param;
  HF_ASSIGN_OR_RETURN(param.extract, read_flag(in));
  HF_ASSIGN_OR_RETURN(param.expand, read_flag(in));
  HF_ASSIGN_OR_RETURN(param.hash, in.u32());
  HF_ASSIGN_OR_RETURN(param.salt_type, in.u32());
  HF_ASSIGN_OR_RETURN(param.salt, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.salt_key, read_handle(in));
  HF_ASSIGN_OR_RETURN(param.info, read_sized(in));
  return param;
}

Result<MechanismParam> read_pbkdf2(ByteReader& in) {
  Pbkdf2Param param;
  HF_ASSIGN_OR_RETURN(param.salt_source, in.u32());
  HF_ASSIGN_OR_RETURN(param.salt, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.iterations, in.u32());
  HF_ASSIGN_OR_RETURN(param.prf, in.u32());
  HF_ASSIGN_OR_RETURN(param.prf_data, read_sized(in));
  HF_ASSIGN_OR_RETURN(param.password, read_sized(in));
  return param;
}

Result<MechanismParam> read_sp800_108(ByteReader& in) {
  Sp800Param param;
  HF_ASSIGN_OR_RETURN(param.prf, in.u32());
  HF_ASSIGN_OR_RETURN(param.iv, read_sized(in));
  HF_ASSIGN_OR_RETURN(const std::uint32_t data_count, in.u32());
  if (data_count > kMaxSp800Data) return fail(Rv::mechanism_param_invalid, "input of too many parts");
  param.data.resize(data_count);
  for (Sp800Data& data : param.data) HF_TRY(read_data(in, data));
  HF_ASSIGN_OR_RETURN(const std::uint32_t key_count, in.u32());
  if (key_count > kMaxAdditionalKeys) return fail(Rv::mechanism_param_invalid, "too many additional keys");
  param.additional_keys.resize(key_count);
  for (wire::Template& key : param.additional_keys) {
    HF_ASSIGN_OR_RETURN(key, read_template(in));
  }
  return param;
}

}  // namespace holdfast::secure::pkcs11
