#include <cstddef>
#include <gtest/gtest.h>
#include <string>
#include <type_traits>
#include <vector>

#include <pkcs11/pkcs11.h>

extern "C" std::size_t size_of_function_list_3_2_in_c(void);

namespace {

static_assert(std::is_same_v<CK_C_Sign, decltype(&C_Sign)>);
static_assert(std::is_same_v<decltype(CK_FUNCTION_LIST_3_2::C_EncapsulateKey), decltype(&C_EncapsulateKey)>);
static_assert(std::is_standard_layout_v<CK_FUNCTION_LIST_3_2>);

#define NAME_OF(name, parameters) #name,

TEST(Pkcs11Header, HasOneLayoutInCAndCpp) { EXPECT_EQ(size_of_function_list_3_2_in_c(), sizeof(CK_FUNCTION_LIST_3_2)); }

TEST(Pkcs11Header, ListsTheFunctionsInTheOrderOfTheStandard) {
  const std::vector<std::string> names = {CK_FUNCTIONS_2_40(NAME_OF) CK_FUNCTIONS_3_0(NAME_OF)
                                              CK_FUNCTIONS_3_2(NAME_OF)};
  // Positions that clients compiled against other headers rely on; one function out of place moves the next of these.
  ASSERT_EQ(names.size(), 104U);
  EXPECT_EQ(names[3], "C_GetFunctionList");
  EXPECT_EQ(names[18], "C_Login");
  EXPECT_EQ(names[24], "C_GetAttributeValue");
  EXPECT_EQ(names[37], "C_DigestInit");
  EXPECT_EQ(names[43], "C_Sign");
  EXPECT_EQ(names[58], "C_GenerateKey");
  EXPECT_EQ(names[67], "C_WaitForSlotEvent");
  EXPECT_EQ(names[69], "C_GetInterface");
  EXPECT_EQ(names[91], "C_MessageVerifyFinal");
  EXPECT_EQ(names[103], "C_UnwrapKeyAuthenticated");
}

}  // namespace
