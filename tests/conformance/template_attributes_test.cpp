// Attributes that are templates: PKCS#11 3.2 sections 4.9 to 4.11 and 5.7.5.
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class TemplateAttributes : public TokenTest {
 protected:
  static Attributes wrapping_key(CK_ATTRIBUTE_TYPE type, Attributes& inner) {
    Attributes key;
    key.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_AES)
        .bytes(CKA_VALUE, hex("000102030405060708090a0b0c0d0e0f"))
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_WRAP, true)
        .flag(CKA_UNWRAP, true)
        .flag(CKA_DERIVE, true)
        .nested(type, inner);
    return key;
  }
  static Attributes extractable(bool sensitive) {
    Attributes key;
    key.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .bytes(CKA_VALUE, hex("00112233445566778899aabbccddeeff"))
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SENSITIVE, sensitive);
    return key;
  }
  CK_RV read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE& attribute) const {
    return module().C_GetAttributeValue(session_, object, &attribute, 1);
  }
};

TEST_F(TemplateAttributes, AreReadBackInThreeSteps) {
  Attributes inner;
  inner.number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).flag(CKA_SENSITIVE, true).text(CKA_LABEL, "inner");
  const CK_OBJECT_HANDLE key = create(wrapping_key(CKA_UNWRAP_TEMPLATE, inner));
  CK_ATTRIBUTE outer{CKA_UNWRAP_TEMPLATE, nullptr, 0};
  ASSERT_RV(read(key, outer), CKR_OK);
  ASSERT_EQ(outer.ulValueLen, 3 * sizeof(CK_ATTRIBUTE));

  CK_ATTRIBUTE elements[3] = {};
  outer.pValue = elements;
  ASSERT_RV(read(key, outer), CKR_OK);
  EXPECT_EQ(elements[0].type, CKA_KEY_TYPE);
  EXPECT_EQ(elements[0].ulValueLen, sizeof(CK_ULONG));
  EXPECT_EQ(elements[2].type, CKA_LABEL);
  EXPECT_EQ(elements[2].ulValueLen, 5u);

  CK_KEY_TYPE key_type = 0;
  CK_BBOOL sensitive = CK_FALSE;
  char label[5] = {};
  elements[0].pValue = &key_type;
  elements[1].pValue = &sensitive;
  elements[2].pValue = label;
  ASSERT_RV(read(key, outer), CKR_OK);
  EXPECT_EQ(key_type, CKK_GENERIC_SECRET);
  EXPECT_EQ(sensitive, CK_TRUE);
  EXPECT_EQ(std::string_view(label, 5), "inner");

  elements[2].ulValueLen = 4;
  EXPECT_RV(read(key, outer), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(elements[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(TemplateAttributes, AreToldBesideOthersAndAbsentOnesAreAnInvalidType) {
  Attributes inner;
  inner.flag(CKA_SENSITIVE, true);
  const CK_OBJECT_HANDLE key = create(wrapping_key(CKA_WRAP_TEMPLATE, inner));
  CK_KEY_TYPE key_type = 0;
  CK_ATTRIBUTE list[] = {
      {CKA_WRAP_TEMPLATE, nullptr, 0}, {CKA_KEY_TYPE, &key_type, sizeof key_type}, {CKA_DERIVE_TEMPLATE, nullptr, 0}};
  EXPECT_RV(module().C_GetAttributeValue(session_, key, list, 3), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(list[0].ulValueLen, sizeof(CK_ATTRIBUTE));
  EXPECT_EQ(key_type, CKK_AES);
  EXPECT_EQ(list[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(TemplateAttributes, OfAGeneratedPairAreKept) {
  Attributes for_public_inner;
  for_public_inner.flag(CKA_EXTRACTABLE, true);
  Attributes for_private_inner;
  for_private_inner.flag(CKA_SENSITIVE, true);
  Attributes for_public;
  for_public.number(CKA_MODULUS_BITS, 2048)
      .nested(CKA_WRAP_TEMPLATE, for_public_inner)
      .nested(CKA_ENCAPSULATE_TEMPLATE, for_public_inner);
  Attributes for_private;
  for_private.nested(CKA_UNWRAP_TEMPLATE, for_private_inner)
      .nested(CKA_DERIVE_TEMPLATE, for_private_inner)
      .nested(CKA_DECAPSULATE_TEMPLATE, for_private_inner);
  const Pair pair = generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  for (const CK_ATTRIBUTE_TYPE type : {CKA_WRAP_TEMPLATE, CKA_ENCAPSULATE_TEMPLATE}) {
    CK_ATTRIBUTE one{type, nullptr, 0};
    EXPECT_RV(read(pair.public_key, one), CKR_OK);
    EXPECT_EQ(one.ulValueLen, sizeof(CK_ATTRIBUTE));
  }
  for (const CK_ATTRIBUTE_TYPE type : {CKA_UNWRAP_TEMPLATE, CKA_DERIVE_TEMPLATE, CKA_DECAPSULATE_TEMPLATE}) {
    CK_ATTRIBUTE one{type, nullptr, 0};
    EXPECT_RV(read(pair.private_key, one), CKR_OK);
    EXPECT_EQ(one.ulValueLen, sizeof(CK_ATTRIBUTE));
  }
}

TEST_F(TemplateAttributes, OfAWrappingKeySayWhatItWraps) {
  Attributes inner;
  inner.flag(CKA_SENSITIVE, true);
  const CK_OBJECT_HANDLE key = create(wrapping_key(CKA_WRAP_TEMPLATE, inner));
  EXPECT_RV(try_wrap(mechanism(CKM_AES_KEY_WRAP), key, create(extractable(true))), CKR_OK);
  EXPECT_RV(try_wrap(mechanism(CKM_AES_KEY_WRAP), key, create(extractable(false))), CKR_KEY_HANDLE_INVALID);
}

TEST_F(TemplateAttributes, OfAnUnwrappingKeyFillInAndContradict) {
  Attributes none;
  const CK_OBJECT_HANDLE plain = create(wrapping_key(CKA_WRAP_TEMPLATE, none));
  const Bytes wrapped = wrap(mechanism(CKM_AES_KEY_WRAP), plain, create(extractable(false)));
  Attributes inner;
  inner.flag(CKA_SENSITIVE, true).text(CKA_LABEL, "from the template");
  const CK_OBJECT_HANDLE key = create(wrapping_key(CKA_UNWRAP_TEMPLATE, inner));
  const auto generic = [] {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
    return attributes;
  };
  const CK_OBJECT_HANDLE unwrapped = unwrap(mechanism(CKM_AES_KEY_WRAP), key, wrapped, generic());
  EXPECT_TRUE(get_flag(unwrapped, CKA_SENSITIVE));
  EXPECT_EQ(get(unwrapped, CKA_LABEL), text("from the template"));
  Attributes contradicting = generic();
  contradicting.flag(CKA_SENSITIVE, false);
  EXPECT_RV(try_unwrap(mechanism(CKM_AES_KEY_WRAP), key, wrapped, std::move(contradicting)), CKR_TEMPLATE_INCONSISTENT);
}

TEST_F(TemplateAttributes, DoNotChangeAndAreCopied) {
  Attributes inner;
  inner.flag(CKA_SENSITIVE, true);
  const CK_OBJECT_HANDLE key = create(wrapping_key(CKA_WRAP_TEMPLATE, inner));
  Attributes change;
  change.nested(CKA_WRAP_TEMPLATE, inner);
  EXPECT_RV(try_set(key, std::move(change)), CKR_ATTRIBUTE_READ_ONLY);
  CK_ATTRIBUTE one{CKA_WRAP_TEMPLATE, nullptr, 0};
  EXPECT_RV(read(copy(key, Attributes()), one), CKR_OK);
  EXPECT_EQ(one.ulValueLen, sizeof(CK_ATTRIBUTE));
}

TEST_F(TemplateAttributes, NestedToTheCapAreKeptAndBeyondItRefused) {
  const auto try_depth = [&](int depth) {
    std::vector<Attributes> levels(static_cast<std::size_t>(depth));
    levels[0].flag(CKA_SENSITIVE, true);
    for (std::size_t i = 1; i < levels.size(); ++i) levels[i].nested(CKA_UNWRAP_TEMPLATE, levels[i - 1]);
    return try_create(wrapping_key(CKA_UNWRAP_TEMPLATE, levels.back()));
  };
  EXPECT_RV(try_depth(5), CKR_OK);
  EXPECT_RV(try_depth(6), CKR_TEMPLATE_INCONSISTENT);
}

TEST_F(TemplateAttributes, ThatAreNotWholeAttributesAreRefused) {
  Attributes inner;
  inner.flag(CKA_SENSITIVE, true);
  Attributes key = wrapping_key(CKA_WRAP_TEMPLATE, inner);
  CK_ATTRIBUTE& nested = key.data()[key.count() - 1];
  nested.ulValueLen -= 1;
  EXPECT_RV(try_create(std::move(key)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes null = wrapping_key(CKA_WRAP_TEMPLATE, inner);
  null.data()[null.count() - 1].pValue = nullptr;
  EXPECT_RV(try_create(std::move(null)), CKR_ARGUMENTS_BAD);
  inner.data()[0].pValue = nullptr;
  EXPECT_RV(try_create(wrapping_key(CKA_WRAP_TEMPLATE, inner)), CKR_ARGUMENTS_BAD);
}

TEST_F(TemplateAttributes, ThatNameThemselvesEndAtTheCap) {
  CK_ATTRIBUTE loop{CKA_WRAP_TEMPLATE, nullptr, sizeof(CK_ATTRIBUTE)};
  loop.pValue = &loop;
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_ATTRIBUTE list[] = {{CKA_CLASS, &object_class, sizeof object_class}, loop};
  CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_CreateObject(session_, list, 2, &object), CKR_TEMPLATE_INCONSISTENT);
}

}  // namespace
}  // namespace holdfast::conformance
