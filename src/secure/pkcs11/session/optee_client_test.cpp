// What one application of OP-TEE's finds, in which order, and from where (OP-TEE ABI sections 5.5, 12.1, 12.3).

#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;
using Handles = std::vector<ck::ObjectHandle>;

struct OpteeObjects : TaTest {
  void SetUp() override { make_token(); }

  static TemplateBuilder data(bool is_token, bool is_private) {
    return TemplateBuilder().ulong(CKA_CLASS, CKO_DATA).flag(CKA_TOKEN, is_token).flag(CKA_PRIVATE, is_private);
  }
  ck::ObjectHandle create(ck::SessionHandle session, bool is_token, bool is_private = false) {
    return client->create(session, data(is_token, is_private)).value();
  }
  Rv size_of(ck::SessionHandle session, ck::ObjectHandle object) {
    return client->rv<wire::GetObjectSize>({.session = session, .object = object});
  }

  std::optional<TaClient> client{std::in_place, world, Dialect::optee};
};

TEST_F(OpteeObjects, SearchesGiveSessionObjectsOfTheNewestSessionFirstThenTokenObjects) {
  const ck::SessionHandle old_session = client->open(1);
  const ck::SessionHandle new_session = client->open(0);
  const ck::ObjectHandle token_a = create(new_session, true);
  const ck::ObjectHandle new_a = create(new_session, false);
  const ck::ObjectHandle old_a = create(old_session, false);
  const ck::ObjectHandle new_b = create(new_session, false);
  const ck::ObjectHandle old_b = create(old_session, false);
  const ck::ObjectHandle token_b = create(new_session, true);
  EXPECT_EQ(client->find(new_session), (Handles{new_b, new_a, old_b, old_a, token_b, token_a}));
  EXPECT_EQ(client->find(old_session), (Handles{new_b, new_a, old_b, old_a})) << "token objects are their own token's";
}

TEST_F(OpteeObjects, TokenObjectsComeNewestFirstAfterARestartToo) {
  {
    TaClient writer(world, Dialect::optee);
    const ck::SessionHandle session = writer.open();
    for (const char* label : {"first", "second", "third"})
      ASSERT_THAT(writer.create(session, data(true, false).text(CKA_LABEL, label)), IsOk());
  }
  client.reset();
  world.restart();
  client.emplace(world, Dialect::optee);
  const ck::SessionHandle session = client->open();
  std::vector<std::string> labels;
  for (const ck::ObjectHandle object : client->find(session))
    labels.emplace_back(as_text(client->attribute(session, object, CKA_LABEL).value()));
  EXPECT_EQ(labels, (std::vector<std::string>{"third", "second", "first"}));
}

TEST_F(OpteeObjects, ASessionObjectIsReachedFromEverySessionOfItsClient) {
  const ck::SessionHandle here = client->open(0);
  const ck::SessionHandle there = client->open(1);
  const ck::ObjectHandle session_object = create(here, false);
  const ck::ObjectHandle token_object = create(here, true);
  EXPECT_EQ(size_of(there, session_object), Rv::ok);
  EXPECT_EQ(size_of(there, token_object), Rv::object_handle_invalid);
  EXPECT_EQ(client->rv<wire::DestroyObject>({.session = there, .object = session_object}), Rv::ok);
  EXPECT_EQ(size_of(here, session_object), Rv::object_handle_invalid);
}

TEST_F(OpteeObjects, APrivateSessionObjectIsNotReachedFromWhereNobodyIsLoggedIn) {
  const ck::SessionHandle here = client->open(0);
  const ck::SessionHandle there = client->open(1);
  ASSERT_EQ(client->login(here, CKU_USER, kUserPin), Rv::ok);
  const ck::ObjectHandle object = create(here, false, true);
  EXPECT_EQ(size_of(here, object), Rv::ok);
  EXPECT_EQ(size_of(there, object), Rv::object_handle_invalid);
}

TEST_F(OpteeObjects, OtherApplicationsSeeNoSessionObject) {
  const ck::ObjectHandle object = create(client->open(), false);
  TaClient other(world, Dialect::optee);
  const ck::SessionHandle session = other.open();
  EXPECT_TRUE(other.find(session).empty());
  EXPECT_EQ(other.rv<wire::GetObjectSize>({.session = session, .object = object}), Rv::object_handle_invalid);
}

TEST_F(OpteeObjects, LogoutDropsPrivateSessionObjectsHandlesAndSearches) {
  const ck::SessionHandle session = client->open();
  ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  const ck::ObjectHandle private_session = create(session, false, true);
  const ck::ObjectHandle private_token = create(session, true, true);
  const ck::ObjectHandle public_session = create(session, false);
  ASSERT_EQ(client->rv<wire::FindObjectsInit>({.session = session, .attributes = {}}), Rv::ok);
  ASSERT_EQ(client->logout(session), Rv::ok);
  EXPECT_EQ(client->send<wire::FindObjects>({.session = session}, {.room = 64}).rv, Rv::operation_not_initialized);
  ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  EXPECT_EQ(size_of(session, private_session), Rv::object_handle_invalid);
  EXPECT_EQ(size_of(session, private_token), Rv::object_handle_invalid);
  EXPECT_EQ(size_of(session, public_session), Rv::ok);
  EXPECT_EQ(client->find(session).size(), 2u) << "the token object is still there";
}

/// Another token, whose officer and user are the same application: it must gain nothing over the first token's keys.
struct TwoTokens : OpteeObjects {
  void SetUp() override {
    OpteeObjects::SetUp();
    make_token(1);
    here = client->open(0);
    there = client->open(1);
    ASSERT_EQ(client->login(here, CKU_USER, kUserPin), Rv::ok);
  }

  static TemplateBuilder aes_key(bool is_token) {
    return TemplateBuilder()
        .ulong(CKA_CLASS, CKO_SECRET_KEY)
        .ulong(CKA_KEY_TYPE, CKK_AES)
        .flag(CKA_TOKEN, is_token)
        .flag(CKA_COPYABLE, true)
        .flag(CKA_ENCRYPT, true)
        .flag(CKA_WRAP, true)
        .text(CKA_VALUE, "0123456789abcdef");
  }

  ck::SessionHandle here, there;
};

TEST_F(TwoTokens, NoCopyTakesAKeyToAnotherToken) {
  const ck::ObjectHandle key = client->create(here, aes_key(false)).value();
  const TemplateBuilder to_stay = TemplateBuilder().flag(CKA_TOKEN, true);
  EXPECT_EQ(client->rv<wire::CopyObject>({.session = there, .object = key, .attributes = to_stay.view()}), Rv::object_handle_invalid);
  EXPECT_EQ(client->rv<wire::CopyObject>({.session = here, .object = key, .attributes = to_stay.view()}), Rv::ok);
}

TEST_F(TwoTokens, WhatOneOfficerTrustsWrapsNoKeyOfAnother) {
  const ck::ObjectHandle key =
      client->create(here, aes_key(true).flag(CKA_EXTRACTABLE, true).flag(CKA_WRAP_WITH_TRUSTED, true)).value();
  ASSERT_EQ(client->login(there, CKU_SO, kSoPin), Rv::ok);
  const ck::ObjectHandle known = client->create(there, aes_key(false).flag(CKA_TRUSTED, true)).value();
  const Result<Bytes> wrapped = client->fetch<wire::WrapKey>(
      {.session = here, .wrapping_key = known, .key = key, .mechanism = {.type = ck::MechanismType{CKM_AES_ECB}, .param = {}}});
  ASSERT_FALSE(wrapped.has_value());
  EXPECT_EQ(wrapped.error().rv, Rv::wrapping_key_handle_invalid);
}

TEST_F(TwoTokens, AnOfficerTrustsNoKeyOfAnotherToken) {
  const ck::ObjectHandle key = create(here, false);
  ASSERT_EQ(client->login(there, CKU_SO, kSoPin), Rv::ok);
  const TemplateBuilder label = TemplateBuilder().text(CKA_LABEL, "x");
  EXPECT_EQ(client->rv<wire::SetAttributeValue>({.session = there, .object = key, .attributes = label.view()}), Rv::object_handle_invalid);
}

TEST_F(TwoTokens, ALogoutEndsWhatItsKeyDoesOnAnotherToken) {
  const ck::ObjectHandle key = client->create(here, aes_key(false).flag(CKA_PRIVATE, true)).value();
  ASSERT_EQ(client->login(there, CKU_USER, kUserPin), Rv::ok);
  ASSERT_EQ(client->rv<wire::EncryptInit>(
                {.session = there, .key = key, .mechanism = {.type = ck::MechanismType{CKM_AES_ECB}, .param = {}}}), Rv::ok);
  ASSERT_EQ(client->logout(here), Rv::ok);
  const Bytes block(16);
  EXPECT_EQ(client->send<wire::EncryptOneshot>({.session = there}, {.input = block, .room = 16}).rv, Rv::operation_not_initialized);
}

TEST_F(TwoTokens, APolicyBindsItsTokensKeysOnEveryToken) {
  TaClient officer(world);
  const ck::SessionHandle session = officer.open(0);
  ASSERT_EQ(officer.login(session, CKU_SO, kSoPin), Rv::ok);
  ASSERT_EQ(officer.rv<wire::SetTokenPolicy>({.session = session, .refused = TokenPolicy::refuse_nothing().refuse(Legacy::md5_signing).bits()}), Rv::ok);
  const wire::Mechanism pair{.type = ck::MechanismType{CKM_RSA_PKCS_KEY_PAIR_GEN}, .param = {}};
  const TemplateBuilder public_half = TemplateBuilder().ulong(CKA_MODULUS_BITS, 2048).flag(CKA_VERIFY, true);
  const TemplateBuilder private_half = TemplateBuilder().flag(CKA_SIGN, true);
  const ck::ObjectHandle key = client->call<wire::GenerateKeyPair>({.session = here,
                                                                    .mechanism = pair,
                                                                    .public_attributes = public_half.view(),
                                                                    .private_attributes = private_half.view()})
                                   .value()
                                   .private_key;
  const wire::Mechanism md5{.type = ck::MechanismType{CKM_MD5_RSA_PKCS}, .param = {}};
  EXPECT_EQ(client->rv<wire::SignInit>({.session = there, .key = key, .mechanism = md5}), Rv::mechanism_invalid);
}

TEST_F(TwoTokens, AKeyThatAsksForALoginEachTimeAsksForItsOwnTokensPin) {
  constexpr std::string_view kOtherPin = "other pin";
  ASSERT_EQ(client->login(there, CKU_USER, kUserPin), Rv::ok);
  ASSERT_EQ(client->rv<wire::SetPin>({.session = there, .old_pin = as_bytes(kUserPin), .new_pin = as_bytes(kOtherPin)}), Rv::ok);
  const wire::Mechanism pair{.type = ck::MechanismType{CKM_RSA_PKCS_KEY_PAIR_GEN}, .param = {}};
  const TemplateBuilder public_half = TemplateBuilder().ulong(CKA_MODULUS_BITS, 2048);
  const TemplateBuilder private_half =
      TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_PRIVATE, true).flag(CKA_ALWAYS_AUTHENTICATE, true);
  const ck::ObjectHandle key = client->call<wire::GenerateKeyPair>({.session = here,
                                                                    .mechanism = pair,
                                                                    .public_attributes = public_half.view(),
                                                                    .private_attributes = private_half.view()})
                                   .value()
                                   .private_key;
  const wire::Mechanism sha256{.type = ck::MechanismType{CKM_SHA256_RSA_PKCS}, .param = {}};
  ASSERT_EQ(client->rv<wire::SignInit>({.session = there, .key = key, .mechanism = sha256}), Rv::ok);
  EXPECT_EQ(client->login(there, CKU_CONTEXT_SPECIFIC, kOtherPin), Rv::pin_incorrect);
  EXPECT_EQ(client->login(there, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::ok);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
