// C_WrapKeyAuthenticated and C_UnwrapKeyAuthenticated (PKCS#11 3.2 section 5.18).
#include "cryptoki/abi_guard.h"
#include "cryptoki/aead_wrap.h"
#include "cryptoki/export.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_WrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
                                         CK_OBJECT_HANDLE hWrappingKey, CK_OBJECT_HANDLE hKey,
                                         CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
                                         CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pWrappedKey, pulWrappedKeyLen, kMostResult));
    HF_ASSIGN_OR_RETURN(const WrapUse use, authenticated_use(client, pMechanism, pAssociatedData, ulAssociatedDataLen));
    return wrap_aead(client, session, *pMechanism, hWrappingKey, hKey, use, out);
  });
}

HF_CRYPTOKI CK_RV C_UnwrapKeyAuthenticated(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
                                           CK_OBJECT_HANDLE hUnwrappingKey, CK_BYTE_PTR pWrappedKey,
                                           CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount,
                                           CK_BYTE_PTR pAssociatedData, CK_ULONG ulAssociatedDataLen,
                                           CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phKey));
    HF_TRY(require_pointer(pWrappedKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView wrapped, caller_bytes(pWrappedKey, ulWrappedKeyLen));
    HF_TRY(at_most(kMostResult, wrapped, Rv::wrapped_key_len_range));
    HF_ASSIGN_OR_RETURN(const WrapUse use, authenticated_use(client, pMechanism, pAssociatedData, ulAssociatedDataLen));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key,
                        unwrap_aead(client, session, *pMechanism, hUnwrappingKey, wrapped, attributes.view(), use));
    *phKey = client.handle(key);
    return {};
  });
}
