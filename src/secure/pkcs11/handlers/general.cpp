#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/u32_list.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {

// Minor 0: OP-TEE's libckteec refuses a trusted application with a major and a minor above its own.
Handled<wire::Ping> handle(wire::Ping, const wire::Ping::Request&, const Call&) {
  return wire::Ping::Reply{.major = 1, .minor = 0, .patch = 0};
}

Handled<wire::SlotList> handle(wire::SlotList, const wire::SlotList::Request&, const Call& call) {
  std::vector<std::uint32_t> slots(call.ta.slot_count());
  for (std::uint32_t i = 0; i < slots.size(); ++i) slots[i] = i;
  HF_TRY(write_u32_list(call, slots));
  return wire::Nothing{};
}

Handled<wire::SlotInfo> handle(wire::SlotInfo, const wire::SlotInfo::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  return token->slot_info();
}

Handled<wire::TokenInfo> handle(wire::TokenInfo, const wire::TokenInfo::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  wire::TokenInfo::Reply info = token->info(call.token_rules());
  if (call.dialect() == Dialect::standard) info.flags |= CKF_ASYNC_SESSION_SUPPORTED;
  return info;
}

Handled<wire::MechanismIds> handle(wire::MechanismIds, const wire::MechanismIds::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  std::vector<std::uint32_t> types;
  for (const OfferedMechanism& mechanism : offered_mechanisms(call.dialect()))
    if (info_under(token->policy(), mechanism).flags != 0) types.push_back(mechanism.type.value);
  HF_TRY(write_u32_list(call, types));
  return wire::Nothing{};
}

Handled<wire::MechanismInfo> handle(wire::MechanismInfo, const wire::MechanismInfo::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const Token* const token, call.ta.token(request.slot));
  for (const OfferedMechanism& mechanism : offered_mechanisms(call.dialect()))
    if (mechanism.type == request.mechanism) return info_under(token->policy(), mechanism);
  return fail(Rv::mechanism_invalid, "mechanism is not offered");
}

}  // namespace holdfast::secure::pkcs11
