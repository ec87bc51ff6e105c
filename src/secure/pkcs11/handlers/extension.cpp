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

}  // namespace holdfast::secure::pkcs11
