// What OP-TEE's trusted application does wrong with objects and keys (ABI section 19.3), in both dialects.

#include "secure/crypto/aes_wrap.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

const std::string_view kP256("\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", 10);

struct OpteeObjectDefects : TaTest, ::testing::WithParamInterface<Dialect> {
  void SetUp() override {
    make_token();
    session = client.open();
  }

  static wire::Mechanism mechanism(std::uint32_t type, ByteView param = {}) {
    return {.type = ck::MechanismType{type}, .param = param};
  }
  void log_in() { ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok); }
  Rv generate_aes(const TemplateBuilder& attributes) {
    return client.rv<wire::GenerateKey>({.session = session,
                                         .mechanism = mechanism(CKM_AES_KEY_GEN),
                                         .attributes = TemplateBuilder().ulong(CKA_VALUE_LEN, 16).add(attributes).view()});
  }

  TaClient client{world, GetParam()};
  ck::SessionHandle session;
};
INSTANTIATE_TEST_SUITE_P(Dialects, OpteeObjectDefects, ::testing::Values(Dialect::optee, Dialect::standard),
                         [](const auto& each) { return each.param == Dialect::optee ? "Optee" : "Standard"; });

TEST_P(OpteeObjectDefects, Number5AKeyThatAsksForALoginForEachUseCanBeUsed) {
  log_in();
  const TemplateBuilder curve = TemplateBuilder().text(CKA_EC_PARAMS, kP256);
  const TemplateBuilder careful =
      TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_PRIVATE, true).flag(CKA_ALWAYS_AUTHENTICATE, true);
  const auto pair = client.call<wire::GenerateKeyPair>({.session = session,
                                                        .mechanism = mechanism(CKM_EC_KEY_PAIR_GEN),
                                                        .public_attributes = curve.view(),
                                                        .private_attributes = careful.view()});
  ASSERT_THAT(pair, IsOk());
  const Bytes digest(32, std::byte{0xD1});
  const auto begin = [&] {
    return client.rv<wire::SignInit>({.session = session, .key = pair->private_key, .mechanism = mechanism(CKM_ECDSA)});
  };
  const auto sign = [&] { return client.send<wire::SignOneshot>({.session = session}, {.input = digest, .room = 64}); };

  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::user_not_logged_in) << "not without its login";
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(client.login(session, CKU_CONTEXT_SPECIFIC, "wrong"), Rv::pin_incorrect);
  ASSERT_EQ(client.login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::ok);
  const Answer signature = sign();
  ASSERT_EQ(signature.rv, Rv::ok);
  EXPECT_EQ(signature.output.size(), 64u);
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::user_not_logged_in) << "one login, one use";
}

TEST_P(OpteeObjectDefects, Number6APrivateKeyIsGeneratedForTheUserOnly) {
  const TemplateBuilder hidden = TemplateBuilder().flag(CKA_PRIVATE, true);
  EXPECT_EQ(generate_aes(hidden), Rv::user_not_logged_in);
  log_in();
  EXPECT_EQ(generate_aes(hidden), Rv::ok);
}

TEST_P(OpteeObjectDefects, Number7ASearchConfirmsNoGuessOfAKey) {
  const Bytes value(16, std::byte{0x2B});
  const TemplateBuilder guess = TemplateBuilder().raw(CKA_VALUE, value);
  const auto create = [&](bool sensitive, bool extractable) {
    return client.create(session, secret_key_template()
                                      .flag(CKA_PRIVATE, false)
                                      .flag(CKA_SENSITIVE, sensitive)
                                      .flag(CKA_EXTRACTABLE, extractable));
  };
  for (const bool sensitive : {false, true})
    for (const bool extractable : {false, true}) ASSERT_THAT(create(sensitive, extractable), IsOk());
  EXPECT_TRUE(client.find(session, guess).empty());
  EXPECT_TRUE(client.find(session, TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).add(guess)).empty());
  ASSERT_THAT(client.create(session, data_template().raw(CKA_VALUE, value)), IsOk());
  EXPECT_EQ(client.find(session, guess).size(), 1u) << "data is no secret";
}

TEST_P(OpteeObjectDefects, Number11DatesAndMidpDomainsHaveTheStandardsSize) {
  const auto dated = [&](std::string_view start, std::string_view end) {
    return client.create(session,
                         secret_key_template().flag(CKA_PRIVATE, false).text(CKA_START_DATE, start).text(CKA_END_DATE, end));
  };
  const auto key = dated("20260101", "");
  ASSERT_THAT(key, IsOk());
  EXPECT_EQ(as_text(*client.attribute(session, *key, CKA_START_DATE)), "20260101");
  EXPECT_TRUE(client.attribute(session, *key, CKA_END_DATE)->empty());
  EXPECT_FALSE(dated("2026", "").has_value()) << "four bytes are no date";
  EXPECT_EQ(client.rv<wire::SetAttributeValue>(
                {.session = session, .object = *key, .attributes = TemplateBuilder().text(CKA_END_DATE, "20301231").view()}),
            Rv::ok);

  const auto certificate = client.create(session, certificate_template().ulong(CKA_JAVA_MIDP_SECURITY_DOMAIN, 2));
  ASSERT_THAT(certificate, IsOk());
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_JAVA_MIDP_SECURITY_DOMAIN, 4);
  const Answer told =
      client.send<wire::GetAttributeValue>({.session = session, .object = *certificate, .attributes = request.view()}, {.room = 20});
  ASSERT_EQ(told.rv, Rv::ok);
  EXPECT_EQ(ByteReader(ByteView(told.output).subspan(16)).u32().value(), 2u);
}

TEST_P(OpteeObjectDefects, Number12TheGenerationMechanismIsNoKeyType) {
  const auto key = client.call<wire::GenerateKey>({.session = session,
                                                   .mechanism = mechanism(CKM_AES_KEY_GEN),
                                                   .attributes = TemplateBuilder().ulong(CKA_VALUE_LEN, 16).flag(CKA_PRIVATE, false).view()});
  ASSERT_THAT(key, IsOk());
  const std::vector found{key->object};
  EXPECT_EQ(client.find(session, TemplateBuilder().ulong(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN)), found);
  EXPECT_EQ(client.find(session, TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_AES).ulong(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN)), found);
  EXPECT_TRUE(client.find(session, TemplateBuilder().ulong(CKA_KEY_GEN_MECHANISM, CKK_AES)).empty())
      << "OP-TEE turns this into a search for AES keys";
  EXPECT_FALSE(client.create(session, secret_key_template().flag(CKA_PRIVATE, false).ulong(CKA_KEY_GEN_MECHANISM, CKK_AES)).has_value())
      << "nor may a template bring it under a key type's number";
}

TEST_P(OpteeObjectDefects, Number15AnRsaPrivateKeyIsWrappedAsPkcs8) {
  const TemplateBuilder open = TemplateBuilder().flag(CKA_PRIVATE, false).flag(CKA_EXTRACTABLE, true).flag(CKA_DECRYPT, true);
  const TemplateBuilder size = TemplateBuilder().ulong(CKA_MODULUS_BITS, 2048).flag(CKA_WRAP, true);
  const auto pair = client.call<wire::GenerateKeyPair>({.session = session,
                                                        .mechanism = mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
                                                        .public_attributes = size.view(),
                                                        .private_attributes = open.view()});
  ASSERT_THAT(pair, IsOk());
  const Bytes oaep = std::move(ByteWriter().u32(CKM_SHA256).u32(CKG_MGF1_SHA256).u32(CKZ_DATA_SPECIFIED).u32(0)).take();
  const Bytes param = std::move(ByteWriter().u32(128).raw(oaep)).take();
  const auto wrapped = client.fetch<wire::WrapKey>({.session = session,
                                                    .wrapping_key = pair->public_key,
                                                    .key = pair->private_key,
                                                    .mechanism = mechanism(CKM_RSA_AES_KEY_WRAP, param)});
  ASSERT_THAT(wrapped, IsOk());

  // Its first part is the AES key under RSA, its second the private key under that.
  ASSERT_EQ(client.rv<wire::DecryptInit>(
                {.session = session, .key = pair->private_key, .mechanism = mechanism(CKM_RSA_PKCS_OAEP, oaep)}),
            Rv::ok);
  const auto aes = client.fetch<wire::DecryptOneshot>({.session = session}, ByteView(*wrapped).first(256));
  ASSERT_THAT(aes, IsOk());
  const crypto::AesKey kek = crypto::AesKey::from_secret(SecretPeek::make(*aes)).value();
  const SecretBytes plain = crypto::unwrap_key(kek, crypto::KeyWrapKind::kwp, ByteView(*wrapped).subspan(256)).value();
  // PrivateKeyInfo (RFC 5208): a SEQUENCE of version 0 and rsaEncryption with NULL; PKCS#1 would go on with the modulus.
  constexpr std::string_view kHead("\x02\x01\x00\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00", 18);
  EXPECT_EQ(as_text(SecretPeek::see(plain)).substr(4, kHead.size()), kHead);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
