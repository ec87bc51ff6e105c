// C_SessionCancel, of version 3.0 (PKCS#11 3.2 section 5.6). Reached through the 3.0 table, not exported.
#include "cryptoki/abi_guard.h"

namespace holdfast::cryptoki {
namespace {

struct Cancellable {
  CK_FLAGS flag;
  wire::CommandId step;  // any step of the operation names it to RELEASE_ACTIVE_PROCESSING
};
constexpr Cancellable kCancellable[] = {
    {CKF_ENCRYPT, wire::EncryptOneshot::kId}, {CKF_DECRYPT, wire::DecryptOneshot::kId},
    {CKF_DIGEST, wire::DigestOneshot::kId},   {CKF_SIGN, wire::SignOneshot::kId},
    {CKF_VERIFY, wire::VerifyOneshot::kId},
};

/// What is not active is cancelled already.
Result<void> unless_inactive(const Result<wire::Nothing>& outcome) {
  if (!outcome && outcome.error().rv != Rv::operation_not_initialized) return Unexpected<Error>{outcome.error()};
  return {};
}

/// cancel_on_optee ends what OP-TEE can have active, one operation after the other.
Result<void> cancel_on_optee(const Client& client, ck::SessionHandle session, CK_FLAGS flags) {
  HF_TRY(client.send<wire::SessionInfo>({session}));
  for (const Cancellable& operation : kCancellable)
    if ((flags & operation.flag) != 0)
      HF_TRY(unless_inactive(client.send<wire::ReleaseActiveProcessing>({session, operation.step})));
  if ((flags & CKF_FIND_OBJECTS) != 0) HF_TRY(unless_inactive(client.send<wire::FindObjectsFinal>({session})));
  return {};
}

}  // namespace
}  // namespace holdfast::cryptoki

using namespace holdfast;
using namespace holdfast::cryptoki;

extern "C" CK_RV C_SessionCancel(CK_SESSION_HANDLE hSession, CK_FLAGS flags) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    if (client.connection().is_plain_optee()) return cancel_on_optee(client, session, flags);
    // Every flag of an operation lies within 32 bits; another bit names nothing that could be active.
    HF_TRY(client.send<wire::SessionCancel>({session, static_cast<std::uint32_t>(flags & 0xFFFFFFFF)}));
    return {};
  });
}
