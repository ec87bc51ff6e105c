// Every standard function, called the way no program should.
#include <array>
#include <map>
#include <string>

#include "cryptoki/interfaces.h"
#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

/// Filler makes one argument of any of the standard's types.
struct Zeros {
  template <class T>
  operator T() const {
    return T{};
  }  // NOLINT(google-explicit-constructor)
};
// Zeroed memory that any of the standard's structures fits into; a null pointer inside it where it holds pointers.
alignas(16) std::array<unsigned char, 4096> scratch;
struct Absurd {
  operator CK_ULONG() const { return ~0UL; }      // NOLINT(google-explicit-constructor)
  operator CK_BBOOL() const { return 0xFF; }      // NOLINT(google-explicit-constructor)
  operator CK_NOTIFY() const { return nullptr; }  // NOLINT(google-explicit-constructor)
  template <class T>
  operator T*() const {
    return reinterpret_cast<T*>(scratch.data());
  }  // NOLINT(google-explicit-constructor)
};

template <class Filler, class... Argument>
CK_RV call_filled(CK_RV (*function)(Argument...)) {
  return function(static_cast<Argument>(Filler{})...);
}

/// Outcomes of every function of the 3.2 table but C_Initialize and C_Finalize, by name.
template <class Filler>
std::map<std::string, CK_RV> call_all() {
  const CK_INTERFACE* const newest = find_interface(nullptr, &kVersion3_2, 0);
  const auto* const table = static_cast<const CK_FUNCTION_LIST_3_2*>(newest->pFunctionList);
  std::map<std::string, CK_RV> outcomes;
#define HF_CALL(name, parameters)                                                   \
  if (std::string(#name) != "C_Initialize" && std::string(#name) != "C_Finalize") { \
    scratch.fill(0);                                                                \
    outcomes[#name] = call_filled<Filler>(table->name);                             \
  }
  CK_FUNCTIONS_2_40(HF_CALL)
  CK_FUNCTIONS_3_0(HF_CALL)
  CK_FUNCTIONS_3_2(HF_CALL)
#undef HF_CALL
  return outcomes;
}

class EveryFunction : public ModuleTest {};

TEST_F(EveryFunction, AnswersNotInitialisedBeforeInitialize) {
  for (const auto& [name, rv] : call_all<Zeros>()) {
    if (name == "C_GetFunctionList" || name == "C_GetInterface" || name == "C_GetInterfaceList") {
      EXPECT_EQ(rv, CKR_ARGUMENTS_BAD) << name;
    } else {
      EXPECT_EQ(rv, CKR_CRYPTOKI_NOT_INITIALIZED) << name;
    }
  }
  EXPECT_EQ(C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
  EXPECT_TRUE(FakeWorld::calls().empty());
}

TEST_F(EveryFunction, SurvivesNullPointers) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  // Handles are 0 and lengths too: where that is a request without fault, the world is asked, and the fake says yes.
  std::map<std::string, CK_RV> expected;
  for (const char* name :
       {"C_CloseSession", "C_CloseAllSessions", "C_InitPIN", "C_SetPIN", "C_Login", "C_Logout", "C_DestroyObject",
        "C_FindObjectsInit", "C_FindObjectsFinal", "C_DigestUpdate", "C_DigestKey", "C_SignUpdate", "C_VerifyUpdate",
        "C_SeedRandom", "C_GenerateRandom", "C_SessionCancel", "C_LoginUser", "C_VerifySignature",
        "C_VerifySignatureUpdate", "C_VerifySignatureFinal"})
    expected[name] = CKR_OK;
  // Without a mechanism these cancel, and the fake says that something was active.
  for (const char* name : {"C_EncryptInit", "C_DecryptInit", "C_DigestInit", "C_SignInit", "C_SignRecoverInit",
                           "C_VerifyInit", "C_VerifyRecoverInit", "C_VerifySignatureInit"})
    expected[name] = CKR_OK;
  for (const char* name : {"C_MessageEncryptInit", "C_MessageDecryptInit", "C_MessageSignInit", "C_MessageVerifyInit",
                           "C_MessageEncryptFinal", "C_MessageDecryptFinal", "C_MessageSignFinal",
                           "C_MessageVerifyFinal", "C_SignMessageBegin", "C_SignMessageNext", "C_VerifyMessageBegin",
                           "C_VerifyMessageNext"})
    expected[name] = CKR_OK;
  for (const char* name : {"C_EncryptMessageBegin", "C_DecryptMessageBegin"})
    expected[name] = CKR_MECHANISM_PARAM_INVALID;
  expected["C_GetFunctionStatus"] = expected["C_CancelFunction"] = CKR_FUNCTION_NOT_PARALLEL;
  for (const auto& [name, rv] : call_all<Zeros>()) {
    if (expected.count(name) != 0)
      EXPECT_EQ(rv, expected[name]) << name;
    else
      EXPECT_EQ(rv, CKR_ARGUMENTS_BAD) << name;
  }
}

TEST_F(EveryFunction, SurvivesAbsurdNumbers) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  const auto before = static_cast<std::ptrdiff_t>(FakeWorld::calls().size());
  for (const auto& [name, rv] : call_all<Absurd>()) EXPECT_NE(rv, CKR_GENERAL_ERROR) << name;
  // Nothing that names a session or a slot beyond 32 bits may reach the secure world, least of all cut to fit.
  const std::vector<Call> calls = FakeWorld::calls();
  for (const Call& call : std::span(calls.begin() + before, calls.end()))
    EXPECT_EQ(call.command, wire::SlotList::kId) << "C_GetSlotList alone names neither";
}

TEST_F(EveryFunction, RefusesHandlesBeyond32Bits) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  constexpr CK_ULONG kWide = 0x1'0000'0001;
  CK_BYTE byte = 0;
  CK_ULONG length = 1;
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  CK_OBJECT_HANDLE made = 0;
  CK_SESSION_INFO info;
  EXPECT_EQ(C_GetSessionInfo(kWide, &info), CKR_SESSION_HANDLE_INVALID);
  EXPECT_EQ(C_CloseAllSessions(kWide), CKR_SLOT_ID_INVALID);
  EXPECT_EQ(C_DestroyObject(kSession, kWide), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_EQ(C_SignInit(kSession, &mechanism, kWide), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_DigestKey(kSession, kWide), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_WrapKey(kSession, &mechanism, kWide, kKey, &byte, &length), CKR_WRAPPING_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_WrapKey(kSession, &mechanism, kKey, kWide, &byte, &length), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_UnwrapKey(kSession, &mechanism, kWide, &byte, 1, nullptr, 0, &made), CKR_UNWRAPPING_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_DeriveKey(kSession, &mechanism, kWide, nullptr, 0, &made), CKR_KEY_HANDLE_INVALID);
  EXPECT_EQ(C_GetMechanismInfo(0, kWide, reinterpret_cast<CK_MECHANISM_INFO*>(scratch.data())), CKR_MECHANISM_INVALID);
  EXPECT_EQ(C_Login(kSession, kWide, &byte, 1), CKR_USER_TYPE_INVALID);
  EXPECT_EQ(C_OpenSession(0, kWide, nullptr, nullptr, &made), CKR_ARGUMENTS_BAD);
}

TEST_F(EveryFunction, LeavesOutputsAloneOnFailure) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  FakeWorld::on_command([](const Call&) { return Answer{.rv = Rv::device_error}; });
  CK_ULONG handle = 77;
  CK_ULONG other = 77;
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  EXPECT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &handle), CKR_DEVICE_ERROR);
  EXPECT_EQ(C_CreateObject(kSession, nullptr, 0, &handle), CKR_DEVICE_ERROR);
  EXPECT_EQ(C_GenerateKey(kSession, &mechanism, nullptr, 0, &handle), CKR_DEVICE_ERROR);
  EXPECT_EQ(C_GenerateKeyPair(kSession, &mechanism, nullptr, 0, nullptr, 0, &handle, &other), CKR_DEVICE_ERROR);
  EXPECT_EQ(C_GetObjectSize(kSession, kKey, &handle), CKR_DEVICE_ERROR);
  EXPECT_EQ(C_Digest(kSession, scratch.data(), 1, scratch.data(), &handle), CKR_DEVICE_ERROR);
  EXPECT_EQ(handle, 77u);
  EXPECT_EQ(other, 77u);
}

TEST_F(EveryFunction, KeepsTheCallersErrno) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  FakeWorld::on_command([](const Call&) {
    errno = EIO;
    return Answer{};
  });
  errno = ENOTTY;
  EXPECT_EQ(C_CloseSession(kSession), CKR_OK);
  EXPECT_EQ(errno, ENOTTY);
}

// PKCS#11 3.0 section 5.2: a mistake of the caller in a step ends the operation.
TEST_F(EveryFunction, EndsTheOperationAfterACallersMistake) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_BYTE byte = 0;
  CK_ULONG length = 1;
  const auto ended = [] {
    const auto call = FakeWorld::last<wire::ReleaseActiveProcessing>();
    return call ? call->read<wire::ReleaseActiveProcessing>().command : wire::CommandId{0};
  };
  EXPECT_EQ(C_Encrypt(kSession, &byte, 1, &byte, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::EncryptOneshot::kId);
  EXPECT_EQ(C_DecryptUpdate(kSession, nullptr, 1, &byte, &length), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::DecryptUpdate::kId);
  EXPECT_EQ(C_EncryptFinal(kSession, &byte, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::EncryptFinal::kId);
  EXPECT_EQ(C_SignUpdate(kSession, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::SignUpdate::kId);
  EXPECT_EQ(C_Verify(kSession, &byte, 1, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::VerifyOneshot::kId);
  EXPECT_EQ(C_VerifyFinal(kSession, nullptr, 0), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::VerifyFinal::kId);
  EXPECT_EQ(C_Digest(kSession, &byte, ~0UL, &byte, &length), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(ended(), wire::DigestOneshot::kId);
  answer_with<wire::ReleaseActiveProcessing>({.rv = Rv::session_handle_invalid});
  EXPECT_EQ(C_Sign(kSession, &byte, 1, &byte, nullptr), CKR_SESSION_HANDLE_INVALID);
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
