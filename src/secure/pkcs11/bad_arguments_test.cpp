// Command × bad argument → code: a table.

#include <functional>

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

/// BadArgument is a call that must fail with `expected` and change nothing.
struct BadArgument {
  const char* name;
  Rv expected;
  std::function<Rv(TaClient&, ck::SessionHandle)> call;
};

constexpr ck::SlotId kNoSlot{3};
constexpr ck::ObjectHandle kNoObject{0x7777};
constexpr wire::Mechanism kNoMechanism{.type = ck::MechanismType{0x7FFFFFFF}, .param = {}};

template <class C>
BadArgument slot_of(const char* name) {
  return {name, Rv::slot_id_invalid, [](TaClient& c, ck::SessionHandle) { return c.rv<C>({.slot = kNoSlot}); }};
}
template <class C>
BadArgument object_of(const char* name) {
  return {name, Rv::object_handle_invalid,
          [](TaClient& c, ck::SessionHandle s) { return c.rv<C>({.session = s, .object = kNoObject}); }};
}
template <class C>
BadArgument key_of(const char* name) {
  return {name, Rv::key_handle_invalid, [](TaClient& c, ck::SessionHandle s) {
            return c.rv<C>({.session = s, .key = kNoObject, .mechanism = kNoMechanism});
          }};
}
template <class C>
BadArgument mechanism_of(const char* name) {
  return {name, Rv::mechanism_invalid, [](TaClient& c, ck::SessionHandle s) {
            return c.rv<C>({.session = s, .key = *c.create(s, secret_key_template()), .mechanism = kNoMechanism});
          }};
}
template <class C>
BadArgument step_of(const char* name) {
  return {name, Rv::operation_not_initialized,
          [](TaClient& c, ck::SessionHandle s) { return c.rv<C>({.session = s}, {.room = 64}); }};
}

std::vector<BadArgument> bad_arguments() {
  using namespace wire;
  return {
      slot_of<SlotInfo>("SlotInfo"),
      slot_of<TokenInfo>("TokenInfo"),
      slot_of<MechanismIds>("MechanismIds"),
      slot_of<MechanismInfo>("MechanismInfo"),
      slot_of<MechanismParamKinds>("MechanismParamKinds"),
      slot_of<OpenSession>("OpenSession"),
      slot_of<CloseAllSessions>("CloseAllSessions"),
      slot_of<InitToken>("InitToken"),
      {"MechanismInfoOfNone", Rv::mechanism_invalid,
       [](TaClient& c, ck::SessionHandle) {
         return c.rv<MechanismInfo>({.slot = ck::SlotId{0}, .mechanism = kNoMechanism.type});
       }},
      {"InitTokenInUse", Rv::session_exists, [](TaClient& c, ck::SessionHandle) { return c.init_token("so pin"); }},
      {"InitPinByTheUser", Rv::user_not_logged_in,
       [](TaClient& c, ck::SessionHandle s) { return c.rv<InitPin>({.session = s, .pin = as_bytes("1234")}); }},
      {"SetPinTooShort", Rv::pin_len_range,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<SetPin>({.session = s, .old_pin = as_bytes("user pin"), .new_pin = as_bytes("abc")});
       }},
      {"LoginOfNobody", Rv::user_type_invalid,
       [](TaClient& c, ck::SessionHandle s) { return c.login(s, 7, "user pin"); }},
      {"LoginAgain", Rv::user_already_logged_in,
       [](TaClient& c, ck::SessionHandle s) { return c.login(s, CKU_USER, "user pin"); }},
      {"LoginOfAnother", Rv::user_another_already_logged_in,
       [](TaClient& c, ck::SessionHandle s) { return c.login(s, CKU_SO, "so pin"); }},
      object_of<DestroyObject>("DestroyObject"),
      object_of<GetObjectSize>("GetObjectSize"),
      object_of<SetAttributeValue>("SetAttributeValue"),
      object_of<CopyObject>("CopyObject"),
      {"GetAttributeValue", Rv::object_handle_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<GetAttributeValue>({.session = s, .object = kNoObject, .attributes = {}}, {.room = 8});
       }},
      {"GetAttributeValueIntoLessThanTheTemplate", Rv::arguments_bad,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<GetAttributeValue>({.session = s, .object = *c.create(s, data_template()), .attributes = {}},
                                        {.room = 7});
       }},
      {"CreateObjectOfNothing", Rv::template_incomplete,
       [](TaClient& c, ck::SessionHandle s) { return c.rv<CreateObject>({.session = s, .attributes = {}}); }},
      {"SetAttributeThatIsNone", Rv::attribute_type_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         const TemplateBuilder change = TemplateBuilder().flag(CKA_SIGN, true);
         return c.rv<SetAttributeValue>(
             {.session = s, .object = *c.create(s, data_template()), .attributes = change.view()});
       }},
      {"SetAttributeThatIsFixed", Rv::attribute_read_only,
       [](TaClient& c, ck::SessionHandle s) {
         const TemplateBuilder change = TemplateBuilder().flag(CKA_TOKEN, true);
         return c.rv<SetAttributeValue>(
             {.session = s, .object = *c.create(s, data_template()), .attributes = change.view()});
       }},
      {"FindObjectsInitTorn", Rv::function_failed,
       [](TaClient& c, ck::SessionHandle s) {
         const Bytes torn(3);
         return c.rv<FindObjectsInit>({.session = s, .attributes = {.attributes = torn, .count = 1}});
       }},
      step_of<FindObjects>("FindObjects"),
      {"FindObjectsFinal", Rv::operation_not_initialized,
       [](TaClient& c, ck::SessionHandle s) { return c.rv<FindObjectsFinal>({.session = s}); }},
      key_of<EncryptInit>("EncryptInit"),
      key_of<DecryptInit>("DecryptInit"),
      key_of<SignInit>("SignInit"),
      key_of<VerifyInit>("VerifyInit"),
      mechanism_of<EncryptInit>("EncryptInitMechanism"),
      mechanism_of<DecryptInit>("DecryptInitMechanism"),
      mechanism_of<SignInit>("SignInitMechanism"),
      mechanism_of<VerifyInit>("VerifyInitMechanism"),
      {"SignInitWithData", Rv::key_handle_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<SignInit>({.session = s,
                                .key = *c.create(s, data_template()),
                                .mechanism = {.type = ck::MechanismType{CKM_AES_CMAC}, .param = {}}});
       }},
      {"DigestInitMechanism", Rv::mechanism_invalid,
       [](TaClient& c, ck::SessionHandle s) { return c.rv<DigestInit>({.session = s, .mechanism = kNoMechanism}); }},
      {"DigestInitWithACipher", Rv::mechanism_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<DigestInit>({.session = s, .mechanism = {.type = ck::MechanismType{CKM_AES_ECB}, .param = {}}});
       }},
      {"DigestInitWithAParameter", Rv::mechanism_param_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<DigestInit>(
             {.session = s, .mechanism = {.type = ck::MechanismType{CKM_SHA256}, .param = as_bytes("x")}});
       }},
      {"DigestKey", Rv::operation_not_initialized,
       [](TaClient& c, ck::SessionHandle s) { return c.rv<DigestKey>({.session = s, .object = kNoObject}); }},
      step_of<EncryptUpdate>("EncryptUpdate"),
      step_of<DecryptUpdate>("DecryptUpdate"),
      step_of<EncryptFinal>("EncryptFinal"),
      step_of<DecryptFinal>("DecryptFinal"),
      step_of<EncryptOneshot>("EncryptOneshot"),
      step_of<DecryptOneshot>("DecryptOneshot"),
      step_of<SignUpdate>("SignUpdate"),
      step_of<VerifyUpdate>("VerifyUpdate"),
      step_of<SignFinal>("SignFinal"),
      step_of<VerifyFinal>("VerifyFinal"),
      step_of<SignOneshot>("SignOneshot"),
      step_of<VerifyOneshot>("VerifyOneshot"),
      step_of<DigestUpdate>("DigestUpdate"),
      step_of<DigestFinal>("DigestFinal"),
      step_of<DigestOneshot>("DigestOneshot"),
      {"GenerateKeyMechanism", Rv::mechanism_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<GenerateKey>({.session = s, .mechanism = kNoMechanism, .attributes = {}});
       }},
      {"GenerateKeyPairMechanism", Rv::mechanism_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<GenerateKeyPair>({.session = s, .mechanism = kNoMechanism});
       }},
      {"DeriveKeyParent", Rv::key_handle_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<DeriveKey>({.session = s, .parent = kNoObject, .mechanism = kNoMechanism});
       }},
      {"WrapKeyWrapping", Rv::wrapping_key_handle_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<WrapKey>({.session = s, .wrapping_key = kNoObject, .key = kNoObject, .mechanism = kNoMechanism});
       }},
      {"UnwrapKeyUnwrapping", Rv::unwrapping_key_handle_invalid,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<UnwrapKey>({.session = s, .unwrapping_key = kNoObject, .mechanism = kNoMechanism},
                                {.input = as_bytes("x")});
       }},
      {"ReleaseOfNoStep", Rv::arguments_bad,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<ReleaseActiveProcessing>({.session = s, .command = wire::CommandId{99}});
       }},
      {"ReleaseOfNothing", Rv::operation_not_initialized,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<ReleaseActiveProcessing>({.session = s, .command = SignUpdate::kId});
       }},
      {"StepOutputSizeOfNothing", Rv::operation_not_initialized,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<StepOutputSize>({.session = s, .command = SignFinal::kId, .input_bytes = 0});
       }},
      {"StepOutputSizeOfNoStep", Rv::arguments_bad,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<StepOutputSize>({.session = s, .command = SignInit::kId, .input_bytes = 0});
       }},
      {"SeedRandomTooMuch", Rv::data_len_range,
       [](TaClient& c, ck::SessionHandle s) {
         return c.rv<SeedRandom>({.session = s}, {.input = ByteView(Bytes(65537))});
       }},
  };
}

struct BadArguments : LoggedIn, ::testing::WithParamInterface<BadArgument> {};

TEST_P(BadArguments, GetTheirCode) {
  EXPECT_EQ(GetParam().call(*client, session), GetParam().expected);
  EXPECT_EQ(client->session_state(session), CKS_RW_USER_FUNCTIONS) << "and the session goes on";
}

INSTANTIATE_TEST_SUITE_P(Commands, BadArguments, ::testing::ValuesIn(bad_arguments()),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace holdfast::secure::pkcs11
