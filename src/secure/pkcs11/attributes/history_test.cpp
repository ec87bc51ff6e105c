// What only the token knows of a key: where it came from and what it has been.

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

/// secret_key drafts a key as `origin` would, with its value there.
ObjectContent secret_key(Origin origin, bool sensitive, bool extractable) {
  TemplateBuilder attributes =
      key_template(CKO_SECRET_KEY, CKK_AES).flag(CKA_SENSITIVE, sensitive).flag(CKA_EXTRACTABLE, extractable);
  if (origin == Origin::create) attributes.raw(CKA_VALUE, Bytes(16, std::byte{1}));
  if (origin == Origin::generate) attributes.ulong(CKA_VALUE_LEN, 16);
  ObjectContent key = draft_object(origin, attributes.view(), {}).value();
  if (origin != Origin::create)
    key.secrets.set(ck::AttributeType{CKA_VALUE}, SecretPeek::make(Bytes(16, std::byte{1})));
  return key;
}

struct Past {
  Origin origin;
  bool sensitive;
  bool extractable;
  bool parent_always_sensitive;
  bool parent_never_extractable;
  bool always_sensitive;
  bool never_extractable;
};

TEST(History, FollowsFromOriginAndParent) {
  constexpr bool N = false;
  constexpr bool Y = true;
  constexpr Past kPasts[] = {
      // origin, sensitive, extractable, parent always sensitive, parent never extractable → always sensitive, never
      // extractable
      {Origin::create, Y, N, Y, Y, N, N},   {Origin::create, N, Y, N, N, N, N},   {Origin::unwrap, Y, N, Y, Y, N, N},
      {Origin::generate, Y, N, N, N, Y, Y}, {Origin::generate, Y, Y, N, N, Y, N}, {Origin::generate, N, N, N, N, N, Y},
      {Origin::generate, N, Y, N, N, N, N}, {Origin::derive, Y, N, Y, Y, Y, Y},   {Origin::derive, Y, N, N, Y, N, Y},
      {Origin::derive, Y, N, Y, N, Y, N},   {Origin::derive, N, Y, Y, Y, N, N},   {Origin::derive, Y, N, N, N, N, N},
  };
  for (const Past& past : kPasts) {
    ObjectContent key = secret_key(past.origin, past.sensitive, past.extractable);
    ASSERT_THAT(complete_object(key, {.origin = past.origin,
                                      .parent_always_sensitive = past.parent_always_sensitive,
                                      .parent_never_extractable = past.parent_never_extractable}),
                IsOk());
    const auto row = &past - kPasts;
    EXPECT_EQ(key.attributes.flag(ck::AttributeType{CKA_ALWAYS_SENSITIVE}), past.always_sensitive) << "row " << row;
    EXPECT_EQ(key.attributes.flag(ck::AttributeType{CKA_NEVER_EXTRACTABLE}), past.never_extractable) << "row " << row;
    EXPECT_EQ(key.attributes.flag(ck::AttributeType{CKA_LOCAL}), past.origin == Origin::generate) << "row " << row;
  }
}

TEST(History, NamesTheMechanismThatGeneratedAKey) {
  ObjectContent generated = secret_key(Origin::generate, true, false);
  ASSERT_THAT(
      complete_object(generated, {.origin = Origin::generate, .generated_by = ck::MechanismType{CKM_AES_KEY_GEN}}),
      IsOk());
  EXPECT_EQ(generated.attributes.ulong(ck::AttributeType{CKA_KEY_GEN_MECHANISM}), std::uint32_t{CKM_AES_KEY_GEN});

  ObjectContent imported = secret_key(Origin::create, true, false);
  ASSERT_THAT(complete_object(imported, {.origin = Origin::create}), IsOk());
  EXPECT_EQ(imported.attributes.ulong(ck::AttributeType{CKA_KEY_GEN_MECHANISM}), 0xFFFFFFFFu);
}

TEST(History, TellsTheLengthOfASecretKey) {
  ObjectContent key = secret_key(Origin::create, false, true);
  ASSERT_THAT(complete_object(key, {.origin = Origin::create}), IsOk());
  EXPECT_EQ(key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN}), 16u);
}

TEST(History, TakesALengthBesideAnImportedValueOnlyWhenItIsRight) {
  const auto imported = [](std::uint32_t length) {
    const TemplateBuilder attributes = secret_key_template().ulong(CKA_VALUE_LEN, length);
    ObjectContent key = draft_object(Origin::create, attributes.view(), {}).value();
    return complete_object(key, {.origin = Origin::create});
  };
  EXPECT_THAT(imported(16), IsOk());
  EXPECT_THAT(imported(32), IsRv(Rv::template_inconsistent));
}

TEST(History, RefusesASecretKeyWithoutAValue) {
  const TemplateBuilder attributes = key_template(CKO_SECRET_KEY, CKK_GENERIC_SECRET).text(CKA_VALUE, "");
  ObjectContent key = draft_object(Origin::create, attributes.view(), {}).value();
  EXPECT_THAT(complete_object(key, {.origin = Origin::create}), IsRv(Rv::attribute_value_invalid));
}

std::uint32_t modulus_bits(ByteView modulus) {
  const TemplateBuilder attributes =
      key_template(CKO_PUBLIC_KEY, CKK_RSA).raw(CKA_MODULUS, modulus).text(CKA_PUBLIC_EXPONENT, "\3");
  ObjectContent key = draft_object(Origin::create, attributes.view(), {}).value();
  EXPECT_THAT(complete_object(key, {.origin = Origin::create}), IsOk());
  return key.attributes.ulong(ck::AttributeType{CKA_MODULUS_BITS}).value();
}

TEST(History, CountsTheBitsOfAnImportedModulus) {
  EXPECT_EQ(modulus_bits(Bytes(256, std::byte{0x80})), 2048u);
  EXPECT_EQ(modulus_bits(Bytes(256, std::byte{0x01})), 2041u);
  Bytes padded(257, std::byte{0xFF});
  padded[0] = std::byte{0};
  EXPECT_EQ(modulus_bits(padded), 2048u) << "a leading zero is no digit";
  EXPECT_EQ(modulus_bits(Bytes(8)), 0u);
  EXPECT_EQ(modulus_bits({}), 0u);
}

TEST(History, IsNotWrittenOnObjectsThatAreNoKeys) {
  for (const TemplateBuilder& attributes : {data_template(), certificate_template()}) {
    ObjectContent object = draft_object(Origin::create, attributes.view(), {}).value();
    const AttributeSet before = object.attributes;
    ASSERT_THAT(complete_object(object, {.origin = Origin::create}), IsOk());
    EXPECT_EQ(object.attributes, before);
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
