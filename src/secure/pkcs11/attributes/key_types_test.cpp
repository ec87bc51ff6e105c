// The table of key types, and what follows from it.

#include "secure/pkcs11/attributes/key_types.h"

#include <set>

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

SecretSizes sizes_of(std::uint32_t type) { return find_key_type(ck::KeyType{type})->sizes; }

const AttributeRow* row_of(std::uint32_t object_class, std::uint32_t key_type, std::uint32_t attribute) {
  // The rows are constants: they outlive the policy.
  return policy_for(ck::ObjectClass{object_class}, ck::KeyType{key_type}).value().find(ck::AttributeType{attribute});
}

TEST(KeyTypes, StandOnceEachAndHaveObjects) {
  std::set<std::uint32_t> seen;
  for (const KeyTypeRow& row : all_key_types()) {
    EXPECT_TRUE(seen.insert(row.type.value).second) << row.type.value;
    const bool is_pair = row.public_rows != nullptr;
    const bool is_secret = row.secret_rows != nullptr || row.otp_rows != nullptr;
    EXPECT_NE(is_pair, is_secret) << row.type.value;
    EXPECT_EQ(is_secret, row.sizes.last != 0) << row.type.value;
    EXPECT_TRUE(is_pair || (row.private_rows == nullptr && row.domain_rows == nullptr)) << row.type.value;
  }
  EXPECT_EQ(find_key_type(ck::KeyType{CKK_SKIPJACK}), nullptr);
}

TEST(KeyTypes, SayHowLongASecretMayBe) {
  for (const std::size_t bytes : {16, 24, 32}) EXPECT_TRUE(sizes_of(CKK_AES).allow(bytes)) << bytes;
  for (const std::size_t bytes : {0, 15, 17, 20, 33, 40}) EXPECT_FALSE(sizes_of(CKK_AES).allow(bytes)) << bytes;
  EXPECT_TRUE(sizes_of(CKK_AES_XTS).allow(64));
  EXPECT_FALSE(sizes_of(CKK_AES_XTS).allow(48));
  EXPECT_TRUE(sizes_of(CKK_CHACHA20).is_one());
  EXPECT_TRUE(sizes_of(CKK_DES3).allow(24));
  EXPECT_FALSE(sizes_of(CKK_DES3).allow(16));
  EXPECT_TRUE(sizes_of(CKK_BLAKE2B_512_HMAC).allow(1));
  EXPECT_TRUE(sizes_of(CKK_HOTP).allow(512));
  EXPECT_FALSE(sizes_of(CKK_HOTP).allow(0));
  EXPECT_FALSE(sizes_of(CKK_RSA).allow(1)) << "no secret";
}

TEST(KeyTypes, HaveNoPrivateHalfWhereOneWouldWearOut) {
  for (const std::uint32_t type : Types{CKK_HSS, CKK_XMSS, CKK_XMSSMT}) {
    EXPECT_THAT(policy_for(ck::ObjectClass{CKO_PUBLIC_KEY}, ck::KeyType{type}), IsOk());
    EXPECT_THAT(policy_for(ck::ObjectClass{CKO_PRIVATE_KEY}, ck::KeyType{type}), IsRv(Rv::attribute_value_invalid));
  }
}

TEST(KeyTypes, OfPairsGenerateFromParametersAndImportWithMaterial) {
  struct Part {
    std::uint32_t key_type;
    std::uint32_t parameter;
  };
  for (const auto& [type, parameter] : {Part{CKK_DSA, CKA_PRIME}, Part{CKK_DH, CKA_BASE}, Part{CKK_X9_42_DH, CKA_SUBPRIME},
                                        Part{CKK_EC_MONTGOMERY, CKA_EC_PARAMS}, Part{CKK_ML_KEM, CKA_PARAMETER_SET},
                                        Part{CKK_ML_DSA, CKA_PARAMETER_SET}, Part{CKK_SLH_DSA, CKA_PARAMETER_SET}}) {
    EXPECT_EQ(row_of(CKO_PUBLIC_KEY, type, parameter)->generate, Need::must) << type;
    const AttributeRow* const value = row_of(CKO_PRIVATE_KEY, type, CKA_VALUE);
    EXPECT_EQ(value->at_rest, AtRest::secret) << type;
    EXPECT_EQ(value->read, Read::if_revealable) << type;
    EXPECT_EQ(value->generate, Need::never) << type;
  }
}

TEST(KeyTypes, KeepSeedsSecret) {
  for (const std::uint32_t type : Types{CKK_ML_KEM, CKK_ML_DSA}) {
    const ObjectContent key = draft_object(Origin::create,
                                           key_template(CKO_PRIVATE_KEY, type)
                                               .ulong(CKA_PARAMETER_SET, 1)
                                               .text(CKA_SEED, "seed")
                                               .view(),
                                           {})
                                  .value();
    EXPECT_FALSE(key.attributes.contains(ck::AttributeType{CKA_SEED}));
    EXPECT_NE(key.secrets.find(ck::AttributeType{CKA_SEED}), nullptr);
  }
}

TEST(KeyTypes, GiveAKeyThatNamesNoUseTheUsesOfItsType) {
  const auto draft = [](std::uint32_t object_class, std::uint32_t type) {
    return draft_object(Origin::create,
                        key_template(object_class, type).ulong(CKA_PARAMETER_SET, 1).text(CKA_VALUE, "value").view(), {})
        .value()
        .attributes;
  };
  const AttributeSet kem = draft(CKO_PUBLIC_KEY, CKK_ML_KEM);
  EXPECT_TRUE(kem.flag(ck::AttributeType{CKA_ENCAPSULATE}));
  EXPECT_FALSE(kem.flag(ck::AttributeType{CKA_VERIFY}));
  EXPECT_TRUE(draft(CKO_PRIVATE_KEY, CKK_ML_KEM).flag(ck::AttributeType{CKA_DECAPSULATE}));
  const AttributeSet signer = draft(CKO_PRIVATE_KEY, CKK_SLH_DSA);
  EXPECT_TRUE(signer.flag(ck::AttributeType{CKA_SIGN}));
  EXPECT_FALSE(signer.flag(ck::AttributeType{CKA_DECAPSULATE}));
}

TEST(KeyTypes, OfOneLengthNeedNoneToBeGenerated) {
  const auto generate = [](std::uint32_t type) {
    return draft_object(Origin::generate, TemplateBuilder().view(),
                        {.object_class = ck::ObjectClass{CKO_SECRET_KEY}, .key_type = ck::KeyType{type}});
  };
  for (const std::uint32_t type : Types{CKK_DES2, CKK_DES3, CKK_CHACHA20, CKK_POLY1305}) EXPECT_THAT(generate(type), IsOk()) << type;
  for (const std::uint32_t type : Types{CKK_AES, CKK_HKDF, CKK_SHA3_256_HMAC})
    EXPECT_THAT(generate(type), IsRv(Rv::template_incomplete)) << type;
}

TEST(KeyTypes, AddedSinceAreUnknownInOpteesDialect) {
  for (const KeyTypeRow& row : all_key_types()) {
    if (row.in_optee) continue;
    for (const std::uint32_t object_class : Types{CKO_PUBLIC_KEY, CKO_SECRET_KEY})
      EXPECT_THAT(draft_object(Origin::create, key_template(object_class, row.type.value).view(), {.dialect = Dialect::optee}),
                  IsRv(Rv::template_inconsistent))
          << row.type.value;
  }
  for (const std::uint32_t type : Types{CKA_ENCAPSULATE, CKA_DECAPSULATE})
    EXPECT_THAT(draft_object(Origin::create, secret_key_template().flag(type, true).view(), {.dialect = Dialect::optee}),
                IsRv(Rv::template_inconsistent));
}

// ---- Other classes

TEST(ObjectClasses, DomainParametersAreMeasured) {
  ObjectContent object = draft_object(Origin::create,
                                      TemplateBuilder()
                                          .ulong(CKA_CLASS, CKO_DOMAIN_PARAMETERS)
                                          .ulong(CKA_KEY_TYPE, CKK_DSA)
                                          .text(CKA_PRIME, std::string_view("\0\x17", 2))
                                          .text(CKA_SUBPRIME, "\x0B")
                                          .text(CKA_BASE, "\x02")
                                          .view(),
                                      {})
                             .value();
  ASSERT_THAT(complete_object(object, {}), IsOk());
  EXPECT_EQ(object.attributes.ulong(ck::AttributeType{CKA_PRIME_BITS}), 5u);
  EXPECT_EQ(object.attributes.ulong(ck::AttributeType{CKA_SUBPRIME_BITS}), 4u);
  EXPECT_FALSE(object.attributes.flag(ck::AttributeType{CKA_LOCAL}));
}

TEST(ObjectClasses, HssKeysAreReadForTheirTypes) {
  ObjectContent key = draft_object(Origin::create,
                                   key_template(CKO_PUBLIC_KEY, CKK_HSS)
                                       .text(CKA_VALUE, std::string_view("\0\0\0\2\0\0\0\5\0\0\0\4rest", 16))
                                       .view(),
                                   {})
                          .value();
  ASSERT_THAT(complete_object(key, {}), IsOk());
  EXPECT_EQ(key.attributes.ulong(ck::AttributeType{CKA_HSS_LEVELS}), 2u);
  EXPECT_EQ(key.attributes.ulong(ck::AttributeType{CKA_HSS_LMS_TYPE}), 5u);
  EXPECT_EQ(key.attributes.ulong(ck::AttributeType{CKA_HSS_LMOTS_TYPE}), 4u);
  key.attributes.set(ck::AttributeType{CKA_VALUE}, Bytes(11));
  EXPECT_THAT(complete_object(key, {}), IsRv(Rv::attribute_value_invalid));
}

TEST(ObjectClasses, PrivateDhKeysTellTheLengthOfTheirValue) {
  ObjectContent key = draft_object(Origin::create,
                                   key_template(CKO_PRIVATE_KEY, CKK_DH)
                                       .text(CKA_PRIME, "p")
                                       .text(CKA_BASE, "g")
                                       .text(CKA_VALUE, std::string_view("\0\x01\xFF", 3))
                                       .view(),
                                   {})
                          .value();
  ASSERT_THAT(complete_object(key, {}), IsOk());
  EXPECT_EQ(key.attributes.ulong(ck::AttributeType{CKA_VALUE_BITS}), 9u);
}

TEST(ObjectClasses, TrustNeedsTheHashOfWhatIsTrusted) {
  const auto trust = [] {
    return TemplateBuilder().ulong(CKA_CLASS, CKO_TRUST).text(CKA_ISSUER, "issuer").text(CKA_SERIAL_NUMBER, "1");
  };
  const auto make = [](const TemplateBuilder& attributes) { return draft_object(Origin::create, attributes.view(), {}); };
  EXPECT_THAT(make(trust()), IsOk());
  EXPECT_THAT(make(trust().ulong(CKA_TRUST_IPSEC_IKE, CKT_NOT_TRUSTED)), IsOk());
  EXPECT_THAT(make(trust().ulong(CKA_TRUST_IPSEC_IKE, CKT_TRUSTED)), IsRv(Rv::template_incomplete));
  EXPECT_THAT(make(trust().ulong(CKA_TRUST_IPSEC_IKE, CKT_TRUSTED).text(CKA_HASH_OF_CERTIFICATE, "hash")), IsOk());
  EXPECT_THAT(make(trust().ulong(CKA_TRUST_IPSEC_IKE, CKT_TRUST_MUST_VERIFY_TRUST + 1)), IsRv(Rv::attribute_value_invalid));
}

TEST(ObjectClasses, ThatTheTokenHasOfItselfAreMadeByNobody) {
  for (const std::uint32_t object_class : Types{CKO_PROFILE, CKO_MECHANISM}) {
    EXPECT_TRUE(is_built_in(ck::ObjectClass{object_class}));
    EXPECT_THAT(draft_object(Origin::create, TemplateBuilder().ulong(CKA_CLASS, object_class).view(), {}),
                IsRv(Rv::attribute_value_invalid));
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
