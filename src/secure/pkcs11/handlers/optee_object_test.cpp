// Object commands in OP-TEE's dialect: what is checked first (ABI section 5.5), and what imports make no key (10.4, 10.5).

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

struct OpteeObjectCommands : TaTest {
  void SetUp() override {
    make_token();
    session = client.open();
    read_only = client.open_read_only();
  }

  Rv create(ck::SessionHandle in, const TemplateBuilder& attributes) {
    const auto made = client.create(in, attributes);
    return made ? Rv::ok : made.error().rv;
  }
  Rv set(ck::SessionHandle in, ck::ObjectHandle object, const TemplateBuilder& change) {
    return client.rv<wire::SetAttributeValue>({.session = in, .object = object, .attributes = change.view()});
  }
  Rv copy(ck::SessionHandle in, ck::ObjectHandle object, const TemplateBuilder& change) {
    return client.rv<wire::CopyObject>({.session = in, .object = object, .attributes = change.view()});
  }
  Rv destroy(ck::SessionHandle in, ck::ObjectHandle object) {
    return client.rv<wire::DestroyObject>({.session = in, .object = object});
  }
  Rv start_search(ck::SessionHandle in, const TemplateBuilder& search = {}) {
    return client.rv<wire::FindObjectsInit>({.session = in, .attributes = search.view()});
  }
  Rv start_digest(ck::SessionHandle in) {
    return client.rv<wire::DigestInit>({.session = in, .mechanism = {.type = ck::MechanismType{CKM_SHA256}, .param = {}}});
  }
  static TemplateBuilder flag(std::uint32_t type, bool value) { return TemplateBuilder().flag(type, value); }

  TaClient client{world, Dialect::optee};
  ck::SessionHandle session;
  ck::SessionHandle read_only;
};

TEST_F(OpteeObjectCommands, CreateLooksAtTemplateCheckValueTrustPlaceAndUserInThisOrder) {
  TemplateBuilder all = secret_key_template().flag(CKA_TRUSTED, true).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true);
  EXPECT_EQ(create(read_only, TemplateBuilder(all).text(CKA_CHECK_VALUE, "bad").ulong(CKA_UNIQUE_ID, 1)), Rv::template_inconsistent);
  EXPECT_EQ(create(read_only, TemplateBuilder(all).text(CKA_CHECK_VALUE, "bad")), Rv::attribute_value_invalid);
  EXPECT_EQ(create(read_only, all), Rv::key_function_not_permitted);
  EXPECT_EQ(create(read_only, secret_key_template().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true)), Rv::session_read_only);
  EXPECT_EQ(create(session, secret_key_template().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true)), Rv::user_not_logged_in);
  EXPECT_EQ(create(session, secret_key_template().flag(CKA_TOKEN, true)), Rv::ok) << "public by default";
}

TEST_F(OpteeObjectCommands, CreateAnswersMaterialThatMakesNoKey) {
  EXPECT_EQ(create(session, key_template(CKO_SECRET_KEY, CKK_AES).raw(CKA_VALUE, Bytes(15))), Rv::general_error);
  EXPECT_EQ(create(session, private_key_template(CKK_EC)), Rv::curve_not_supported) << "no parameters at all";
  EXPECT_EQ(create(session, key_template(CKO_PRIVATE_KEY, CKK_EC).text(CKA_EC_PARAMS, "\x06\x03\x2A\x03\x04").raw(CKA_VALUE, Bytes(32, std::byte{1}))),
            Rv::curve_not_supported);
  EXPECT_EQ(create(session, public_key_template(CKK_EC)), Rv::curve_not_supported) << "19.3, 3";
}

TEST_F(OpteeObjectCommands, CreateTakesAKeyWithAPartMissing) {
  const auto key = client.create(session, key_template(CKO_PRIVATE_KEY, CKK_RSA).raw(CKA_MODULUS, Bytes(256, std::byte{0xC5})).flag(CKA_SIGN, true));
  ASSERT_THAT(key, IsOk());
  EXPECT_NE(client.rv<wire::SignInit>({.session = session, .key = *key, .mechanism = {.type = ck::MechanismType{CKM_RSA_PKCS}, .param = {}}}),
            Rv::ok)
      << "it fails at its first use";
}

TEST_F(OpteeObjectCommands, CheckValuesAreComputedUnlessTheTemplateSaysNone) {
  const auto zero = [] { return key_template(CKO_SECRET_KEY, CKK_AES).raw(CKA_VALUE, Bytes(16)); };
  const ck::ObjectHandle computed = client.create(session, zero()).value();
  EXPECT_EQ(as_text(*client.attribute(session, computed, CKA_CHECK_VALUE)), "\x66\xE9\x4B");
  EXPECT_EQ(create(session, zero().text(CKA_CHECK_VALUE, "\x66\xE9\x4B")), Rv::ok);
  EXPECT_EQ(create(session, zero().text(CKA_CHECK_VALUE, "\x66\xE9")), Rv::attribute_value_invalid);
  const ck::ObjectHandle none = client.create(session, zero().text(CKA_CHECK_VALUE, "")).value();
  EXPECT_TRUE(client.attribute(session, none, CKA_CHECK_VALUE)->empty());

  EXPECT_EQ(set(session, none, TemplateBuilder().text(CKA_CHECK_VALUE, "bad")), Rv::attribute_value_invalid);
  EXPECT_EQ(set(session, none, TemplateBuilder().text(CKA_CHECK_VALUE, "\x66\xE9\x4B")), Rv::ok);
  EXPECT_EQ(copy(session, computed, TemplateBuilder().text(CKA_CHECK_VALUE, "bad")), Rv::attribute_value_invalid);
  EXPECT_EQ(copy(session, computed, TemplateBuilder().text(CKA_CHECK_VALUE, "")), Rv::ok);
}

TEST_F(OpteeObjectCommands, DestroyLooksAtHandleSessionAndObjectInThisOrder) {
  const ck::ObjectHandle fixed = client.create(session, data_template().flag(CKA_TOKEN, true).flag(CKA_DESTROYABLE, false)).value();
  EXPECT_EQ(destroy(read_only, ck::ObjectHandle{999}), Rv::object_handle_invalid);
  EXPECT_EQ(destroy(read_only, fixed), Rv::session_read_only);
  EXPECT_EQ(destroy(session, fixed), Rv::action_prohibited);
}

TEST_F(OpteeObjectCommands, SetLooksAtHandleSessionModifiableSyntaxPresenceAndChangeInThisOrder) {
  const auto token = [] { return data_template().flag(CKA_TOKEN, true); };
  const TemplateBuilder torn = TemplateBuilder().text(CKA_TOKEN, "long");
  const ck::ObjectHandle fixed = client.create(session, token().flag(CKA_MODIFIABLE, false)).value();
  const ck::ObjectHandle open = client.create(session, token()).value();
  EXPECT_EQ(set(read_only, ck::ObjectHandle{999}, torn), Rv::object_handle_invalid);
  EXPECT_EQ(set(read_only, fixed, torn), Rv::session_read_only);
  EXPECT_EQ(set(session, fixed, torn), Rv::action_prohibited);
  EXPECT_EQ(set(session, open, torn), Rv::function_failed);
  EXPECT_EQ(set(session, open, TemplateBuilder().text(CKA_LABEL, "new").text(CKA_MODULUS, "m")), Rv::attribute_type_invalid);
  EXPECT_EQ(set(session, open, TemplateBuilder().text(CKA_LABEL, "new").text(CKA_VALUE, "v")), Rv::attribute_read_only);
  EXPECT_TRUE(client.attribute(session, open, CKA_LABEL)->empty()) << "all or nothing";
}

TEST_F(OpteeObjectCommands, CopyTouchesItsSource) {
  const TemplateBuilder torn = TemplateBuilder().text(CKA_TOKEN, "long");
  const ck::ObjectHandle source = client.create(session, data_template().flag(CKA_TOKEN, true)).value();
  const ck::ObjectHandle held = client.create(session, data_template().flag(CKA_COPYABLE, false)).value();
  const ck::ObjectHandle brief = client.create(session, data_template()).value();
  EXPECT_EQ(copy(read_only, ck::ObjectHandle{999}, torn), Rv::object_handle_invalid);
  EXPECT_EQ(copy(read_only, source, flag(CKA_TOKEN, false)), Rv::session_read_only) << "whatever the target";
  EXPECT_EQ(copy(session, held, torn), Rv::action_prohibited);
  EXPECT_EQ(copy(session, brief, torn), Rv::function_failed);
  EXPECT_EQ(copy(read_only, brief, flag(CKA_TOKEN, true)), Rv::session_read_only);
  EXPECT_EQ(copy(session, brief, flag(CKA_PRIVATE, true)), Rv::user_not_logged_in);
  EXPECT_EQ(copy(read_only, brief, {}), Rv::ok);
}

TEST_F(OpteeObjectCommands, SearchesWaitForOperationsAndForEachOther) {
  ASSERT_EQ(start_search(session), Rv::ok);
  EXPECT_EQ(start_search(session, TemplateBuilder().text(CKA_TOKEN, "long")), Rv::function_failed) << "before syntax, with one code";
  EXPECT_EQ(start_search(session, TemplateBuilder().ulong(CKA_CLASS, CKO_MECHANISM)), Rv::function_failed);
  EXPECT_EQ(start_digest(session), Rv::ok) << "a search holds nobody up";
  EXPECT_EQ(start_search(session), Rv::operation_active) << "before the open search";
  EXPECT_EQ(client.rv<wire::FindObjects>({.session = session}), Rv::ok);
  EXPECT_EQ(client.rv<wire::FindObjectsFinal>({.session = session}), Rv::ok);
  EXPECT_EQ(client.rv<wire::FindObjectsFinal>({.session = session}), Rv::operation_not_initialized);
  EXPECT_EQ(client.rv<wire::FindObjects>({.session = session}), Rv::operation_not_initialized);
}

TEST_F(OpteeObjectCommands, SearchesRefuseWhatTheyDoNotKnow) {
  EXPECT_EQ(start_search(session, TemplateBuilder().ulong(CKA_CLASS, CKO_DOMAIN_PARAMETERS)), Rv::arguments_bad);
  EXPECT_EQ(start_search(session, TemplateBuilder().ulong(0x7FF, 1)), Rv::template_inconsistent);
  EXPECT_EQ(start_search(session, TemplateBuilder().text(CKA_SIGN, "long")), Rv::function_failed);
  EXPECT_EQ(start_search(session), Rv::ok) << "a refusal leaves no search";
}

TEST_F(OpteeObjectCommands, SearchesFindNothingByHiddenValuesAndEmptyOnesByEmptyOnes) {
  const ck::ObjectHandle data = client.create(session, data_template()).value();
  EXPECT_EQ(client.find(session), std::vector{data});
  EXPECT_EQ(client.find(session, TemplateBuilder().ulong(CKA_CLASS, CKO_DATA)), std::vector{data});
  EXPECT_EQ(client.find(session, TemplateBuilder().text(CKA_LABEL, "")), std::vector{data}) << "OP-TEE finds nothing so (ABI 5.5)";
  EXPECT_TRUE(client.find(session, TemplateBuilder().text(CKA_ID, "")).empty()) << "data has no ID";
  EXPECT_TRUE(client.find(session, TemplateBuilder().raw(0x80010000, Bytes(4))).empty());
}

TEST_F(OpteeObjectCommands, ReadsRefuseAListThatRunsPastItsEnd) {
  const ck::ObjectHandle data = client.create(session, data_template()).value();
  const TemplateBuilder whole = TemplateBuilder().placeholder(CKA_LABEL, 8);
  const wire::Template torn{.attributes = whole.view().attributes.first(12), .count = 1};
  EXPECT_EQ(client.rv<wire::GetAttributeValue>({.session = session, .object = data, .attributes = torn}, {.room = 64}), Rv::arguments_bad);
  const TemplateBuilder unknown = TemplateBuilder().placeholder(0x7FF, 8);
  EXPECT_EQ(client.rv<wire::GetAttributeValue>({.session = session, .object = data, .attributes = unknown.view()}, {.room = 64}),
            Rv::attribute_type_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
