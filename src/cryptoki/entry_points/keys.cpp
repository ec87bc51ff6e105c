// Key management functions (PKCS#11 3.0 section 5.18).
#include <algorithm>
#include <array>
#include <vector>

#include "base/byte_reader.h"
#include "cryptoki/abi_guard.h"
#include "cryptoki/aead_wrap.h"
#include "cryptoki/caller_memory.h"
#include "cryptoki/export.h"
#include "cryptoki/flatten.h"
#include "cryptoki/operation_steps.h"
#include "cryptoki/write_results.h"

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
    if (const auto use = nonce_making_use(client, pMechanism))
      return wrap_aead(client, session, *pMechanism, hWrappingKey, hKey, *use, out);
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
    if (const auto use = nonce_making_use(client, pMechanism)) {
      HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
      HF_ASSIGN_OR_RETURN(const ck::ObjectHandle key, unwrap_aead(client, session, *pMechanism, hUnwrappingKey, wrapped,
                                                                  attributes.view(), *use));
      *phKey = client.handle(key);
      return {};
    }
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

namespace {

/// mechanism_type is a type that no mechanism has for a number that does not fit.
ck::MechanismType mechanism_type(const CK_MECHANISM& mechanism) {
  return ck::MechanismType{static_cast<std::uint32_t>(std::min<CK_ULONG>(mechanism.mechanism, 0xFFFFFFFF))};
}

/// tells_more tells whether a derivation gives more than the handle of one key.
bool tells_more(wire::ParamKind kind) {
  switch (kind) {
    case wire::ParamKind::sp800_108:
    case wire::ParamKind::sp800_108_feedback:
    case wire::ParamKind::tls12_master_key_derive:
    case wire::ParamKind::tls12_extended_master_key_derive:
    case wire::ParamKind::tls12_key_mat:
      return true;
    default:
      return false;
  }
}

/// derive_several is C_DeriveKey for those; `main_key` may be null where the parameter takes every handle.
Result<void> derive_several(const Client& client, const wire::DeriveKeys::Request& request, wire::ParamKind kind,
                            const CK_MECHANISM& mechanism, CK_OBJECT_HANDLE_PTR main_key) {
  std::array<std::byte, wire::DeriveKeys::kMostOutput> room;
  HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<wire::DeriveKeys>(request, room));
  if (outcome.rv != Rv::ok) return fail(outcome.rv);
  ByteReader in(ByteView(room).first(std::min(outcome.size, room.size())));
  HF_ASSIGN_OR_RETURN(const std::uint32_t count, in.u32());
  std::vector<CK_OBJECT_HANDLE> handles;
  for (std::uint32_t i = 0; i < count; ++i) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t handle, in.u32());
    handles.push_back(client.handle(ck::ObjectHandle{handle}));
  }
  HF_ASSIGN_OR_RETURN(const ByteView results, in.sized(room.size()));
  HF_TRY(write_derived(kind, {mechanism.pParameter, mechanism.ulParameterLen}, handles, results));
  if (main_key != nullptr && !handles.empty()) *main_key = handles.front();
  return {};
}

}  // namespace

HF_CRYPTOKI CK_RV C_DeriveKey(CK_SESSION_HANDLE hSession, CK_MECHANISM_PTR pMechanism, CK_OBJECT_HANDLE hBaseKey,
                              CK_ATTRIBUTE_PTR pTemplate, CK_ULONG ulAttributeCount, CK_OBJECT_HANDLE_PTR phKey) {
  return client_call([&](const Client& client) -> Result<void> {
    HF_TRY(require_pointer(pMechanism));
    const std::optional<wire::ParamKind> kind = client.param_kinds().find(mechanism_type(*pMechanism));
    const bool is_rich = kind.has_value() && tells_more(*kind) && !client.connection().is_plain_optee();
    // The keys of TLS come back in the parameter, so phKey is not looked at (PKCS#11 3.2, "Key and MAC derivation").
    const bool is_key_block = is_rich && *kind == wire::ParamKind::tls12_key_mat;
    if (!is_key_block) HF_TRY(require_pointer(phKey));
    HF_ASSIGN_OR_RETURN(const ck::SessionHandle session, client.session(hSession));
    HF_ASSIGN_OR_RETURN(const FlatMechanism mechanism, flatten(pMechanism, client));
    HF_ASSIGN_OR_RETURN(const ck::ObjectHandle base_key, client.object(hBaseKey, Rv::key_handle_invalid));
    HF_ASSIGN_OR_RETURN(const FlatTemplate attributes, flatten(pTemplate, ulAttributeCount));
    if (is_rich)
      return derive_several(client, {session, base_key, mechanism.view(), attributes.view()}, *kind, *pMechanism,
                            is_key_block ? nullptr : phKey);
    HF_ASSIGN_OR_RETURN(const auto reply,
                        client.send<wire::DeriveKey>({session, base_key, mechanism.view(), attributes.view()}));
    *phKey = client.handle(reply.object);
    return {};
  });
}
