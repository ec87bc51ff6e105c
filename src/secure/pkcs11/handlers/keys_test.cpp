// Keys that are made by the token: generated, derived, wrapped and unwrapped.

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

const std::string_view kP256("\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", 10);

struct Keys : LoggedIn {
  static wire::Mechanism mechanism(std::uint32_t type, ByteView param = {}) {
    return {.type = ck::MechanismType{type}, .param = param};
  }

  Result<ck::ObjectHandle> generate(const TemplateBuilder& attributes, std::uint32_t type = CKM_AES_KEY_GEN) {
    HF_ASSIGN_OR_RETURN(const auto reply,
                        client->call<wire::GenerateKey>(
                            {.session = session, .mechanism = mechanism(type), .attributes = attributes.view()}));
    return reply.object;
  }
  Result<wire::GenerateKeyPair::Reply> generate_pair(const TemplateBuilder& public_half = {},
                                                     const TemplateBuilder& private_half = {}) {
    const TemplateBuilder with_curve = TemplateBuilder().text(CKA_EC_PARAMS, kP256).add(public_half);
    return client->call<wire::GenerateKeyPair>({.session = session,
                                                .mechanism = mechanism(CKM_EC_KEY_PAIR_GEN),
                                                .public_attributes = with_curve.view(),
                                                .private_attributes = private_half.view()});
  }
  Result<Bytes> wrap(ck::ObjectHandle wrapping, ck::ObjectHandle key, std::uint32_t type = CKM_AES_KEY_WRAP) {
    return client->fetch<wire::WrapKey>(
        {.session = session, .wrapping_key = wrapping, .key = key, .mechanism = mechanism(type)});
  }
  Result<ck::ObjectHandle> unwrap(ck::ObjectHandle wrapping, ByteView wrapped, const TemplateBuilder& attributes,
                                  std::uint32_t type = CKM_AES_KEY_WRAP) {
    HF_ASSIGN_OR_RETURN(const auto reply, client->call<wire::UnwrapKey>({.session = session,
                                                                         .unwrapping_key = wrapping,
                                                                         .mechanism = mechanism(type),
                                                                         .attributes = attributes.view()},
                                                                        {.input = wrapped}));
    return reply.object;
  }
  bool flag(ck::ObjectHandle object, std::uint32_t type) {
    const Bytes value = client->attribute(session, object, type).value();
    return value == Bytes{std::byte{1}};
  }
  std::uint32_t number(ck::ObjectHandle object, std::uint32_t type) {
    return ByteReader(client->attribute(session, object, type).value()).u32().value();
  }
  static TemplateBuilder aes() { return TemplateBuilder().ulong(CKA_VALUE_LEN, 16); }
  static TemplateBuilder unwrapped() { return key_template(CKO_SECRET_KEY, CKK_AES); }
};

TEST_F(Keys, AreGeneratedWithTheirHistory) {
  const ck::ObjectHandle key = *generate(aes().flag(CKA_SENSITIVE, true).flag(CKA_EXTRACTABLE, false));
  EXPECT_TRUE(flag(key, CKA_LOCAL));
  EXPECT_TRUE(flag(key, CKA_ALWAYS_SENSITIVE));
  EXPECT_TRUE(flag(key, CKA_NEVER_EXTRACTABLE));
  EXPECT_EQ(number(key, CKA_KEY_GEN_MECHANISM), CKM_AES_KEY_GEN);
  EXPECT_EQ(number(key, CKA_VALUE_LEN), 16u);
  EXPECT_EQ(client->attribute(session, key, CKA_CHECK_VALUE)->size(), 3u);
  EXPECT_THAT(client->attribute(session, key, CKA_VALUE), IsRv(Rv::attribute_sensitive));
}

TEST_F(Keys, AreGeneratedEachTimeAnew) {
  const auto value = [&] {
    return *client->attribute(session, *generate(aes().flag(CKA_EXTRACTABLE, true)), CKA_VALUE);
  };
  EXPECT_NE(value(), value());
}

TEST_F(Keys, AreGeneratedOnlyInSizesTheirTypeHas) {
  for (const std::uint32_t size : {0u, 15u, 17u, 33u, 0xFFFFFFFFu})
    EXPECT_THAT(generate(TemplateBuilder().ulong(CKA_VALUE_LEN, size)), IsRv(Rv::key_size_range)) << size;
  for (const std::uint32_t size : {16u, 24u, 32u})
    EXPECT_THAT(generate(TemplateBuilder().ulong(CKA_VALUE_LEN, size)), IsOk()) << size;
  EXPECT_THAT(generate(TemplateBuilder()), IsRv(Rv::template_incomplete));
  EXPECT_THAT(generate(aes(), CKM_AES_ECB), IsRv(Rv::mechanism_invalid));
  EXPECT_THAT(generate(aes(), CKM_EC_KEY_PAIR_GEN), IsRv(Rv::mechanism_invalid));
}

TEST_F(Keys, ThatArePrivateAreGeneratedForTheUserOnly) {
  client->logout(session);
  EXPECT_THAT(generate(aes().flag(CKA_PRIVATE, true)), IsRv(Rv::user_not_logged_in))
      << "OP-TEE allows it (ABI 19.3, 6)";
  EXPECT_THAT(generate_pair(), IsRv(Rv::user_not_logged_in)) << "a private key is private by default";
  EXPECT_THAT(generate_pair({}, TemplateBuilder().flag(CKA_PRIVATE, false)), IsOk());
}

TEST_F(Keys, OfTheTokenAreNotGeneratedFromAReadOnlySession) {
  session = client->open_read_only();
  EXPECT_THAT(generate(aes().flag(CKA_TOKEN, true)), IsRv(Rv::session_read_only));
  EXPECT_THAT(generate_pair({}, TemplateBuilder().flag(CKA_TOKEN, true)), IsRv(Rv::session_read_only));
  EXPECT_TRUE(client->find(session).empty()) << "not even the half that was allowed";
}

TEST_F(Keys, OfAPairAreTwoObjectsOfOneKey) {
  const auto pair = generate_pair(TemplateBuilder().text(CKA_LABEL, "pub").text(CKA_ID, "id"),
                                  TemplateBuilder().text(CKA_LABEL, "priv"));
  ASSERT_THAT(pair, IsOk());
  EXPECT_EQ(number(pair->public_key, CKA_CLASS), CKO_PUBLIC_KEY);
  EXPECT_EQ(number(pair->private_key, CKA_CLASS), CKO_PRIVATE_KEY);
  EXPECT_EQ(as_text(*client->attribute(session, pair->private_key, CKA_ID)), "id") << "shared";
  EXPECT_EQ(as_text(*client->attribute(session, pair->private_key, CKA_EC_PARAMS)), kP256);
  EXPECT_EQ(*client->attribute(session, pair->public_key, CKA_PUBLIC_KEY_INFO),
            *client->attribute(session, pair->private_key, CKA_PUBLIC_KEY_INFO));
  const Bytes point = *client->attribute(session, pair->public_key, CKA_EC_POINT);
  EXPECT_EQ(as_text(point).substr(0, 3), "\x04\x41\x04");
  for (const std::uint32_t type : {std::uint32_t{CKA_SENSITIVE}, std::uint32_t{CKA_ALWAYS_SENSITIVE},
                                   std::uint32_t{CKA_NEVER_EXTRACTABLE}, std::uint32_t{CKA_LOCAL}})
    EXPECT_TRUE(flag(pair->private_key, type)) << type;
}

TEST_F(Keys, OfAPairAreStoredTogetherOrNotAtAll) {
  const TemplateBuilder durable = TemplateBuilder().flag(CKA_TOKEN, true);
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_THAT(generate_pair(durable, durable), IsRv(Rv::device_memory));
  EXPECT_TRUE(client->find(session).empty());
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_THAT(generate_pair({}, durable), IsRv(Rv::device_memory));
  EXPECT_TRUE(client->find(session).empty()) << "the session half is taken back";
  EXPECT_THAT(generate_pair(durable, durable), IsOk());
  EXPECT_EQ(client->find(session).size(), 2u);
}

// ---- Wrapping

TEST_F(Keys, AreWrappedAndUnwrapped) {
  const ck::ObjectHandle wrapping = *generate(aes());
  const ck::ObjectHandle key = *generate(aes().flag(CKA_EXTRACTABLE, true));
  const auto wrapped = wrap(wrapping, key);
  ASSERT_THAT(wrapped, IsOk());
  EXPECT_EQ(wrapped->size(), 24u);
  const auto back = unwrap(wrapping, *wrapped, unwrapped());
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(*client->attribute(session, *back, CKA_VALUE), *client->attribute(session, key, CKA_VALUE));
  EXPECT_FALSE(flag(*back, CKA_LOCAL));
  EXPECT_FALSE(flag(*back, CKA_NEVER_EXTRACTABLE));
  EXPECT_TRUE(flag(*back, CKA_EXTRACTABLE));
  EXPECT_EQ(number(*back, CKA_KEY_GEN_MECHANISM), 0xFFFFFFFFu);
}

TEST_F(Keys, AreWrappedOnlyWhenTheyMayBe) {
  const ck::ObjectHandle wrapping = *generate(aes());
  EXPECT_THAT(wrap(wrapping, *generate(aes().flag(CKA_EXTRACTABLE, false))), IsRv(Rv::key_unextractable));
  EXPECT_THAT(wrap(wrapping, wrapping), IsRv(Rv::wrapping_key_handle_invalid));
  EXPECT_THAT(wrap(ck::ObjectHandle{999}, wrapping), IsRv(Rv::wrapping_key_handle_invalid));
  EXPECT_THAT(wrap(wrapping, ck::ObjectHandle{999}), IsRv(Rv::key_handle_invalid));
  EXPECT_THAT(wrap(wrapping, *client->create(session, data_template())), IsRv(Rv::key_not_wrappable));
  const ck::ObjectHandle key = *generate(aes().flag(CKA_EXTRACTABLE, true));
  EXPECT_THAT(wrap(*generate(aes().flag(CKA_WRAP, false)), key), ::testing::Not(IsOk()));
  EXPECT_THAT(wrap(wrapping, key, CKM_SHA256), IsRv(Rv::mechanism_invalid));
}

TEST_F(Keys, ThatWantATrustedWrappingKeyGetOne) {
  const ck::ObjectHandle wrapping =
      *generate(aes().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, false).text(CKA_LABEL, "wrapping"));
  const ck::ObjectHandle key = *generate(aes().flag(CKA_EXTRACTABLE, true).flag(CKA_WRAP_WITH_TRUSTED, true));
  EXPECT_THAT(wrap(wrapping, key), IsRv(Rv::key_not_wrappable));
  TaClient officer(world);
  const ck::SessionHandle office = officer.open();
  ASSERT_EQ(officer.login(office, CKU_SO, kSoPin), Rv::ok);
  const auto found = officer.find(office, TemplateBuilder().text(CKA_LABEL, "wrapping"));
  ASSERT_EQ(found.size(), 1u);
  const TemplateBuilder trust = TemplateBuilder().flag(CKA_TRUSTED, true);
  ASSERT_EQ(officer.rv<wire::SetAttributeValue>({.session = office, .object = found[0], .attributes = trust.view()}),
            Rv::ok);
  EXPECT_THAT(wrap(wrapping, key), IsOk());
}

TEST_F(Keys, AreWrappedAsTheWrappingKeysTemplateSays) {
  const ck::ObjectHandle wrapping =
      *generate(aes().nested(CKA_WRAP_TEMPLATE, TemplateBuilder().flag(CKA_DERIVE, true)));
  EXPECT_THAT(wrap(wrapping, *generate(aes().flag(CKA_EXTRACTABLE, true))), IsRv(Rv::key_handle_invalid));
  EXPECT_THAT(wrap(wrapping, *generate(aes().flag(CKA_EXTRACTABLE, true).flag(CKA_DERIVE, true))), IsOk());
}

TEST_F(Keys, AreUnwrappedAsTheUnwrappingKeysTemplateSays) {
  const ck::ObjectHandle wrapping = *generate(
      aes().nested(CKA_UNWRAP_TEMPLATE, TemplateBuilder().flag(CKA_EXTRACTABLE, false).flag(CKA_SENSITIVE, true)));
  const Bytes wrapped = *wrap(wrapping, *generate(aes().flag(CKA_EXTRACTABLE, true)));
  EXPECT_THAT(unwrap(wrapping, wrapped, unwrapped().flag(CKA_EXTRACTABLE, true)), IsRv(Rv::template_inconsistent));
  const auto back = unwrap(wrapping, wrapped, unwrapped());
  ASSERT_THAT(back, IsOk());
  EXPECT_FALSE(flag(*back, CKA_EXTRACTABLE));
  EXPECT_TRUE(flag(*back, CKA_SENSITIVE));
}

TEST_F(Keys, AreNotUnwrappedFromAnythingElse) {
  const ck::ObjectHandle wrapping = *generate(aes());
  Bytes wrapped = *wrap(wrapping, *generate(aes().flag(CKA_EXTRACTABLE, true)));
  wrapped[3] ^= std::byte{1};
  EXPECT_THAT(unwrap(wrapping, wrapped, unwrapped()), IsRv(Rv::wrapped_key_invalid));
  EXPECT_THAT(unwrap(wrapping, {}, unwrapped()), ::testing::Not(IsOk()));
  EXPECT_THAT(unwrap(wrapping, Bytes(7), unwrapped()), ::testing::Not(IsOk()));
  EXPECT_THAT(unwrap(ck::ObjectHandle{999}, wrapped, unwrapped()), IsRv(Rv::unwrapping_key_handle_invalid));
  EXPECT_THAT(unwrap(wrapping, wrapped, data_template()), ::testing::Not(IsOk())) << "only keys are unwrapped";
  EXPECT_THAT(unwrap(wrapping, wrapped, TemplateBuilder()), IsRv(Rv::template_incomplete));
}

TEST_F(Keys, OfTheEcKindGoThroughWrapping) {
  const ck::ObjectHandle wrapping = *generate(aes());
  const auto pair = generate_pair({}, TemplateBuilder().flag(CKA_EXTRACTABLE, true));
  ASSERT_THAT(pair, IsOk());
  const auto wrapped = wrap(wrapping, pair->private_key, CKM_AES_KEY_WRAP_KWP);
  ASSERT_THAT(wrapped, IsOk());
  const auto back = unwrap(wrapping, *wrapped, key_template(CKO_PRIVATE_KEY, CKK_EC), CKM_AES_KEY_WRAP_KWP);
  ASSERT_THAT(back, IsOk());
  EXPECT_EQ(*client->attribute(session, *back, CKA_PUBLIC_KEY_INFO),
            *client->attribute(session, pair->public_key, CKA_PUBLIC_KEY_INFO));
}

// ---- Derivation

TEST_F(Keys, AreDerivedFromKeysThatMayDerive) {
  const auto a = generate_pair({}, TemplateBuilder().flag(CKA_DERIVE, true));
  const auto b = generate_pair({}, TemplateBuilder().flag(CKA_DERIVE, true));
  ASSERT_THAT(a, IsOk());
  ASSERT_THAT(b, IsOk());
  const auto derive = [&](ck::ObjectHandle mine, ck::ObjectHandle theirs) {
    const Bytes point = client->attribute(session, theirs, CKA_EC_POINT).value();
    const Bytes param = std::move(ByteWriter().u32(CKD_NULL).u32(0).sized(ByteView(point).subspan(2))).take();
    const TemplateBuilder attributes =
        TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_GENERIC_SECRET).ulong(CKA_VALUE_LEN, 32).flag(CKA_EXTRACTABLE, true);
    return client->call<wire::DeriveKey>({.session = session,
                                          .parent = mine,
                                          .mechanism = mechanism(CKM_ECDH1_DERIVE, param),
                                          .attributes = attributes.view()});
  };
  const auto one = derive(a->private_key, b->public_key);
  const auto other = derive(b->private_key, a->public_key);
  ASSERT_THAT(one, IsOk());
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ(*client->attribute(session, one->object, CKA_VALUE), *client->attribute(session, other->object, CKA_VALUE));
  EXPECT_FALSE(flag(one->object, CKA_LOCAL));

  const auto idle = generate_pair();
  EXPECT_THAT(derive(idle->private_key, a->public_key), ::testing::Not(IsOk())) << "CKA_DERIVE is false";
  EXPECT_THAT(derive(ck::ObjectHandle{999}, a->public_key), IsRv(Rv::key_handle_invalid));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
