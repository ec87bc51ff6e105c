// Random number generation functions (PKCS#11 3.0 section 5.19).
#include <algorithm>

#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_SeedRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSeed, CK_ULONG ulSeedLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView seed, caller_bytes(pSeed, ulSeedLen));
    return feed<wire::SeedRandom>(client, session, seed);
  });
}

HF_CRYPTOKI CK_RV C_GenerateRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pRandomData, CK_ULONG ulRandomLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView wanted, caller_bytes(pRandomData, ulRandomLen));
    for (std::size_t done = 0; done == 0 || done < wanted.size();) {
      const std::size_t size = std::min(wanted.size() - done, kPiece);
      const MutableByteView piece(reinterpret_cast<std::byte*>(pRandomData) + done, size);
      HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::GenerateRandom>({session}, piece));
      if (outcome.rv != Rv::ok) return fail(outcome.rv, "no random bytes");
      if (outcome.size != size) return fail(Rv::general_error, "fewer random bytes than asked for");
      if (size == 0) break;
      done += size;
    }
    return {};
  });
}
