// What a token has of itself: profile objects, mechanism objects, no validation objects (PKCS#11 3.2 sections 4.13 to 4.15).
#include <algorithm>
#include <set>

#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class BuiltInObjects : public TokenTest {
 protected:
  static Attributes of_class(CK_OBJECT_CLASS object_class) {
    Attributes attributes;
    attributes.number(CKA_CLASS, object_class);
    return attributes;
  }
  static Attributes profile(CK_PROFILE_ID id) {
    Attributes attributes = of_class(CKO_PROFILE);
    attributes.number(CKA_PROFILE_ID, id);
    return attributes;
  }
  bool has_profile(CK_PROFILE_ID id) const { return find(profile(id)).size() == 1; }
  CK_OBJECT_HANDLE baseline() const { return find(profile(CKP_BASELINE_PROVIDER)).at(0); }

  Attributes certificate(bool is_private) const {
    Attributes attributes = of_class(CKO_CERTIFICATE);
    attributes.number(CKA_CERTIFICATE_TYPE, CKC_X_509)
        .flag(CKA_TOKEN, true)
        .flag(CKA_PRIVATE, is_private)
        .text(CKA_SUBJECT, "subject")
        .text(CKA_ID, "pair")
        .text(CKA_VALUE, "der");
    return attributes;
  }
  void destroy(CK_OBJECT_HANDLE object) const { EXPECT_RV(module().C_DestroyObject(session_, object), CKR_OK); }
};

TEST_F(BuiltInObjects, AreTheProfilesThatHold) {
  for (const CK_PROFILE_ID id : {CKP_BASELINE_PROVIDER, CKP_EXTENDED_PROVIDER, CKP_AUTHENTICATION_TOKEN, CKP_PUBLIC_CERTIFICATES_TOKEN})
    EXPECT_TRUE(has_profile(id)) << id;
  EXPECT_FALSE(has_profile(CKP_COMPLETE_PROVIDER));
  CK_MECHANISM_INFO info{};
  const bool has_hkdf_data = module().C_GetMechanismInfo(kSlot, CKM_HKDF_DATA, &info) == CKR_OK;
  EXPECT_EQ(has_profile(CKP_HKDF_TLS_TOKEN), has_hkdf_data);
}

TEST_F(BuiltInObjects, ProfileIsAReadOnlyTokenObject) {
  const CK_OBJECT_HANDLE object = baseline();
  EXPECT_EQ(get_number(object, CKA_CLASS), CKO_PROFILE);
  EXPECT_EQ(get_number(object, CKA_PROFILE_ID), CKP_BASELINE_PROVIDER);
  EXPECT_TRUE(get_flag(object, CKA_TOKEN));
  for (const CK_ATTRIBUTE_TYPE type : {CKA_PRIVATE, CKA_MODIFIABLE, CKA_COPYABLE, CKA_DESTROYABLE}) EXPECT_FALSE(get_flag(object, type));
  EXPECT_FALSE(get(object, CKA_UNIQUE_ID).empty());
  EXPECT_RV(try_get(object, CKA_VALUE), CKR_ATTRIBUTE_TYPE_INVALID);
  CK_ULONG size = 0;
  EXPECT_RV(module().C_GetObjectSize(session_, object, &size), CKR_OK);
  EXPECT_GT(size, 0u);
}

TEST_F(BuiltInObjects, RefuseChangesCopiesAndDestruction) {
  for (const CK_OBJECT_HANDLE object : {baseline(), find(of_class(CKO_MECHANISM)).at(0)}) {
    Attributes label;
    label.text(CKA_LABEL, "mine");
    EXPECT_RV(try_set(object, std::move(label)), CKR_ACTION_PROHIBITED);
    EXPECT_RV(try_copy(object, Attributes()), CKR_ACTION_PROHIBITED);
    EXPECT_RV(module().C_DestroyObject(session_, object), CKR_ACTION_PROHIBITED);
    EXPECT_EQ(module().C_DigestKey(session_, object), CKR_OPERATION_NOT_INITIALIZED);
    CK_MECHANISM sha = mechanism(CKM_SHA256_HMAC);
    EXPECT_RV(module().C_SignInit(session_, &sha, object), CKR_KEY_HANDLE_INVALID);
  }
}

TEST_F(BuiltInObjects, AreMadeByNobody) {
  for (const CK_OBJECT_CLASS object_class : {CKO_PROFILE, CKO_MECHANISM, CKO_VALIDATION, CKO_HW_FEATURE})
    EXPECT_RV(try_create(of_class(object_class)), CKR_ATTRIBUTE_VALUE_INVALID) << object_class;
}

TEST_F(BuiltInObjects, OneMechanismObjectPerListedMechanism) {
  CK_ULONG count = 0;
  ASSERT_RV(module().C_GetMechanismList(kSlot, nullptr, &count), CKR_OK);
  std::vector<CK_MECHANISM_TYPE> listed(count);
  ASSERT_RV(module().C_GetMechanismList(kSlot, listed.data(), &count), CKR_OK);
  std::set<CK_MECHANISM_TYPE> told;
  for (const CK_OBJECT_HANDLE object : find(of_class(CKO_MECHANISM))) told.insert(get_number(object, CKA_MECHANISM_TYPE));
  EXPECT_EQ(told, std::set<CK_MECHANISM_TYPE>(listed.begin(), listed.end()));
  Attributes one = of_class(CKO_MECHANISM);
  one.number(CKA_MECHANISM_TYPE, CKM_AES_GCM);
  EXPECT_EQ(find(std::move(one)).size(), 1u);
}

TEST_F(BuiltInObjects, MechanismsShowThemselvesOnlyToASearchForTheirClass) {
  const auto has_class = [&](const std::vector<CK_OBJECT_HANDLE>& objects, CK_OBJECT_CLASS wanted) {
    return std::any_of(objects.begin(), objects.end(), [&](CK_OBJECT_HANDLE object) { return get_number(object, CKA_CLASS) == wanted; });
  };
  Attributes on_token;
  on_token.flag(CKA_TOKEN, true);
  for (const auto& found : {find(Attributes()), find(std::move(on_token))}) {
    EXPECT_FALSE(has_class(found, CKO_MECHANISM));
    EXPECT_TRUE(has_class(found, CKO_PROFILE));
  }
  Attributes by_number;
  by_number.number(CKA_MECHANISM_TYPE, CKM_AES_GCM);
  EXPECT_TRUE(find(std::move(by_number)).empty());
}

TEST_F(BuiltInObjects, NoValidationIsClaimed) {
  EXPECT_TRUE(find(of_class(CKO_VALIDATION)).empty());
  Attributes key = of_class(CKO_SECRET_KEY);
  key.number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).text(CKA_VALUE, "0123456789abcdef");
  EXPECT_EQ(get_number(create(std::move(key)), CKA_OBJECT_VALIDATION_FLAGS), 0u);
}

TEST_F(BuiltInObjects, AreSeenWithoutALoginInAReadOnlySession) {
  const CK_OBJECT_HANDLE seen_by_user = baseline();
  ASSERT_RV(module().C_Logout(session_), CKR_OK);
  EXPECT_EQ(get_number(seen_by_user, CKA_PROFILE_ID), CKP_BASELINE_PROVIDER) << "no private handle: it outlives the logout";
  session_ = open(0);
  EXPECT_TRUE(has_profile(CKP_BASELINE_PROVIDER));
  EXPECT_FALSE(find(of_class(CKO_MECHANISM)).empty());
}

TEST_F(BuiltInObjects, OfTwoSlotsAreTwo) {
  const CK_OBJECT_HANDLE here = baseline();
  init_token(1);
  const CK_SESSION_HANDLE there = open(CKF_RW_SESSION, 1);
  const CK_SESSION_HANDLE first = session_;
  session_ = there;
  const CK_OBJECT_HANDLE other = baseline();
  EXPECT_NE(here, other);
  EXPECT_RV(try_get(here, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
  session_ = first;
  EXPECT_RV(try_get(other, CKA_CLASS), CKR_OBJECT_HANDLE_INVALID);
}

TEST_F(BuiltInObjects, PublicCertificatesIsClaimedWhileEveryCertificateIsPublic) {
  const CK_OBJECT_HANDLE shown = create(certificate(false));
  EXPECT_TRUE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN));
  const CK_OBJECT_HANDLE hidden = create(certificate(true));
  EXPECT_FALSE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN));
  destroy(hidden);
  EXPECT_TRUE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN));
  destroy(shown);
}

TEST_F(BuiltInObjects, PublicCertificatesIsClaimedWhileACertificatesKeyIsFound) {
  create(certificate(false));
  Attributes for_public;
  for_public.flag(CKA_TOKEN, true).text(CKA_ID, "pair").bytes(CKA_EC_PARAMS, hex("06082A8648CE3D030107"));
  Attributes for_private;
  for_private.flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).text(CKA_ID, "pair");
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  EXPECT_TRUE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN));
  destroy(pair.public_key);
  EXPECT_FALSE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN)) << "nobody finds the certificate's key without a login";
  destroy(pair.private_key);
  EXPECT_TRUE(has_profile(CKP_PUBLIC_CERTIFICATES_TOKEN));
}

}  // namespace
}  // namespace holdfast::conformance
