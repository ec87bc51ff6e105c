#include "secure/pkcs11/object/public_certificates.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {
namespace {

using Step = PublicCertificates::Step;

AttributeSet object(std::uint32_t object_class, std::string_view id, bool is_private = false) {
  AttributeSet set;
  set.set_ulong(ck::AttributeType{CKA_CLASS}, object_class);
  set.set_flag(ck::AttributeType{CKA_PRIVATE}, is_private);
  set.set(ck::AttributeType{CKA_ID}, to_bytes(as_bytes(id)));
  return set;
}

TEST(PublicCertificates, AreAllFoundOnATokenWithoutAny) { EXPECT_TRUE(PublicCertificates().all_found()); }

TEST(PublicCertificates, AreNotAllFoundWhileOneIsPrivate) {
  PublicCertificates certificates;
  const AttributeSet hidden = object(CKO_CERTIFICATE, "", true);
  certificates.count(hidden, Step::added);
  EXPECT_FALSE(certificates.all_found());
  certificates.count(hidden, Step::removed);
  EXPECT_TRUE(certificates.all_found());
}

TEST(PublicCertificates, NeedAHalfOfTheirKeyPairInSight) {
  PublicCertificates certificates;
  certificates.count(object(CKO_PRIVATE_KEY, "a", true), Step::added);
  EXPECT_TRUE(certificates.all_found()) << "a key without a certificate";
  certificates.count(object(CKO_CERTIFICATE, "a"), Step::added);
  EXPECT_FALSE(certificates.all_found());
  certificates.count(object(CKO_PUBLIC_KEY, "b"), Step::added);
  EXPECT_FALSE(certificates.all_found()) << "another pair's";
  certificates.count(object(CKO_PUBLIC_KEY, "a"), Step::added);
  EXPECT_TRUE(certificates.all_found());
  certificates.count(object(CKO_PUBLIC_KEY, "a"), Step::removed);
  EXPECT_FALSE(certificates.all_found());
  certificates.count(object(CKO_PRIVATE_KEY, "a", true), Step::removed);
  EXPECT_TRUE(certificates.all_found());
}

TEST(PublicCertificates, HaveNoKeyByAnEmptyId) {
  PublicCertificates certificates;
  certificates.count(object(CKO_PRIVATE_KEY, "", true), Step::added);
  certificates.count(object(CKO_CERTIFICATE, ""), Step::added);
  EXPECT_TRUE(certificates.all_found());
}

TEST(PublicCertificates, AreNotLookedForAmongOtherObjects) {
  PublicCertificates certificates;
  certificates.count(object(CKO_SECRET_KEY, "a", true), Step::added);
  certificates.count(object(CKO_DATA, "a", true), Step::added);
  certificates.count(object(CKO_CERTIFICATE, "a"), Step::added);
  EXPECT_TRUE(certificates.all_found());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
