// What this library does not do. One body each: the standard's code, after the question whether the library is alive.
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"

namespace holdfast::cryptoki {
namespace {

CK_RV refuse(Rv rv) {
  return client_call([&](const Client&) -> Result<void> { return fail(rv, "not supported"); });
}
CK_RV not_supported() { return refuse(Rv::function_not_supported); }

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

// Slots neither come nor go by themselves, so there is never an event, and a wait for one would never end.
HF_CRYPTOKI CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved) {
  return client_call([&](const Client&) -> Result<void> {
    HF_TRY(require_pointer(pSlot));
    if (pReserved != nullptr) return fail(Rv::arguments_bad, "pReserved is not null");
    return (flags & CKF_DONT_BLOCK) != 0 ? fail(Rv::no_event) : fail(Rv::function_not_supported);
  });
}

// PKCS#11 3.0 section 5.20: legacy functions that no library runs in parallel any more.
HF_CRYPTOKI CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE) { return refuse(Rv::function_not_parallel); }
HF_CRYPTOKI CK_RV C_CancelFunction(CK_SESSION_HANDLE) { return refuse(Rv::function_not_parallel); }

// Added by version 3.2.
extern "C" {
CK_RV C_AsyncComplete(CK_SESSION_HANDLE, CK_UTF8CHAR_PTR, CK_ASYNC_DATA_PTR) { return not_supported(); }
CK_RV C_AsyncGetID(CK_SESSION_HANDLE, CK_UTF8CHAR_PTR, CK_ULONG_PTR) { return not_supported(); }
CK_RV C_AsyncJoin(CK_SESSION_HANDLE, CK_UTF8CHAR_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG) { return not_supported(); }
}
