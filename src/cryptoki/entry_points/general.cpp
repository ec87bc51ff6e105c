// General purpose functions (PKCS#11 3.0 section 5.4).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/client_config.h"
#include "cryptoki/export.h"
#include "cryptoki/interfaces.h"
#include "cryptoki/text_field.h"

namespace holdfast::cryptoki {
namespace {

Result<void> check_arguments(const CK_C_INITIALIZE_ARGS& arguments) {
  if (arguments.pReserved != nullptr) return fail(Rv::arguments_bad, "pReserved is not null");
  const int callbacks = (arguments.CreateMutex != nullptr) + (arguments.DestroyMutex != nullptr) +
                        (arguments.LockMutex != nullptr) + (arguments.UnlockMutex != nullptr);
  // Callbacks are all or nothing. Threads of this system are what the library locks with in any case, also when a
  // program offers callbacks alone: they would have to lock between those same threads. No thread is ever created, so
  // CKF_LIBRARY_CANT_CREATE_OS_THREADS changes nothing.
  if (callbacks != 0 && callbacks != 4) return fail(Rv::arguments_bad, "some mutex callbacks, but not all");
  return {};
}

}  // namespace

CK_RV get_info(CK_INFO_PTR info, CK_VERSION version) {
  return client_call([&](const Client&) -> Result<void> {
    HF_TRY(require_pointer(info));
    *info = {};
    info->cryptokiVersion = version;
    put_text(info->manufacturerID, "Holdfast");
    put_text(info->libraryDescription, "Holdfast PKCS#11 module");
    info->libraryVersion = {HOLDFAST_VERSION_MAJOR, HOLDFAST_VERSION_MINOR};
    return {};
  });
}

}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_Initialize(CK_VOID_PTR pInitArgs) {
  return cryptoki_call([&]() -> Result<void> {
    if (pInitArgs != nullptr) HF_TRY(check_arguments(*static_cast<const CK_C_INITIALIZE_ARGS*>(pInitArgs)));
    return library::initialize();
  });
}

HF_CRYPTOKI CK_RV C_Finalize(CK_VOID_PTR pReserved) {
  return cryptoki_call([&]() -> Result<void> {
    HF_TRY(library::client());
    if (pReserved != nullptr) return fail(Rv::arguments_bad, "pReserved is not null");
    return library::finalize();
  });
}

HF_CRYPTOKI CK_RV C_GetInfo(CK_INFO_PTR pInfo) { return get_info(pInfo, kVersion2_40); }

HF_CRYPTOKI CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ppFunctionList) {
  return cryptoki_call([&]() -> Result<void> {
    HF_TRY(require_pointer(ppFunctionList));
    *ppFunctionList = function_list_2_40();
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GetInterfaceList(CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount) {
  return cryptoki_call([&]() -> Result<void> {
    HF_TRY(require_pointer(pulCount));
    return fill_list(interfaces(), pInterfacesList, pulCount);
  });
}

HF_CRYPTOKI CK_RV C_GetInterface(CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion,
                                 CK_INTERFACE_PTR_PTR ppInterface, CK_FLAGS flags) {
  return cryptoki_call([&]() -> Result<void> {
    HF_TRY(require_pointer(ppInterface));
    const CK_VERSION usual = client_config().default_interface;
    const CK_VERSION* const wanted = pVersion == nullptr && usual.major != 0 ? &usual : pVersion;
    const CK_INTERFACE* const found = find_interface(pInterfaceName, wanted, flags);
    if (found == nullptr) return fail(Rv::function_failed, "no such interface");
    *ppInterface = const_cast<CK_INTERFACE_PTR>(found);
    return {};
  });
}
