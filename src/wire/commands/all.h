#pragma once

#include "wire/commands/async.h"
#include "wire/commands/cipher.h"
#include "wire/commands/digest.h"
#include "wire/commands/dual.h"
#include "wire/commands/extension.h"
#include "wire/commands/general.h"
#include "wire/commands/keys.h"
#include "wire/commands/message.h"
#include "wire/commands/object.h"
#include "wire/commands/operation.h"
#include "wire/commands/operation_state.h"
#include "wire/commands/random.h"
#include "wire/commands/recover.h"
#include "wire/commands/self_test.h"
#include "wire/commands/session.h"
#include "wire/commands/sign.h"
#include "wire/commands/token.h"
#include "wire/commands/verify_signature.h"

namespace holdfast::wire {

template <class... C>
struct CommandList {};

/// AllCommands is the only list of commands: dispatcher, tests, fuzz harness and golden file follow from it.
using AllCommands = CommandList<
    Ping, SlotList, SlotInfo, TokenInfo, MechanismIds, MechanismInfo, OpenSession, CloseSession, CloseAllSessions,
    SessionInfo, InitToken, InitPin, SetPin, Login, Logout, CreateObject, DestroyObject, EncryptInit, DecryptInit,
    EncryptUpdate, DecryptUpdate, EncryptFinal, DecryptFinal, EncryptOneshot, DecryptOneshot, SignInit, VerifyInit,
    SignUpdate, VerifyUpdate, SignFinal, VerifyFinal, SignOneshot, VerifyOneshot, GenerateKey, FindObjectsInit,
    FindObjects, FindObjectsFinal, GetObjectSize, GetAttributeValue, SetAttributeValue, CopyObject, SeedRandom,
    GenerateRandom, DeriveKey, ReleaseActiveProcessing, DigestInit, DigestKey, DigestUpdate, DigestFinal, DigestOneshot,
    GenerateKeyPair, WrapKey, UnwrapKey, Hello, MechanismParamKinds, StepOutputSize,
    GetTokenPolicy, SetTokenPolicy, SelfTestReport, DeriveKeys, WrapKeyAead, UnwrapKeyAead, EncapsulateKey, DecapsulateKey,
    AsyncComplete, AsyncGetId, AsyncJoin,
    VerifySignatureInit, VerifySignatureUpdate, VerifySignatureFinal, VerifySignatureOneshot, SessionCancel,
    SignRecoverInit, SignRecover, VerifyRecoverInit, VerifyRecover, GetOperationState, SetOperationState,
    MessageEncryptInit, MessageDecryptInit, MessageSignInit, MessageVerifyInit, EncryptMessage, EncryptMessageBegin,
    EncryptMessageNext, DecryptMessage, DecryptMessageBegin, DecryptMessageNext, SignMessage, SignMessageBegin,
    SignMessageNext, VerifyMessage, VerifyMessageBegin, VerifyMessageNext, MessageFinal,
    DigestEncryptUpdate, DecryptDigestUpdate, SignEncryptUpdate, DecryptVerifyUpdate>;

/// for_each_command calls visit.template operator()<C>() for every command.
template <class Visit>
constexpr void for_each_command(Visit&& visit) {
  []<class... C>(CommandList<C...>, Visit& v) { (v.template operator()<C>(), ...); }(AllCommands{}, visit);
}

/// UUID of OP-TEE's PKCS#11 trusted application, fd02c9da-306c-48c7-a49c-bbd827ae86ee, in network octet order.
inline constexpr std::array<std::uint8_t, 16> kPkcs11TaUuid{0xfd, 0x02, 0xc9, 0xda, 0x30, 0x6c, 0x48, 0xc7,
                                                            0xa4, 0x9c, 0xbb, 0xd8, 0x27, 0xae, 0x86, 0xee};

/// Parameter 0 is at least this large: the return code comes back in it.
inline constexpr std::size_t kStatusBytes = 4;

}  // namespace holdfast::wire
