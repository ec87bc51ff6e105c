// Asynchronous function management functions (PKCS#11 3.2 section 5.21).
#include <cstring>
#include <string_view>

#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/client.h"
#include "cryptoki/export.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

namespace {

constexpr std::size_t kLongestName = 64;

/// function_number is the wire's number of a function's name; one that never answers CKR_PENDING has none.
Result<std::uint32_t> function_number(const Client& client, const CK_UTF8CHAR* name) {
  if (client.connection().is_plain_optee()) return fail(Rv::function_not_supported, "OP-TEE has no asynchronous calls");
  HF_TRY(require_pointer(name));
  const char* const text = reinterpret_cast<const char*>(name);
  const std::string_view function(text, strnlen(text, kLongestName));
  if (function == "C_GenerateKey") return 0;
  if (function == "C_GenerateKeyPair") return 1;
  return 0xFFFFFFFF;
}

}  // namespace

HF_CRYPTOKI CK_RV C_AsyncComplete(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ASYNC_DATA_PTR pResult) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pResult));
    HF_ASSIGN_OR_RETURN(const std::uint32_t function, function_number(client, pFunctionName));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::AsyncComplete>({session, function}));
    const bool has_two = reply.additional != ck::ObjectHandle{};
    *pResult = {.ulVersion = 0,
                .pValue = nullptr,
                .ulValue = 0,
                .hObject = client.handle(reply.object),
                .hAdditionalObject = has_two ? client.handle(reply.additional) : CK_INVALID_HANDLE};
    return {};
  });
}

HF_CRYPTOKI CK_RV C_AsyncGetID(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG_PTR pulID) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pulID));
    HF_ASSIGN_OR_RETURN(const std::uint32_t function, function_number(client, pFunctionName));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::AsyncGetId>({session, function}));
    *pulID = reply.id;
    return {};
  });
}

HF_CRYPTOKI CK_RV C_AsyncJoin(CK_SESSION_HANDLE hSession, CK_UTF8CHAR_PTR pFunctionName, CK_ULONG ulID, CK_BYTE_PTR,
                              CK_ULONG) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const std::uint32_t function, function_number(client, pFunctionName));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    if (ulID > 0xFFFFFFFF) return fail(Rv::saved_state_invalid, "no generation has this number");
    HF_TRY(client.send<wire::AsyncJoin>({session, function, static_cast<std::uint32_t>(ulID)}));
    return {};
  });
}
