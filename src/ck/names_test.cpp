#include "ck/names.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

namespace holdfast::ck {
namespace {

TEST(Names, FindsTheFirstAndTheLastOfEachTable) {
  EXPECT_STREQ(name_of_mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), "CKM_RSA_PKCS_KEY_PAIR_GEN");
  EXPECT_STREQ(name_of_mechanism(CKM_PUB_KEY_FROM_PRIV_KEY), "CKM_PUB_KEY_FROM_PRIV_KEY");
  EXPECT_STREQ(name_of_attribute(CKA_CLASS), "CKA_CLASS");
  EXPECT_STREQ(name_of_attribute(CKA_DECAPSULATE_TEMPLATE), "CKA_DECAPSULATE_TEMPLATE");
  EXPECT_STREQ(name_of_rv(CKR_OK), "CKR_OK");
  EXPECT_STREQ(name_of_rv(CKR_PARAMETER_SET_NOT_SUPPORTED), "CKR_PARAMETER_SET_NOT_SUPPORTED");
  EXPECT_STREQ(name_of_class(CKO_DATA), "CKO_DATA");
  EXPECT_STREQ(name_of_class(CKO_TRUST), "CKO_TRUST");
  EXPECT_STREQ(name_of_key_type(CKK_RSA), "CKK_RSA");
  EXPECT_STREQ(name_of_key_type(CKK_SLH_DSA), "CKK_SLH_DSA");
}

TEST(Names, FindsAnAttributeByItsArrayFlag) {
  EXPECT_STREQ(name_of_attribute(0x40000600), "CKA_ALLOWED_MECHANISMS");
  EXPECT_STREQ(name_of_attribute(0x00000600), "unknown");
}

TEST(Names, GivesThePresentNameOfANumberThatHasTwo) {
  EXPECT_STREQ(name_of_mechanism(CKM_ECDSA_KEY_PAIR_GEN), "CKM_EC_KEY_PAIR_GEN");
  EXPECT_STREQ(name_of_attribute(CKA_ECDSA_PARAMS), "CKA_EC_PARAMS");
  EXPECT_STREQ(name_of_key_type(CKK_ECDSA), "CKK_EC");
}

TEST(Names, CallsAHoleAndAVendorNumberUnknown) {
  EXPECT_STREQ(name_of_rv(0x004), "unknown");
  EXPECT_STREQ(name_of_mechanism(CKM_VENDOR_DEFINED), "unknown");
  EXPECT_STREQ(name_of_mechanism(0xFFFFFFFF), "unknown");
}

}  // namespace
}  // namespace holdfast::ck
