#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/u32_list.h"
#include "secure/pkcs11/operations/begin.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kExtensionVersion = 1;

}  // namespace

Handled<wire::Hello> handle(wire::Hello, const wire::Hello::Request&, const Call& call) {
  call.client.speak(Dialect::standard);
  return wire::Hello::Reply{.version = kExtensionVersion};
}

Handled<wire::MechanismParamKinds> handle(wire::MechanismParamKinds, const wire::MechanismParamKinds::Request& request,
                                          const Call& call) {
  HF_TRY(call.ta.token(request.slot));
  std::vector<std::uint32_t> pairs;
  for (const OfferedMechanism& mechanism : offered_mechanisms()) {
    pairs.push_back(mechanism.type.value);
    pairs.push_back(static_cast<std::uint32_t>(mechanism.param));
  }
  HF_TRY(write_u32_list(call, pairs));
  return wire::Nothing{};
}

Handled<wire::GetTokenPolicy> handle(wire::GetTokenPolicy, const wire::GetTokenPolicy::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  return wire::GetTokenPolicy::Reply{.refused = token->policy().bits()};
}

Handled<wire::SetTokenPolicy> handle(wire::SetTokenPolicy, const wire::SetTokenPolicy::Request& request, const Call& call) {
  HF_TRY(call.security_officer());
  const std::optional<TokenPolicy> policy = TokenPolicy::from_bits(request.refused);
  if (!policy) return fail(Rv::arguments_bad, "a policy that this version does not know");
  HF_TRY(call.token().set_policy(*policy));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
