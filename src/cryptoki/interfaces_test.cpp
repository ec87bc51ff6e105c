#include "cryptoki/interfaces.h"

#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

class Interfaces : public ModuleTest {
 protected:
  static CK_UTF8CHAR_PTR name(const char* text) { return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text)); }
};

TEST_F(Interfaces, ListOffersEveryVersionTheDefaultFirst) {
  CK_ULONG count = 0;
  ASSERT_EQ(C_GetInterfaceList(nullptr, &count), CKR_OK);
  ASSERT_EQ(count, 3u);
  CK_INTERFACE list[3] = {};
  count = 2;
  EXPECT_EQ(C_GetInterfaceList(list, &count), CKR_BUFFER_TOO_SMALL);
  ASSERT_EQ(C_GetInterfaceList(list, &count), CKR_OK);
  for (const CK_INTERFACE& interface : list) {
    EXPECT_STREQ(reinterpret_cast<const char*>(interface.pInterfaceName), "PKCS 11");
    EXPECT_EQ(interface.flags, 0u) << "a forked child has to initialise: not fork-safe";
  }
  CK_INTERFACE_PTR found = nullptr;
  ASSERT_EQ(C_GetInterface(nullptr, nullptr, &found, 0), CKR_OK);
  EXPECT_EQ(found->pFunctionList, list[0].pFunctionList);
}

TEST_F(Interfaces, AreFoundByNameAndVersion) {
  CK_INTERFACE_PTR found = nullptr;
  ASSERT_EQ(C_GetInterface(nullptr, nullptr, &found, 0), CKR_OK);
  EXPECT_EQ(static_cast<const CK_VERSION*>(found->pFunctionList)->major, 3);
  CK_VERSION version{2, 40};
  ASSERT_EQ(C_GetInterface(name("PKCS 11"), &version, &found, 0), CKR_OK);
  CK_FUNCTION_LIST_PTR list = nullptr;
  ASSERT_EQ(C_GetFunctionList(&list), CKR_OK);
  EXPECT_EQ(found->pFunctionList, list);
  for (const CK_VERSION& wanted : {CK_VERSION{3, 0}, CK_VERSION{3, 2}}) {
    version = wanted;
    ASSERT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_OK);
    EXPECT_EQ(static_cast<const CK_VERSION*>(found->pFunctionList)->minor, wanted.minor);
  }
  version = {3, 1};
  ASSERT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_OK) << "3.1 has the functions of 3.0";
  EXPECT_EQ(static_cast<const CK_VERSION*>(found->pFunctionList)->minor, 0);
}

TEST_F(Interfaces, HaveNoEmptyEntry) {
  CK_VERSION version{3, 2};
  CK_INTERFACE_PTR found = nullptr;
  ASSERT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_OK);
  const auto& list = *static_cast<CK_FUNCTION_LIST_3_2_PTR>(found->pFunctionList);
#define HF_EXPECT_ENTRY(name, parameters) EXPECT_NE(list.name, nullptr) << #name;
  CK_FUNCTIONS_2_40(HF_EXPECT_ENTRY)
  CK_FUNCTIONS_3_0(HF_EXPECT_ENTRY)
  CK_FUNCTIONS_3_2(HF_EXPECT_ENTRY)
#undef HF_EXPECT_ENTRY
}

TEST_F(Interfaces, AreNotFoundUnderAnotherNameVersionOrFlag) {
  CK_INTERFACE_PTR found = nullptr;
  CK_VERSION version{9, 9};
  EXPECT_EQ(C_GetInterface(name("Vendor Acme"), nullptr, &found, 0), CKR_FUNCTION_FAILED);
  EXPECT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_FUNCTION_FAILED);
  EXPECT_EQ(C_GetInterface(name("PKCS 11"), nullptr, &found, CKF_INTERFACE_FORK_SAFE), CKR_FUNCTION_FAILED);
  EXPECT_EQ(C_GetInterface(nullptr, nullptr, nullptr, 0), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(found, nullptr);
}

TEST_F(Interfaces, EachTableTellsItsOwnVersion) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_INFO info;
  ASSERT_EQ(C_GetInfo(&info), CKR_OK);
  EXPECT_EQ(info.cryptokiVersion.major, 2);
  EXPECT_EQ(info.cryptokiVersion.minor, 40);
  EXPECT_EQ(std::string(reinterpret_cast<char*>(info.manufacturerID), 32), "Holdfast" + std::string(24, ' '));
  for (const CK_VERSION& wanted : {CK_VERSION{3, 0}, CK_VERSION{3, 2}}) {
    CK_VERSION version = wanted;
    CK_INTERFACE_PTR found = nullptr;
    ASSERT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_OK);
    ASSERT_EQ(static_cast<CK_FUNCTION_LIST_3_0_PTR>(found->pFunctionList)->C_GetInfo(&info), CKR_OK);
    EXPECT_EQ(info.cryptokiVersion.major, wanted.major);
    EXPECT_EQ(info.cryptokiVersion.minor, wanted.minor);
  }
}

TEST_F(Interfaces, WaitingForSlotsNeverBlocks) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_SLOT_ID slot = 0;
  EXPECT_EQ(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr), CKR_NO_EVENT);
  EXPECT_EQ(C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, &slot), CKR_ARGUMENTS_BAD);
}

TEST_F(Interfaces, SessionCancelNamesAllInOneCommand) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(C_SessionCancel(kSession, CKF_SIGN | CKF_FIND_OBJECTS), CKR_OK);
  const auto call = FakeWorld::last<wire::SessionCancel>();
  ASSERT_TRUE(call);
  EXPECT_EQ(call->read<wire::SessionCancel>().flags, CKF_SIGN | CKF_FIND_OBJECTS);
  answer_with<wire::SessionCancel>({.rv = Rv::session_handle_invalid});
  EXPECT_EQ(C_SessionCancel(kSession, 0), CKR_SESSION_HANDLE_INVALID);
}

TEST_F(Interfaces, AnInitWithoutAMechanismCancels) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  EXPECT_EQ(C_SignInit(kSession, nullptr, kKey), CKR_OK);
  EXPECT_EQ(FakeWorld::last<wire::ReleaseActiveProcessing>()->read<wire::ReleaseActiveProcessing>().command,
            wire::SignOneshot::kId);
  EXPECT_EQ(C_DigestInit(kSession, nullptr), CKR_OK);
  EXPECT_EQ(FakeWorld::last<wire::ReleaseActiveProcessing>()->read<wire::ReleaseActiveProcessing>().command,
            wire::DigestOneshot::kId);
  answer_with<wire::ReleaseActiveProcessing>({.rv = Rv::operation_not_initialized});
  EXPECT_EQ(C_EncryptInit(kSession, nullptr, kKey), CKR_ARGUMENTS_BAD) << "nothing to cancel";
}

TEST_F(Interfaces, LoginUserTakesNoNames) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_UTF8CHAR pin[] = "1234";
  EXPECT_EQ(C_LoginUser(kSession, CKU_USER, pin, 4, nullptr, 0), CKR_OK);
  EXPECT_TRUE(FakeWorld::last<wire::Login>());
  EXPECT_EQ(C_LoginUser(kSession, CKU_USER, pin, 4, name("alice"), 5), CKR_USER_PIN_NOT_INITIALIZED);
  EXPECT_EQ(C_LoginUser(kSession, CKU_USER, pin, 4, nullptr, 5), CKR_ARGUMENTS_BAD);
}

TEST_F(Interfaces, NoOperationIsWithinAValidation) {
  ASSERT_EQ(C_Initialize(nullptr), CKR_OK);
  CK_FLAGS flags = 77;
  EXPECT_EQ(C_GetSessionValidationFlags(kSession, CKS_LAST_VALIDATION_OK, &flags), CKR_OK);
  EXPECT_EQ(flags, 0u);
  EXPECT_EQ(C_GetSessionValidationFlags(kSession, 99, &flags), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_GetSessionValidationFlags(kSession, CKS_LAST_VALIDATION_OK, nullptr), CKR_ARGUMENTS_BAD);
  answer_with<wire::SessionInfo>({.rv = Rv::session_handle_invalid});
  EXPECT_EQ(C_GetSessionValidationFlags(kSession, CKS_LAST_VALIDATION_OK, &flags), CKR_SESSION_HANDLE_INVALID);
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
