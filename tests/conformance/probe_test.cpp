// Every function of the 3.2 table on a valid call: what it returned is printed, and none says that it is not supported.
// (C_GetFunctionStatus and C_CancelFunction have had one answer since version 2.0: CKR_FUNCTION_NOT_PARALLEL.)
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <unistd.h>

#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

#define HF_NAME(name, parameters) #name,
constexpr const char* kNames[] = {CK_FUNCTIONS_2_40(HF_NAME) CK_FUNCTIONS_3_0(HF_NAME) CK_FUNCTIONS_3_2(HF_NAME)};
#undef HF_NAME
static_assert(std::size(kNames) == 104);

const CK_FUNCTION_LIST_3_2& table() {
  const auto get_interface = reinterpret_cast<CK_C_GetInterface>(testing::module_symbol("C_GetInterface"));
  CK_VERSION version{3, 2};
  CK_INTERFACE_PTR interface = nullptr;
  EXPECT_RV(get_interface(nullptr, &version, &interface, 0), CKR_OK);
  return *static_cast<const CK_FUNCTION_LIST_3_2*>(interface->pFunctionList);
}

/// Room is a buffer for a result, which keeps its length.
struct Room {
  std::array<CK_BYTE, 16384> bytes{};
  CK_ULONG size = 0;
  CK_ULONG_PTR offer() {
    size = bytes.size();
    return &size;
  }
  CK_BYTE_PTR data() { return bytes.data(); }
};

class Probe : public TokenTest {
 protected:
  void SetUp() override {
    TokenTest::SetUp();
    Attributes for_signing = ec_public(kP256);
    Attributes for_private;
    for_private.flag(CKA_DERIVE, true).flag(CKA_SIGN, true);
    ec_ = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_signing), std::move(for_private));
    Attributes size;
    size.number(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY, true).flag(CKA_VERIFY_RECOVER, true);
    Attributes rsa_private;
    rsa_private.flag(CKA_SIGN, true).flag(CKA_SIGN_RECOVER, true);
    rsa_ = generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), std::move(size), std::move(rsa_private));
    aes_ = create(secret_key(CKK_AES, Bytes(32, std::byte{7})));
    mac_ = create(secret_key(CKK_GENERIC_SECRET, Bytes(32, std::byte{9})));
  }

  void note(const char* function, CK_RV rv) {
    answers_[function] = rv;
    EXPECT_RV(rv, CKR_OK) << function;
  }
  void note_as(const char* function, CK_RV rv, CK_RV expected) {
    answers_[function] = rv;
    EXPECT_RV(rv, expected) << function;
  }

  void general();
  void slots();
  void sessions();
  void objects();
  void ciphers();
  void dual_ciphers();
  void digests();
  void signatures();
  void recovery();
  void keys();
  void key_encapsulation();
  void authenticated_wrapping();
  void asynchronous();
  void operation_state();
  void messages();
  void message_signatures();

  const CK_FUNCTION_LIST_3_2& c_ = table();
  std::map<std::string, CK_RV> answers_;
  Pair ec_;
  Pair rsa_;
  CK_OBJECT_HANDLE aes_ = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE mac_ = CK_INVALID_HANDLE;
  Bytes data_ = text("sixteen bytes...");
  Room room_;
};

#define HF_PROBE(function, ...) note(#function, c_.function(__VA_ARGS__))

void Probe::general() {
  CK_INFO info{};
  HF_PROBE(C_GetInfo, &info);
  CK_FUNCTION_LIST_PTR list = nullptr;
  HF_PROBE(C_GetFunctionList, &list);
  CK_ULONG count = 0;
  HF_PROBE(C_GetInterfaceList, nullptr, &count);
  CK_INTERFACE_PTR interface = nullptr;
  HF_PROBE(C_GetInterface, nullptr, nullptr, &interface, 0);
  HF_PROBE(C_SeedRandom, session_, raw(data_), data_.size());
  HF_PROBE(C_GenerateRandom, session_, room_.data(), 16);
  note_as("C_GetFunctionStatus", c_.C_GetFunctionStatus(session_), CKR_FUNCTION_NOT_PARALLEL);
  note_as("C_CancelFunction", c_.C_CancelFunction(session_), CKR_FUNCTION_NOT_PARALLEL);
}

void Probe::slots() {
  CK_ULONG count = 0;
  HF_PROBE(C_GetSlotList, CK_FALSE, nullptr, &count);
  CK_SLOT_INFO slot{};
  HF_PROBE(C_GetSlotInfo, kSlot, &slot);
  CK_TOKEN_INFO token{};
  HF_PROBE(C_GetTokenInfo, kSlot, &token);
  HF_PROBE(C_GetMechanismList, kSlot, nullptr, &count);
  CK_MECHANISM_INFO info{};
  HF_PROBE(C_GetMechanismInfo, kSlot, CKM_ECDSA, &info);
  CK_SLOT_ID changed = 0;
  note_as("C_WaitForSlotEvent", c_.C_WaitForSlotEvent(CKF_DONT_BLOCK, &changed, nullptr), CKR_NO_EVENT);
}

void Probe::sessions() {
  constexpr CK_SLOT_ID kOther = 1;
  std::array<CK_UTF8CHAR, 32> label{};
  label.fill(' ');
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  HF_PROBE(C_InitToken, kOther, chars(kSoPin), kSoPin.size(), label.data());
  HF_PROBE(C_OpenSession, kOther, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session);
  CK_SESSION_INFO info{};
  HF_PROBE(C_GetSessionInfo, session, &info);
  CK_FLAGS flags = 0;
  HF_PROBE(C_GetSessionValidationFlags, session, CKS_LAST_VALIDATION_OK, &flags);
  HF_PROBE(C_Login, session, CKU_SO, chars(kSoPin), kSoPin.size());
  HF_PROBE(C_InitPIN, session, chars(kUserPin), kUserPin.size());
  HF_PROBE(C_Logout, session);
  HF_PROBE(C_LoginUser, session, CKU_USER, chars(kUserPin), kUserPin.size(), nullptr, 0);
  HF_PROBE(C_SetPIN, session, chars(kUserPin), kUserPin.size(), chars(kUserPin), kUserPin.size());
  HF_PROBE(C_SessionCancel, session, 0);
  HF_PROBE(C_CloseSession, session);
  HF_PROBE(C_CloseAllSessions, kOther);
}

void Probe::objects() {
  Attributes attributes;
  attributes.number(CKA_CLASS, CKO_DATA).text(CKA_LABEL, "probe");
  CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
  HF_PROBE(C_CreateObject, session_, attributes.data(), attributes.count(), &object);
  CK_OBJECT_HANDLE copy = CK_INVALID_HANDLE;
  HF_PROBE(C_CopyObject, session_, object, nullptr, 0, &copy);
  HF_PROBE(C_GetObjectSize, session_, object, room_.offer());
  CK_ATTRIBUTE label{CKA_LABEL, room_.data(), room_.bytes.size()};
  HF_PROBE(C_GetAttributeValue, session_, object, &label, 1);
  Attributes change;
  change.text(CKA_LABEL, "changed");
  HF_PROBE(C_SetAttributeValue, session_, object, change.data(), change.count());
  HF_PROBE(C_FindObjectsInit, session_, change.data(), change.count());
  CK_ULONG found = 0;
  HF_PROBE(C_FindObjects, session_, &copy, 1, &found);
  EXPECT_EQ(found, 1u);
  HF_PROBE(C_FindObjectsFinal, session_);
  HF_PROBE(C_DestroyObject, session_, object);
}

void Probe::ciphers() {
  CK_MECHANISM ecb = mechanism(CKM_AES_ECB);
  HF_PROBE(C_EncryptInit, session_, &ecb, aes_);
  HF_PROBE(C_Encrypt, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_EncryptInit, session_, &ecb, aes_);
  HF_PROBE(C_EncryptUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_EncryptFinal, session_, room_.data(), room_.offer());
  HF_PROBE(C_DecryptInit, session_, &ecb, aes_);
  HF_PROBE(C_Decrypt, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_DecryptInit, session_, &ecb, aes_);
  HF_PROBE(C_DecryptUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_DecryptFinal, session_, room_.data(), room_.offer());
}

void Probe::dual_ciphers() {
  CK_MECHANISM ecb = mechanism(CKM_AES_ECB);
  CK_MECHANISM sha256 = mechanism(CKM_SHA256);
  CK_MECHANISM hmac = mechanism(CKM_SHA256_HMAC);
  constexpr CK_FLAGS kAll = CKF_ENCRYPT | CKF_DECRYPT | CKF_DIGEST | CKF_SIGN | CKF_VERIFY;
  const auto begin = [&](CK_RV first, CK_RV second) {
    EXPECT_RV(first, CKR_OK);
    EXPECT_RV(second, CKR_OK);
  };
  begin(c_.C_DigestInit(session_, &sha256), c_.C_EncryptInit(session_, &ecb, aes_));
  HF_PROBE(C_DigestEncryptUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  EXPECT_RV(c_.C_SessionCancel(session_, kAll), CKR_OK);
  begin(c_.C_DigestInit(session_, &sha256), c_.C_DecryptInit(session_, &ecb, aes_));
  HF_PROBE(C_DecryptDigestUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  EXPECT_RV(c_.C_SessionCancel(session_, kAll), CKR_OK);
  begin(c_.C_SignInit(session_, &hmac, mac_), c_.C_EncryptInit(session_, &ecb, aes_));
  HF_PROBE(C_SignEncryptUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  EXPECT_RV(c_.C_SessionCancel(session_, kAll), CKR_OK);
  begin(c_.C_VerifyInit(session_, &hmac, mac_), c_.C_DecryptInit(session_, &ecb, aes_));
  HF_PROBE(C_DecryptVerifyUpdate, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  EXPECT_RV(c_.C_SessionCancel(session_, kAll), CKR_OK);
}

void Probe::digests() {
  CK_MECHANISM sha256 = mechanism(CKM_SHA256);
  HF_PROBE(C_DigestInit, session_, &sha256);
  HF_PROBE(C_Digest, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_DigestInit, session_, &sha256);
  HF_PROBE(C_DigestUpdate, session_, raw(data_), data_.size());
  HF_PROBE(C_DigestKey, session_, mac_);
  HF_PROBE(C_DigestFinal, session_, room_.data(), room_.offer());
}

void Probe::signatures() {
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  HF_PROBE(C_SignInit, session_, &ecdsa, ec_.private_key);
  HF_PROBE(C_Sign, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_VerifyInit, session_, &ecdsa, ec_.public_key);
  HF_PROBE(C_Verify, session_, raw(data_), data_.size(), room_.data(), room_.size);
  HF_PROBE(C_VerifySignatureInit, session_, &ecdsa, ec_.public_key, room_.data(), room_.size);
  HF_PROBE(C_VerifySignature, session_, raw(data_), data_.size());
  HF_PROBE(C_SignInit, session_, &ecdsa, ec_.private_key);
  HF_PROBE(C_SignUpdate, session_, raw(data_), data_.size());
  HF_PROBE(C_SignFinal, session_, room_.data(), room_.offer());
  HF_PROBE(C_VerifyInit, session_, &ecdsa, ec_.public_key);
  HF_PROBE(C_VerifyUpdate, session_, raw(data_), data_.size());
  HF_PROBE(C_VerifyFinal, session_, room_.data(), room_.size);
  HF_PROBE(C_VerifySignatureInit, session_, &ecdsa, ec_.public_key, room_.data(), room_.size);
  HF_PROBE(C_VerifySignatureUpdate, session_, raw(data_), data_.size());
  HF_PROBE(C_VerifySignatureFinal, session_);
}

void Probe::recovery() {
  CK_MECHANISM pkcs = mechanism(CKM_RSA_PKCS);
  HF_PROBE(C_SignRecoverInit, session_, &pkcs, rsa_.private_key);
  HF_PROBE(C_SignRecover, session_, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_VerifyRecoverInit, session_, &pkcs, rsa_.public_key);
  Room recovered;
  HF_PROBE(C_VerifyRecover, session_, room_.data(), room_.size, recovered.data(), recovered.offer());
  EXPECT_EQ(to_bytes(as_bytes(recovered.data(), recovered.size)), data_);
}

void Probe::keys() {
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE other = CK_INVALID_HANDLE;
  CK_MECHANISM generation = mechanism(CKM_AES_KEY_GEN);
  Attributes extractable;
  extractable.number(CKA_VALUE_LEN, 16).flag(CKA_EXTRACTABLE, true);
  HF_PROBE(C_GenerateKey, session_, &generation, extractable.data(), extractable.count(), &key);
  CK_MECHANISM pair = mechanism(CKM_EC_KEY_PAIR_GEN);
  Attributes curve = ec_public(kP256);
  HF_PROBE(C_GenerateKeyPair, session_, &pair, curve.data(), curve.count(), nullptr, 0, &other, &key);
  CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  HF_PROBE(C_WrapKey, session_, &kw, aes_, mac_, room_.data(), room_.offer());
  Attributes generic;
  generic.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
  HF_PROBE(C_UnwrapKey, session_, &kw, aes_, room_.data(), room_.size, generic.data(), generic.count(), &key);
  CK_KEY_DERIVATION_STRING_DATA string{raw(data_), data_.size()};
  CK_MECHANISM derivation = mechanism(CKM_AES_ECB_ENCRYPT_DATA, string);
  HF_PROBE(C_DeriveKey, session_, &derivation, aes_, generic.data(), generic.count(), &key);
}

void Probe::key_encapsulation() {
  Pair pair = ec_;
  CK_ECDH1_DERIVE_PARAMS ecdh{CKD_NULL, 0, nullptr, 0, nullptr};
  CK_MECHANISM by = mechanism(CKM_ECDH1_DERIVE, ecdh);
  CK_MECHANISM_INFO info{};
  if (c_.C_GetMechanismInfo(kSlot, CKM_ML_KEM, &info) == CKR_OK) {
    Attributes for_public;
    for_public.number(CKA_PARAMETER_SET, CKP_ML_KEM_768);
    pair = generate_pair(mechanism(CKM_ML_KEM_KEY_PAIR_GEN), std::move(for_public), Attributes());
    by = mechanism(CKM_ML_KEM);
  } else {
    Attributes for_public = ec_public(kP256);
    for_public.flag(CKA_ENCAPSULATE, true);
    Attributes for_private;
    for_private.flag(CKA_DECAPSULATE, true);
    pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  }
  Attributes shared;
  shared.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).number(CKA_VALUE_LEN, 32);
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
  HF_PROBE(C_EncapsulateKey, session_, &by, pair.public_key, shared.data(), shared.count(), room_.data(), room_.offer(), &made);
  HF_PROBE(C_DecapsulateKey, session_, &by, pair.private_key, shared.data(), shared.count(), room_.data(), room_.size, &found);
}

void Probe::authenticated_wrapping() {
  std::array<CK_BYTE, 12> iv{};
  std::array<CK_BYTE, 16> tag{};
  CK_GCM_MESSAGE_PARAMS gcm{iv.data(), iv.size(), 0, CKG_GENERATE_RANDOM, tag.data(), 128};
  CK_MECHANISM by = mechanism(CKM_AES_GCM, gcm);
  HF_PROBE(C_WrapKeyAuthenticated, session_, &by, aes_, mac_, raw(data_), data_.size(), room_.data(), room_.offer());
  gcm.ivGenerator = CKG_NO_GENERATE;
  Attributes generic;
  generic.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  HF_PROBE(C_UnwrapKeyAuthenticated, session_, &by, aes_, room_.data(), room_.size, generic.data(), generic.count(), raw(data_),
           data_.size(), &key);
}

void Probe::asynchronous() {
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  ASSERT_RV(c_.C_OpenSession(kSlot, CKF_SERIAL_SESSION | CKF_RW_SESSION | CKF_ASYNC_SESSION, nullptr, nullptr, &session), CKR_OK);
  CK_MECHANISM generation = mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN);
  Attributes size;
  size.number(CKA_MODULUS_BITS, 2048);
  CK_OBJECT_HANDLE public_key = CK_INVALID_HANDLE;
  CK_OBJECT_HANDLE private_key = CK_INVALID_HANDLE;
  CK_UTF8CHAR name[] = "C_GenerateKeyPair";
  ASSERT_RV(c_.C_GenerateKeyPair(session, &generation, size.data(), size.count(), nullptr, 0, &public_key, &private_key), CKR_PENDING);
  CK_ULONG id = 0;
  HF_PROBE(C_AsyncGetID, session, name, &id);
  HF_PROBE(C_AsyncJoin, session, name, id, nullptr, 0);
  CK_ASYNC_DATA result{};
  CK_RV rv = CKR_PENDING;
  for (int tries = 0; rv == CKR_PENDING && tries < 6000; ++tries) {
    rv = c_.C_AsyncComplete(session, name, &result);
    if (rv == CKR_PENDING) ::usleep(10'000);
  }
  note("C_AsyncComplete", rv);
  EXPECT_RV(c_.C_CloseSession(session), CKR_OK);
}

void Probe::operation_state() {
  CK_MECHANISM sha256 = mechanism(CKM_SHA256);
  EXPECT_RV(c_.C_DigestInit(session_, &sha256), CKR_OK);
  EXPECT_RV(c_.C_DigestUpdate(session_, raw(data_), data_.size()), CKR_OK);
  HF_PROBE(C_GetOperationState, session_, room_.data(), room_.offer());
  EXPECT_RV(c_.C_SessionCancel(session_, CKF_DIGEST), CKR_OK);
  HF_PROBE(C_SetOperationState, session_, room_.data(), room_.size, CK_INVALID_HANDLE, CK_INVALID_HANDLE);
  EXPECT_RV(c_.C_SessionCancel(session_, CKF_DIGEST), CKR_OK);
}

void Probe::messages() {
  std::array<CK_BYTE, 12> iv{};
  std::array<CK_BYTE, 16> tag{};
  CK_GCM_MESSAGE_PARAMS gcm{iv.data(), iv.size(), 0, CKG_NO_GENERATE, tag.data(), 128};
  CK_MECHANISM by = mechanism(CKM_AES_GCM);
  HF_PROBE(C_MessageEncryptInit, session_, &by, aes_);
  HF_PROBE(C_EncryptMessage, session_, &gcm, sizeof gcm, raw(data_), data_.size(), raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_MessageDecryptInit, session_, &by, aes_);
  Room plain;
  HF_PROBE(C_DecryptMessage, session_, &gcm, sizeof gcm, raw(data_), data_.size(), room_.data(), room_.size, plain.data(), plain.offer());
  iv[0] = 1;
  HF_PROBE(C_EncryptMessageBegin, session_, &gcm, sizeof gcm, raw(data_), data_.size());
  HF_PROBE(C_EncryptMessageNext, session_, &gcm, sizeof gcm, raw(data_), data_.size(), room_.data(), room_.offer(), CKF_END_OF_MESSAGE);
  HF_PROBE(C_DecryptMessageBegin, session_, &gcm, sizeof gcm, raw(data_), data_.size());
  HF_PROBE(C_DecryptMessageNext, session_, &gcm, sizeof gcm, room_.data(), room_.size, plain.data(), plain.offer(), CKF_END_OF_MESSAGE);
  HF_PROBE(C_MessageEncryptFinal, session_);
  HF_PROBE(C_MessageDecryptFinal, session_);
}

void Probe::message_signatures() {
  CK_MECHANISM ecdsa = mechanism(CKM_ECDSA_SHA256);
  HF_PROBE(C_MessageSignInit, session_, &ecdsa, ec_.private_key);
  HF_PROBE(C_SignMessage, session_, nullptr, 0, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_MessageVerifyInit, session_, &ecdsa, ec_.public_key);
  HF_PROBE(C_VerifyMessage, session_, nullptr, 0, raw(data_), data_.size(), room_.data(), room_.size);
  HF_PROBE(C_SignMessageBegin, session_, nullptr, 0);
  HF_PROBE(C_SignMessageNext, session_, nullptr, 0, raw(data_), data_.size(), room_.data(), room_.offer());
  HF_PROBE(C_VerifyMessageBegin, session_, nullptr, 0);
  HF_PROBE(C_VerifyMessageNext, session_, nullptr, 0, raw(data_), data_.size(), room_.data(), room_.size);
  HF_PROBE(C_MessageSignFinal, session_);
  HF_PROBE(C_MessageVerifyFinal, session_);
}

TEST_F(Probe, EveryFunctionOfTheTableDoesWhatItIsFor) {
  general();
  slots();
  objects();
  ciphers();
  dual_ciphers();
  digests();
  signatures();
  recovery();
  keys();
  key_encapsulation();
  authenticated_wrapping();
  asynchronous();
  operation_state();
  messages();
  message_signatures();
  sessions();
  HF_PROBE(C_Finalize, nullptr);
  HF_PROBE(C_Initialize, nullptr);
  for (const char* const name : kNames) {
    const auto answer = answers_.find(name);
    ASSERT_NE(answer, answers_.end()) << name << " was not called";
    std::printf("  %-28s %s\n", name, ck::name_of_rv(static_cast<std::uint32_t>(answer->second)));
  }
}

}  // namespace
}  // namespace holdfast::conformance
