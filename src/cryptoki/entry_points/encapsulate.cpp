// C_EncapsulateKey and C_DecapsulateKey (PKCS#11 3.2 section 5.18).
#include <algorithm>

#include "base/byte_reader.h"
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/flatten.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

namespace {

constexpr std::size_t kHead = wire::EncapsulateKey::kHeadBytes;

Result<void> require_extensions(const Client& client) {
  if (client.connection().is_plain_optee()) return fail(Rv::function_not_supported, "OP-TEE has no key encapsulation");
  return {};
}

}  // namespace

HF_CRYPTOKI CK_RV C_EncapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hPublicKey,
                                   CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext,
                                   CK_ULONG_PTR pulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_extensions(client));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pCiphertext, pulCiphertextLen, kMostResult));
    if (!out.is_length_query()) HF_TRY(require_pointer(phKey));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle public_key, client.object(hPublicKey, Rv::key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    // A length query offers no room at all, so that no key can come of it.
    Bytes room(out.is_length_query() ? 0 : kHead + out.room().size());
    HF_ASSIGN_OR_RETURN(Outcome outcome, client.fetch<wire::EncapsulateKey>(
                                             {session, public_key, mechanism.view(), attributes.view()}, room));
    if (outcome.rv != Rv::ok && outcome.rv != Rv::buffer_too_small) return fail(outcome.rv);
    if (outcome.size < kHead) return fail(Rv::general_error, "ciphertext without its head");
    outcome.size -= kHead;
    if (outcome.rv == Rv::ok) {
      if (out.is_length_query() || outcome.size > out.room().size())
        return fail(Rv::general_error, "size reported beyond the buffer");
      HF_ASSIGN_OR_RETURN(const std::uint32_t key, ByteReader(room).u32());
      std::ranges::copy(ByteView(room).subspan(kHead, outcome.size), out.room().begin());
      *phKey = client.handle(ck::ObjectHandle{key});
    }
    return out.settle(outcome);
  });
}

HF_CRYPTOKI CK_RV C_DecapsulateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hPrivateKey,
                                   CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_BYTE_PTR pCiphertext,
                                   CK_ULONG ulCiphertextLen, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_extensions(client));
    HF_TRY(require_pointer(phKey));
    HF_TRY(require_pointer(pCiphertext));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView ciphertext, caller_bytes(pCiphertext, ulCiphertextLen));
    HF_TRY(at_most(kMostResult, ciphertext, Rv::wrapped_key_len_range));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle private_key,
                        client.object(hPrivateKey, Rv::unwrapping_key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    HF_ASSIGN_OR_RETURN(const auto reply,
                        client.send<wire::DecapsulateKey>(
                            {session, private_key, mechanism.view(), attributes.view()}, ciphertext));
    *phKey = client.handle(reply.object);
    return {};
  });
}
