// What this library does not do. One body each: the standard's code, after the question whether the library is alive.
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"

namespace holdfast::cryptoki {
namespace {

CK_RV refuse(Rv rv) {
  return client_call([&](const Client&) -> Result<void> { return fail(rv, "not supported"); });
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

// PKCS#11 3.0 section 5.20: legacy functions that no library runs in parallel any more.
HF_CRYPTOKI CK_RV C_GetFunctionStatus(CK_SESSION_HANDLE) { return refuse(Rv::function_not_parallel); }
HF_CRYPTOKI CK_RV C_CancelFunction(CK_SESSION_HANDLE) { return refuse(Rv::function_not_parallel); }
