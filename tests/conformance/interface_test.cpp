// Interfaces and what version 3.0 added to sessions: PKCS#11 3.2 sections 5.4 and 5.6.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;
using testing::module_symbol;

class Interface : public TokenTest {
 protected:
  static CK_INTERFACE_PTR get(CK_VERSION version) {
    const auto get = reinterpret_cast<CK_C_GetInterface>(module_symbol("C_GetInterface"));
    CK_INTERFACE_PTR found = nullptr;
    EXPECT_RV(get(chars("PKCS 11"), &version, &found, 0), CKR_OK);
    return found;
  }
};

TEST_F(Interface, EachVersionTellsItself) {
  for (const CK_VERSION version : {CK_VERSION{2, 40}, CK_VERSION{3, 0}, CK_VERSION{3, 2}}) {
    const auto* const list = static_cast<const CK_FUNCTION_LIST*>(get(version)->pFunctionList);
    CK_INFO info{};
    ASSERT_RV(list->C_GetInfo(&info), CKR_OK);
    for (const CK_VERSION told : {list->version, info.cryptokiVersion}) {
      EXPECT_EQ(told.major, version.major);
      EXPECT_EQ(told.minor, version.minor);
    }
  }
  EXPECT_EQ(get({3, 1})->pFunctionList, get({3, 0})->pFunctionList) << "3.1 has the functions of 3.0";
}

TEST_F(Interface, NamesAndFlagsThatNoneHasFindNothing) {
  const auto get = reinterpret_cast<CK_C_GetInterface>(module_symbol("C_GetInterface"));
  CK_INTERFACE_PTR found = nullptr;
  CK_VERSION unknown{3, 3};
  EXPECT_RV(get(chars("Vendor Acme"), nullptr, &found, 0), CKR_FUNCTION_FAILED);
  EXPECT_RV(get(nullptr, &unknown, &found, 0), CKR_FUNCTION_FAILED);
  EXPECT_RV(get(nullptr, nullptr, &found, CKF_INTERFACE_FORK_SAFE), CKR_FUNCTION_FAILED);
  EXPECT_RV(get(nullptr, nullptr, nullptr, 0), CKR_ARGUMENTS_BAD);
}

TEST_F(Interface, LoginUserWithoutANameIsLogin) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(c.C_Logout(session_), CKR_OK);
  EXPECT_RV(c.C_LoginUser(session_, CKU_USER, chars("wrong-pin"), 9, nullptr, 0), CKR_PIN_INCORRECT);
  EXPECT_RV(c.C_LoginUser(session_, CKU_USER, chars(kUserPin), kUserPin.size(), nullptr, 0), CKR_OK);
  EXPECT_RV(c.C_LoginUser(session_, CKU_USER, chars(kUserPin), kUserPin.size(), nullptr, 0),
            CKR_USER_ALREADY_LOGGED_IN);
}

TEST_F(Interface, NobodyHasAName) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  ASSERT_RV(c.C_Logout(session_), CKR_OK);
  EXPECT_RV(c.C_LoginUser(session_, CKU_USER, chars(kUserPin), kUserPin.size(), chars("alice"), 5),
            CKR_USER_PIN_NOT_INITIALIZED);
  EXPECT_RV(c.C_LoginUser(session_, CKU_USER, chars(kUserPin), kUserPin.size(), nullptr, 5), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_LoginUser(session_ + 99, CKU_USER, chars(kUserPin), kUserPin.size(), chars("alice"), 5),
            CKR_SESSION_HANDLE_INVALID);
  CK_SESSION_INFO info{};
  ASSERT_RV(c.C_GetSessionInfo(session_, &info), CKR_OK);
  EXPECT_EQ(info.state, CKS_RW_PUBLIC_SESSION);
}

TEST_F(Interface, NoOperationIsWithinAValidation) {
  const CK_FUNCTION_LIST_3_2& c = module_3_2();
  CK_FLAGS flags = 77;
  EXPECT_RV(c.C_GetSessionValidationFlags(session_, CKS_LAST_VALIDATION_OK, &flags), CKR_OK);
  EXPECT_EQ(flags, 0u);
  EXPECT_RV(c.C_GetSessionValidationFlags(session_, 99, &flags), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetSessionValidationFlags(session_, CKS_LAST_VALIDATION_OK, nullptr), CKR_ARGUMENTS_BAD);
  EXPECT_RV(c.C_GetSessionValidationFlags(session_ + 99, CKS_LAST_VALIDATION_OK, &flags), CKR_SESSION_HANDLE_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
