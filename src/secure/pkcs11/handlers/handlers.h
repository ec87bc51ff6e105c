#pragma once

#include "secure/pkcs11/handlers/call.h"
#include "wire/commands/all.h"

namespace holdfast::secure::pkcs11 {

/// handle does what a command says, after the dispatcher's checks. One overload per command: without it the dispatcher does not
/// compile. Each lies in handlers/<file of wire/commands>.cpp.
template <class C>
using Handled = Result<typename C::Reply>;

// handlers/general.cpp
Handled<wire::Ping> handle(wire::Ping, const wire::Ping::Request& request, const Call& call);
Handled<wire::SlotList> handle(wire::SlotList, const wire::SlotList::Request& request, const Call& call);
Handled<wire::SlotInfo> handle(wire::SlotInfo, const wire::SlotInfo::Request& request, const Call& call);
Handled<wire::TokenInfo> handle(wire::TokenInfo, const wire::TokenInfo::Request& request, const Call& call);
Handled<wire::MechanismIds> handle(wire::MechanismIds, const wire::MechanismIds::Request& request, const Call& call);
Handled<wire::MechanismInfo> handle(wire::MechanismInfo, const wire::MechanismInfo::Request& request, const Call& call);

// handlers/extension.cpp
Handled<wire::Hello> handle(wire::Hello, const wire::Hello::Request& request, const Call& call);
Handled<wire::MechanismParamKinds> handle(wire::MechanismParamKinds, const wire::MechanismParamKinds::Request& request, const Call& call);
Handled<wire::GetTokenPolicy> handle(wire::GetTokenPolicy, const wire::GetTokenPolicy::Request& request, const Call& call);
Handled<wire::SetTokenPolicy> handle(wire::SetTokenPolicy, const wire::SetTokenPolicy::Request& request, const Call& call);

// handlers/self_test.cpp
Handled<wire::SelfTestReport> handle(wire::SelfTestReport, const wire::SelfTestReport::Request& request, const Call& call);

// handlers/session.cpp
Handled<wire::OpenSession> handle(wire::OpenSession, const wire::OpenSession::Request& request, const Call& call);
Handled<wire::CloseSession> handle(wire::CloseSession, const wire::CloseSession::Request& request, const Call& call);
Handled<wire::CloseAllSessions> handle(wire::CloseAllSessions, const wire::CloseAllSessions::Request& request, const Call& call);
Handled<wire::SessionInfo> handle(wire::SessionInfo, const wire::SessionInfo::Request& request, const Call& call);
Handled<wire::Login> handle(wire::Login, const wire::Login::Request& request, const Call& call);
Handled<wire::Logout> handle(wire::Logout, const wire::Logout::Request& request, const Call& call);

// handlers/token.cpp
Handled<wire::InitToken> handle(wire::InitToken, const wire::InitToken::Request& request, const Call& call);
Handled<wire::InitPin> handle(wire::InitPin, const wire::InitPin::Request& request, const Call& call);
Handled<wire::SetPin> handle(wire::SetPin, const wire::SetPin::Request& request, const Call& call);

// handlers/object.cpp
Handled<wire::CreateObject> handle(wire::CreateObject, const wire::CreateObject::Request& request, const Call& call);
Handled<wire::DestroyObject> handle(wire::DestroyObject, const wire::DestroyObject::Request& request, const Call& call);
Handled<wire::FindObjectsInit> handle(wire::FindObjectsInit, const wire::FindObjectsInit::Request& request, const Call& call);
Handled<wire::FindObjects> handle(wire::FindObjects, const wire::FindObjects::Request& request, const Call& call);
Handled<wire::FindObjectsFinal> handle(wire::FindObjectsFinal, const wire::FindObjectsFinal::Request& request, const Call& call);
Handled<wire::GetObjectSize> handle(wire::GetObjectSize, const wire::GetObjectSize::Request& request, const Call& call);
Handled<wire::GetAttributeValue> handle(wire::GetAttributeValue, const wire::GetAttributeValue::Request& request, const Call& call);
Handled<wire::SetAttributeValue> handle(wire::SetAttributeValue, const wire::SetAttributeValue::Request& request, const Call& call);
Handled<wire::CopyObject> handle(wire::CopyObject, const wire::CopyObject::Request& request, const Call& call);

// handlers/cipher.cpp
Handled<wire::EncryptInit> handle(wire::EncryptInit, const wire::EncryptInit::Request& request, const Call& call);
Handled<wire::DecryptInit> handle(wire::DecryptInit, const wire::DecryptInit::Request& request, const Call& call);
Handled<wire::EncryptUpdate> handle(wire::EncryptUpdate, const wire::EncryptUpdate::Request& request, const Call& call);
Handled<wire::DecryptUpdate> handle(wire::DecryptUpdate, const wire::DecryptUpdate::Request& request, const Call& call);
Handled<wire::EncryptFinal> handle(wire::EncryptFinal, const wire::EncryptFinal::Request& request, const Call& call);
Handled<wire::DecryptFinal> handle(wire::DecryptFinal, const wire::DecryptFinal::Request& request, const Call& call);
Handled<wire::EncryptOneshot> handle(wire::EncryptOneshot, const wire::EncryptOneshot::Request& request, const Call& call);
Handled<wire::DecryptOneshot> handle(wire::DecryptOneshot, const wire::DecryptOneshot::Request& request, const Call& call);

// handlers/sign.cpp
Handled<wire::SignInit> handle(wire::SignInit, const wire::SignInit::Request& request, const Call& call);
Handled<wire::VerifyInit> handle(wire::VerifyInit, const wire::VerifyInit::Request& request, const Call& call);
Handled<wire::SignUpdate> handle(wire::SignUpdate, const wire::SignUpdate::Request& request, const Call& call);
Handled<wire::VerifyUpdate> handle(wire::VerifyUpdate, const wire::VerifyUpdate::Request& request, const Call& call);
Handled<wire::SignFinal> handle(wire::SignFinal, const wire::SignFinal::Request& request, const Call& call);
Handled<wire::VerifyFinal> handle(wire::VerifyFinal, const wire::VerifyFinal::Request& request, const Call& call);
Handled<wire::SignOneshot> handle(wire::SignOneshot, const wire::SignOneshot::Request& request, const Call& call);
Handled<wire::VerifyOneshot> handle(wire::VerifyOneshot, const wire::VerifyOneshot::Request& request, const Call& call);

// handlers/digest.cpp
Handled<wire::DigestInit> handle(wire::DigestInit, const wire::DigestInit::Request& request, const Call& call);
Handled<wire::DigestKey> handle(wire::DigestKey, const wire::DigestKey::Request& request, const Call& call);
Handled<wire::DigestUpdate> handle(wire::DigestUpdate, const wire::DigestUpdate::Request& request, const Call& call);
Handled<wire::DigestFinal> handle(wire::DigestFinal, const wire::DigestFinal::Request& request, const Call& call);
Handled<wire::DigestOneshot> handle(wire::DigestOneshot, const wire::DigestOneshot::Request& request, const Call& call);

// handlers/verify_signature.cpp
Handled<wire::VerifySignatureInit> handle(wire::VerifySignatureInit, const wire::VerifySignatureInit::Request& request, const Call& call);
Handled<wire::VerifySignatureUpdate> handle(wire::VerifySignatureUpdate, const wire::VerifySignatureUpdate::Request& request, const Call& call);
Handled<wire::VerifySignatureFinal> handle(wire::VerifySignatureFinal, const wire::VerifySignatureFinal::Request& request, const Call& call);
Handled<wire::VerifySignatureOneshot> handle(wire::VerifySignatureOneshot, const wire::VerifySignatureOneshot::Request& request, const Call& call);

// handlers/recover.cpp
Handled<wire::SignRecoverInit> handle(wire::SignRecoverInit, const wire::SignRecoverInit::Request& request, const Call& call);
Handled<wire::SignRecover> handle(wire::SignRecover, const wire::SignRecover::Request& request, const Call& call);
Handled<wire::VerifyRecoverInit> handle(wire::VerifyRecoverInit, const wire::VerifyRecoverInit::Request& request, const Call& call);
Handled<wire::VerifyRecover> handle(wire::VerifyRecover, const wire::VerifyRecover::Request& request, const Call& call);

// handlers/operation_state.cpp
Handled<wire::GetOperationState> handle(wire::GetOperationState, const wire::GetOperationState::Request& request, const Call& call);
Handled<wire::SetOperationState> handle(wire::SetOperationState, const wire::SetOperationState::Request& request, const Call& call);

// handlers/keys.cpp
Handled<wire::GenerateKey> handle(wire::GenerateKey, const wire::GenerateKey::Request& request, const Call& call);
Handled<wire::GenerateKeyPair> handle(wire::GenerateKeyPair, const wire::GenerateKeyPair::Request& request, const Call& call);
Handled<wire::WrapKey> handle(wire::WrapKey, const wire::WrapKey::Request& request, const Call& call);
Handled<wire::UnwrapKey> handle(wire::UnwrapKey, const wire::UnwrapKey::Request& request, const Call& call);

// handlers/async.cpp
Handled<wire::AsyncComplete> handle(wire::AsyncComplete, const wire::AsyncComplete::Request& request, const Call& call);
Handled<wire::AsyncGetId> handle(wire::AsyncGetId, const wire::AsyncGetId::Request& request, const Call& call);
Handled<wire::AsyncJoin> handle(wire::AsyncJoin, const wire::AsyncJoin::Request& request, const Call& call);

// handlers/authenticated_wrap.cpp
Handled<wire::WrapKeyAead> handle(wire::WrapKeyAead, const wire::WrapKeyAead::Request& request, const Call& call);
Handled<wire::UnwrapKeyAead> handle(wire::UnwrapKeyAead, const wire::UnwrapKeyAead::Request& request, const Call& call);

// handlers/encapsulation.cpp
Handled<wire::EncapsulateKey> handle(wire::EncapsulateKey, const wire::EncapsulateKey::Request& request, const Call& call);
Handled<wire::DecapsulateKey> handle(wire::DecapsulateKey, const wire::DecapsulateKey::Request& request, const Call& call);

// handlers/derivation.cpp
Handled<wire::DeriveKey> handle(wire::DeriveKey, const wire::DeriveKey::Request& request, const Call& call);
Handled<wire::DeriveKeys> handle(wire::DeriveKeys, const wire::DeriveKeys::Request& request, const Call& call);

// handlers/message.cpp
Handled<wire::MessageEncryptInit> handle(wire::MessageEncryptInit, const wire::MessageEncryptInit::Request& request, const Call& call);
Handled<wire::MessageDecryptInit> handle(wire::MessageDecryptInit, const wire::MessageDecryptInit::Request& request, const Call& call);
Handled<wire::MessageSignInit> handle(wire::MessageSignInit, const wire::MessageSignInit::Request& request, const Call& call);
Handled<wire::MessageVerifyInit> handle(wire::MessageVerifyInit, const wire::MessageVerifyInit::Request& request, const Call& call);
Handled<wire::EncryptMessage> handle(wire::EncryptMessage, const wire::EncryptMessage::Request& request, const Call& call);
Handled<wire::EncryptMessageBegin> handle(wire::EncryptMessageBegin, const wire::EncryptMessageBegin::Request& request, const Call& call);
Handled<wire::EncryptMessageNext> handle(wire::EncryptMessageNext, const wire::EncryptMessageNext::Request& request, const Call& call);
Handled<wire::DecryptMessage> handle(wire::DecryptMessage, const wire::DecryptMessage::Request& request, const Call& call);
Handled<wire::DecryptMessageBegin> handle(wire::DecryptMessageBegin, const wire::DecryptMessageBegin::Request& request, const Call& call);
Handled<wire::DecryptMessageNext> handle(wire::DecryptMessageNext, const wire::DecryptMessageNext::Request& request, const Call& call);
Handled<wire::SignMessage> handle(wire::SignMessage, const wire::SignMessage::Request& request, const Call& call);
Handled<wire::SignMessageBegin> handle(wire::SignMessageBegin, const wire::SignMessageBegin::Request& request, const Call& call);
Handled<wire::SignMessageNext> handle(wire::SignMessageNext, const wire::SignMessageNext::Request& request, const Call& call);
Handled<wire::VerifyMessage> handle(wire::VerifyMessage, const wire::VerifyMessage::Request& request, const Call& call);
Handled<wire::VerifyMessageBegin> handle(wire::VerifyMessageBegin, const wire::VerifyMessageBegin::Request& request, const Call& call);
Handled<wire::VerifyMessageNext> handle(wire::VerifyMessageNext, const wire::VerifyMessageNext::Request& request, const Call& call);
Handled<wire::MessageFinal> handle(wire::MessageFinal, const wire::MessageFinal::Request& request, const Call& call);

// handlers/dual.cpp
Handled<wire::DigestEncryptUpdate> handle(wire::DigestEncryptUpdate, const wire::DigestEncryptUpdate::Request& request, const Call& call);
Handled<wire::DecryptDigestUpdate> handle(wire::DecryptDigestUpdate, const wire::DecryptDigestUpdate::Request& request, const Call& call);
Handled<wire::SignEncryptUpdate> handle(wire::SignEncryptUpdate, const wire::SignEncryptUpdate::Request& request, const Call& call);
Handled<wire::DecryptVerifyUpdate> handle(wire::DecryptVerifyUpdate, const wire::DecryptVerifyUpdate::Request& request, const Call& call);

// handlers/random.cpp
Handled<wire::SeedRandom> handle(wire::SeedRandom, const wire::SeedRandom::Request& request, const Call& call);
Handled<wire::GenerateRandom> handle(wire::GenerateRandom, const wire::GenerateRandom::Request& request, const Call& call);

// handlers/operation.cpp
Handled<wire::StepOutputSize> handle(wire::StepOutputSize, const wire::StepOutputSize::Request& request, const Call& call);
Handled<wire::ReleaseActiveProcessing> handle(wire::ReleaseActiveProcessing, const wire::ReleaseActiveProcessing::Request& request, const Call& call);
Handled<wire::SessionCancel> handle(wire::SessionCancel, const wire::SessionCancel::Request& request, const Call& call);

}  // namespace holdfast::secure::pkcs11
