// Key management functions (PKCS#11 3.0 section 5.18).
#include "cryptoki/abi_guard.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/flatten.h"
#include "cryptoki/operation_steps.h"

using namespace holdfast;
using namespace holdfast::cryptoki;

HF_CRYPTOKI CK_RV C_GenerateKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_ATTRIBUTE_PTR pTemplate,
                                CK_ULONG ulCount, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulCount));
    HF_ASSIGN_OR_RETURN(const auto reply,
                        client.send<wire::GenerateKey>({session, mechanism.view(), attributes.view()}));
    *phKey = client.handle(reply.object);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_GenerateKeyPair(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism,
                                    CK_ATTRIBUTE_PTR pPublicKeyTemplate, CK_ULONG ulPublicKeyAttributeCount,
                                    CK_ATTRIBUTE_PTR pPrivateKeyTemplate, CK_ULONG ulPrivateKeyAttributeCount,
                                    CK_OBJECT_HANDLE_PTR phPublicKey, CK_OBJECT_HANDLE_PTR phPrivateKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phPublicKey));
    HF_TRY(require_pointer(phPrivateKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const FlatTemplate for_public, flatten(pPublicKeyTemplate, ulPublicKeyAttributeCount));
    HF_ASSIGN_OR_RETURN(const FlatTemplate for_private, flatten(pPrivateKeyTemplate, ulPrivateKeyAttributeCount));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::GenerateKeyPair>(
                                              {session, mechanism.view(), for_public.view(), for_private.view()}));
    *phPublicKey = client.handle(reply.public_key);
    *phPrivateKey = client.handle(reply.private_key);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_WrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hWrappingKey,
                            CK_OBJECT_HANDLE hKey, CK_BYTE_PTR pWrappedKey, CK_ULONG_PTR pulWrappedKeyLen) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(OutputBuffer out, OutputBuffer::at(pWrappedKey, pulWrappedKeyLen, kMostResult));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle wrapping_key,
                        client.object(hWrappingKey, Rv::wrapping_key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, client.object(hKey, Rv::key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const Outcome outcome,
                        client.fetch<wire::WrapKey>({session, wrapping_key, key, mechanism.view()}, out.room()));
    return out.settle(outcome);
  });
}

HF_CRYPTOKI CK_RV C_UnwrapKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hUnwrappingKey,
                              CK_BYTE_PTR pWrappedKey, CK_ULONG ulWrappedKeyLen, CK_ATTRIBUTE_PTR pTemplate,
                              CK_ULONG ulAttributeCount, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phKey));
    HF_TRY(require_pointer(pWrappedKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const ByteView wrapped, caller_bytes(pWrappedKey, ulWrappedKeyLen));
    HF_TRY(at_most(kMostResult, wrapped, Rv::wrapped_key_len_range));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle unwrapping_key,
                        client.object(hUnwrappingKey, Rv::unwrapping_key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    HF_ASSIGN_OR_RETURN(const auto reply, client.send<wire::UnwrapKey>(
                                              {session, unwrapping_key, mechanism.view(), attributes.view()}, wrapped));
    *phKey = client.handle(reply.object);
    return {};
  });
}

HF_CRYPTOKI CK_RV C_DeriveKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hBaseKey,
                              CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(phKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle base_key, client.object(hBaseKey, Rv::key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    HF_ASSIGN_OR_RETURN(const auto reply,
                        client.send<wire::DeriveKey>({session, base_key, mechanism.view(), attributes.view()}));
    *phKey = client.handle(reply.object);
    return {};
  });
}
