// C_WaitForSlotEvent (PKCS#11 3.0 section 5.5).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/slot_events.h"

namespace holdfast::cryptoki {
namespace {

Result<ck::SlotId> next_event(CK_FLAGS flags) {
  if ((flags & CKF_DONT_BLOCK) == 0) return slot_events::wait_event();
  HF_ASSIGN_OR_RETURN(const auto slot, slot_events::poll_event());
  if (!slot) return fail(Rv::no_event);
  return *slot;
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved) {
  return cryptoki_call([&]() -> Result<void> {
    HF_TRY(library::client());
    HF_TRY(require_pointer(pSlot));
    if (pReserved != nullptr) return fail(Rv::arguments_bad, "pReserved is not null");
    HF_ASSIGN_OR_RETURN(const ck::SlotId slot, next_event(flags));
    *pSlot = slot.value;
    return {};
  });
}
