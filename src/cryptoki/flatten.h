#pragma once

#include <pkcs11/pkcs11.h>

#include "base/result.h"
#include "cryptoki/param_kinds.h"
#include "secret/secret_bytes.h"
#include "wire/codec.h"

namespace holdfast::cryptoki {

class Client;

/// More attributes than this no template carries.
inline constexpr CK_ULONG kMostAttributes = wire::kMaxTemplateBytes / wire::kAttributeHeadBytes;

/// FlatTemplate is a caller's CK_ATTRIBUTE array in wire form. Values may be keys, so it lives in secret memory.
class FlatTemplate {
 public:
  FlatTemplate(SecretBytes bytes, std::uint32_t count) : bytes_(std::move(bytes)), count_(count) {}
  /// view is valid while this lives.
  wire::Template view() const { return {.attributes = wire::SecretCodec::see(bytes_), .count = count_}; }

 private:
  SecretBytes bytes_;
  std::uint32_t count_;
};

/// flatten copies a template out of the caller's memory, nested templates included (OP-TEE ABI section 4).
/// Null pointers with a length: Rv::arguments_bad. A CK_ULONG or an array of another length than its type has, and a
/// value too large for any object: Rv::attribute_value_invalid. Whether attributes fit together is for the secure world
/// to say.
Result<FlatTemplate> flatten(const CK_ATTRIBUTE* attributes, CK_ULONG count);

/// FlatMechanism is a caller's CK_MECHANISM in wire form, with what its parameter points to.
class FlatMechanism {
 public:
  FlatMechanism(ck::MechanismType type, SecretBytes param) : type_(type), param_(std::move(param)) {}
  /// view is valid while this lives.
  wire::Mechanism view() const { return {.type = type_, .param = wire::SecretCodec::see(param_)}; }

 private:
  ck::MechanismType type_;
  SecretBytes param_;
};

/// CallerParam is a parameter in the caller's memory: nothing is known of it but what the caller says.
struct CallerParam {
  const void* data = nullptr;
  CK_ULONG bytes = 0;

  bool is_absent() const noexcept { return data == nullptr && bytes == 0; }
};

/// flatten copies a mechanism out of the caller's memory; a parameter that has not its kind's shape is
/// Rv::mechanism_param_invalid, a key in it that is none of this connection Rv::key_handle_invalid. A mechanism without a
/// known kind travels bare: the secure world refuses it, after it has looked at the session and at what is active.
Result<FlatMechanism> flatten(const CK_MECHANISM* mechanism, const Client& client);

/// flatten_as is flatten for a function that wants another kind of parameter than the mechanism's row names.
Result<FlatMechanism> flatten_as(wire::ParamKind kind, const CK_MECHANISM* mechanism, const Client& client);

/// flatten_without_tag is flatten_as for a parameter with a tag that the secure world makes.
Result<FlatMechanism> flatten_without_tag(wire::ParamKind kind, const CK_MECHANISM* mechanism, const Client& client);

/// flatten_param copies a parameter alone; handles in it must be of the connection of that epoch.
Result<SecretBytes> flatten_param(wire::ParamKind kind, const CallerParam& param, std::uint32_t epoch);

/// flatten_param_without_tag is flatten_param for a message whose tag the secure world makes.
Result<SecretBytes> flatten_param_without_tag(wire::ParamKind kind, const CallerParam& param, std::uint32_t epoch);

}  // namespace holdfast::cryptoki
