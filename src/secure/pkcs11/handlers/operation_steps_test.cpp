// The steps of operations: which may follow which, what a size query costs, what ends an operation
// (PKCS#11 3.1 §5.2, §5.8 to §5.13; OP-TEE ABI section 12.6).

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr std::string_view kData = "sixteen byte msg";

struct Steps : LoggedIn {
  void SetUp() override {
    LoggedIn::SetUp();
    key = *client->create(session, secret_key_template());
  }

  static wire::Mechanism mechanism(std::uint32_t type, ByteView param = {}) {
    return {.type = ck::MechanismType{type}, .param = param};
  }
  template <class C>
  Rv start(std::uint32_t type, ByteView param = {}) {
    return client->rv<C>({.session = session, .key = key, .mechanism = mechanism(type, param)});
  }
  Rv start_sign() { return start<wire::SignInit>(CKM_AES_CMAC); }
  template <class C>
  Answer step(std::optional<std::string_view> input = {}, std::size_t room = 0) {
    std::optional<ByteView> bytes;
    if (input) bytes = as_bytes(*input);
    return client->send<C>({.session = session}, {.input = bytes, .room = room});
  }
  Answer verify_step(std::string_view data, ByteView signature) {
    return client->send<wire::VerifyOneshot>({.session = session}, {.input = as_bytes(data), .second = signature});
  }
  Bytes signature(std::string_view data) {
    EXPECT_EQ(start_sign(), Rv::ok);
    return step<wire::SignOneshot>(data, 16).output;
  }

  ck::ObjectHandle key;
};

TEST_F(Steps, NeedAnInit) {
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::SignUpdate>(kData).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::EncryptUpdate>(kData, 64).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::DecryptFinal>({}, 64).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::DigestUpdate>(kData).rv, Rv::operation_not_initialized);
  EXPECT_EQ(verify_step(kData, {}).rv, Rv::operation_not_initialized);
}

TEST_F(Steps, OfAnotherVerbAreNotInitialised) {
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(step<wire::EncryptOneshot>(kData, 64).rv, Rv::operation_not_initialized);
  EXPECT_EQ(verify_step(kData, {}).rv, Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::ok) << "and do not disturb the one that is";
}

TEST_F(Steps, OfOneVerbBeginOnce) {
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(start_sign(), Rv::operation_active);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::ok) << "the first goes on";
  EXPECT_EQ(start_sign(), Rv::ok);
}

TEST_F(Steps, OfDifferentVerbsMayRunSideBySide) {
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(client->rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)}), Rv::ok);
  EXPECT_EQ(step<wire::SignUpdate>(kData).rv, Rv::ok);
  EXPECT_EQ(step<wire::DigestUpdate>(kData).rv, Rv::ok);
  EXPECT_EQ(step<wire::DigestFinal>({}, 32).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::ok);
}

TEST_F(Steps, OfOneSessionAreNotAnothers) {
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(client->send<wire::SignOneshot>({.session = client->open()}, {.input = as_bytes(kData), .room = 16}).rv,
            Rv::operation_not_initialized);
}

TEST_F(Steps, InPartsGiveWhatOneStepGives) {
  const Bytes whole = signature(kData);
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(step<wire::SignUpdate>(kData.substr(0, 5)).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignUpdate>().rv, Rv::ok) << "no data at all";
  EXPECT_EQ(step<wire::SignUpdate>(kData.substr(5)).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).output, whole);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::operation_not_initialized) << "it has ended";
}

TEST_F(Steps, AfterAnUpdateAreNotAOneshot) {
  ASSERT_EQ(start_sign(), Rv::ok);
  ASSERT_EQ(step<wire::SignUpdate>(kData).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::operation_active);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::operation_not_initialized)
      << "a step out of order ends the operation";
}

TEST_F(Steps, ThatAskForTheSizeCostNothing) {
  const Bytes whole = signature(kData);
  ASSERT_EQ(start_sign(), Rv::ok);
  for (const std::size_t room : {0u, 1u, 15u}) {
    const Answer answer = step<wire::SignOneshot>(kData, room);
    EXPECT_EQ(answer.rv, Rv::buffer_too_small);
    EXPECT_EQ(answer.reported, 16u);
    EXPECT_EQ(answer.output, Bytes(room)) << "nothing of the signature is told";
  }
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).output, whole);
}

TEST_F(Steps, ThatAskForTheSizeOfAFinalKeepTheRunningHash) {
  // OP-TEE signs the hash of nothing here (ABI section 19.3, 2).
  const Bytes whole = signature(kData);
  ASSERT_EQ(start_sign(), Rv::ok);
  ASSERT_EQ(step<wire::SignUpdate>(kData).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignFinal>({}, 0).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::SignFinal>({}, 15).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::SignFinal>({}, 100).output, whole) << "a larger buffer gets exactly the signature";
}

TEST_F(Steps, AfterASizeQueryOnlyTheSameMayFollow) {
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 0).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::SignUpdate>(kData).rv, Rv::operation_active);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::operation_not_initialized);

  ASSERT_EQ(start_sign(), Rv::ok);
  ASSERT_EQ(step<wire::SignUpdate>(kData).rv, Rv::ok);
  EXPECT_EQ(step<wire::SignFinal>({}, 0).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::SignUpdate>(kData).rv, Rv::operation_active);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::operation_not_initialized);

  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 0).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).rv, Rv::operation_active);
}

TEST_F(Steps, OfASinglePartMechanismAreOneStep) {
  ASSERT_EQ(
      start<wire::EncryptInit>(CKM_AES_GCM, as_bytes(std::string_view("\x0C\0\0\0nonce of 12!\0\0\0\0\x80\0\0\0", 24))),
      Rv::ok);
  const Rv update = step<wire::EncryptUpdate>(kData, 64).rv;
  // GCM may or may not take parts; whichever it is, the operation's state must agree.
  const Rv after = step<wire::EncryptOneshot>(kData, 64).rv;
  EXPECT_EQ(after, update == Rv::ok ? Rv::operation_active : Rv::operation_not_initialized);
}

TEST_F(Steps, EndOnAWrongSignature) {
  Bytes good = signature(kData);
  ASSERT_EQ(start<wire::VerifyInit>(CKM_AES_CMAC), Rv::ok);
  EXPECT_EQ(verify_step(kData, good).rv, Rv::ok);
  good[0] ^= std::byte{1};
  ASSERT_EQ(start<wire::VerifyInit>(CKM_AES_CMAC), Rv::ok);
  EXPECT_EQ(verify_step(kData, good).rv, Rv::signature_invalid);
  EXPECT_EQ(verify_step(kData, good).rv, Rv::operation_not_initialized);
  ASSERT_EQ(start<wire::VerifyInit>(CKM_AES_CMAC), Rv::ok);
  EXPECT_EQ(verify_step(kData, ByteView(good).first(1)).rv, Rv::signature_len_range)
      << "a prefix is no signature (OP-TEE ABI 19.3, 1)";
}

TEST_F(Steps, OfACipherComeBackToTheBeginning) {
  const Bytes iv(16, std::byte{7});
  ASSERT_EQ(start<wire::EncryptInit>(CKM_AES_CBC_PAD, iv), Rv::ok);
  const Answer query = step<wire::EncryptOneshot>(kData, 0);
  EXPECT_EQ(query.rv, Rv::buffer_too_small);
  EXPECT_EQ(query.reported, 32u);
  const Bytes secret = step<wire::EncryptOneshot>(kData, 32).output;
  ASSERT_EQ(secret.size(), 32u);

  ASSERT_EQ(start<wire::DecryptInit>(CKM_AES_CBC_PAD, iv), Rv::ok);
  Bytes plain;
  for (const std::size_t at : {0u, 10u, 20u, 30u}) {
    const std::string_view piece = as_text(secret).substr(at, 10);
    const Answer part = step<wire::DecryptUpdate>(piece, 64);
    ASSERT_EQ(part.rv, Rv::ok);
    plain.insert(plain.end(), part.output.begin(), part.output.end());
  }
  const Answer last = step<wire::DecryptFinal>({}, 64);
  EXPECT_EQ(last.rv, Rv::ok);
  plain.insert(plain.end(), last.output.begin(), last.output.end());
  EXPECT_EQ(as_text(plain), kData);
}

TEST_F(Steps, OfACipherStayWhenAnUpdateDoesNotFit) {
  const Bytes iv(16, std::byte{7});
  ASSERT_EQ(start<wire::EncryptInit>(CKM_AES_CBC, iv), Rv::ok);
  const Answer small = step<wire::EncryptUpdate>(kData, 3);
  EXPECT_EQ(small.rv, Rv::buffer_too_small);
  EXPECT_GE(small.reported, 16u);
  EXPECT_EQ(step<wire::EncryptUpdate>(kData, small.reported).output.size(), 16u);
  EXPECT_EQ(step<wire::EncryptFinal>({}, 0).rv, Rv::ok);
}

TEST_F(Steps, OfADigestFollowTheSameOrder) {
  const auto begin = [&] {
    return client->rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)});
  };
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(begin(), Rv::operation_active);
  const Answer query = step<wire::DigestOneshot>("abc", 0);
  EXPECT_EQ(query.rv, Rv::buffer_too_small);
  EXPECT_EQ(query.reported, 32u);
  const Bytes whole = step<wire::DigestOneshot>("abc", 32).output;
  EXPECT_EQ(whole.size(), 32u);
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(step<wire::DigestUpdate>("a").rv, Rv::ok);
  EXPECT_EQ(step<wire::DigestUpdate>("bc").rv, Rv::ok);
  EXPECT_EQ(step<wire::DigestFinal>({}, 0).rv, Rv::buffer_too_small);
  EXPECT_EQ(step<wire::DigestFinal>({}, 32).output, whole);
}

TEST_F(Steps, DigestAKeyThatIsNeverTold) {
  const auto begin = [&] {
    return client->rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)});
  };
  ASSERT_EQ(begin(), Rv::ok);
  const Bytes of_value = step<wire::DigestOneshot>(std::string(16, '\x2B'), 32).output;
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(client->rv<wire::DigestKey>({.session = session, .object = key}), Rv::ok);
  EXPECT_EQ(step<wire::DigestFinal>({}, 32).output, of_value);
  ASSERT_EQ(begin(), Rv::ok);
  EXPECT_EQ(client->rv<wire::DigestKey>({.session = session, .object = *client->create(session, data_template())}),
            Rv::key_indigestible);
  EXPECT_EQ(client->rv<wire::DigestKey>({.session = session, .object = key}), Rv::operation_not_initialized);
}

// ---- Init

TEST_F(Steps, BeginWithAKeyThatIsThere) {
  key = ck::ObjectHandle{0xDEAD};
  EXPECT_EQ(start_sign(), Rv::key_handle_invalid);
  key = ck::ObjectHandle{0};
  EXPECT_EQ(start_sign(), Rv::key_handle_invalid);
}

TEST_F(Steps, BeginWithWhatTheKeyMayDo) {
  const auto with = [&](const TemplateBuilder& extra) {
    key = *client->create(session, secret_key_template().add(extra));
    return start_sign();
  };
  EXPECT_EQ(with(TemplateBuilder().flag(CKA_SIGN, false)), Rv::key_function_not_permitted);
  EXPECT_EQ(with(TemplateBuilder().flag(CKA_ENCRYPT, true)), Rv::key_function_not_permitted)
      << "only encryption was asked for";
  EXPECT_EQ(with(TemplateBuilder().mechanisms(CKA_ALLOWED_MECHANISMS, {CKM_AES_ECB})), Rv::key_function_not_permitted);
  EXPECT_EQ(with(TemplateBuilder().mechanisms(CKA_ALLOWED_MECHANISMS, {CKM_AES_ECB, CKM_AES_CMAC})), Rv::ok);
}

TEST_F(Steps, BeginWithAMechanismThatFits) {
  EXPECT_EQ(start<wire::SignInit>(CKM_AES_ECB), Rv::mechanism_invalid) << "ECB does not sign";
  EXPECT_EQ(start<wire::SignInit>(0x7FFFFFFF), Rv::mechanism_invalid);
  EXPECT_EQ(start<wire::SignInit>(CKM_SHA256_HMAC), Rv::key_type_inconsistent);
  EXPECT_EQ(start<wire::EncryptInit>(CKM_AES_CBC, Bytes(15)), Rv::mechanism_param_invalid);
  EXPECT_EQ(start<wire::EncryptInit>(CKM_AES_CBC), Rv::mechanism_param_invalid);
  EXPECT_EQ(start_sign(), Rv::ok) << "a refused init leaves no operation behind";
}

// ---- A login for each use

struct EachUse : Steps {
  void SetUp() override {
    Steps::SetUp();
    // An EC key of the token, generated: any private key will do.
    const auto pair = client->call<wire::GenerateKeyPair>(
        {.session = session,
         .mechanism = mechanism(CKM_EC_KEY_PAIR_GEN),
         .public_attributes = TemplateBuilder().text(CKA_EC_PARAMS, "\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07").view(),
         .private_attributes = TemplateBuilder().flag(CKA_ALWAYS_AUTHENTICATE, true).view()});
    ASSERT_THAT(pair, IsOk());
    key = pair->private_key;
  }
  Rv start_ecdsa() { return start<wire::SignInit>(CKM_ECDSA); }
  Answer sign() { return step<wire::SignOneshot>("a digest of thirty-two bytes ....", 64); }
};

TEST_F(EachUse, NeedsALoginOfItsOwn) {
  ASSERT_EQ(start_ecdsa(), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::user_not_logged_in);
  ASSERT_EQ(start_ecdsa(), Rv::ok);
  EXPECT_EQ(client->login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::ok);
  ASSERT_EQ(start_ecdsa(), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::user_not_logged_in) << "one login, one use";
}

TEST_F(EachUse, CountsWrongPinsAndWaits) {
  ASSERT_EQ(start_ecdsa(), Rv::ok);
  EXPECT_EQ(client->login(session, CKU_CONTEXT_SPECIFIC, "wrong one"), Rv::pin_incorrect);
  EXPECT_NE(client->token_flags() & CKF_USER_PIN_COUNT_LOW, 0u);
  EXPECT_EQ(client->login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::ok);
  EXPECT_EQ(sign().rv, Rv::ok);
}

TEST_F(EachUse, IsNotAskedForByOtherKeys) {
  key = *client->create(session, secret_key_template());
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(client->login(session, CKU_CONTEXT_SPECIFIC, kUserPin), Rv::operation_not_initialized);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::ok);
}

// ---- RELEASE_ACTIVE_PROCESSING

TEST_F(Steps, AreReleasedByAnyCommandOfTheirFamily) {
  const auto release = [&](wire::CommandId command) {
    return client->rv<wire::ReleaseActiveProcessing>({.session = session, .command = command});
  };
  for (const wire::CommandId command : {wire::SignUpdate::kId, wire::SignFinal::kId, wire::SignOneshot::kId}) {
    ASSERT_EQ(start_sign(), Rv::ok);
    EXPECT_EQ(release(command), Rv::ok);
    EXPECT_EQ(release(command), Rv::operation_not_initialized);
  }
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(release(wire::EncryptUpdate::kId), Rv::operation_not_initialized);
  EXPECT_EQ(release(wire::SignInit::kId), Rv::arguments_bad);
  EXPECT_EQ(release(wire::CommandId{0xFFFFFFFF}), Rv::arguments_bad);
  EXPECT_EQ(step<wire::SignOneshot>(kData, 16).rv, Rv::ok) << "none of these touched the signature";
}

// ---- STEP_OUTPUT_SIZE

TEST_F(Steps, TellTheirSizeAndStayAsTheyAre) {
  const auto size = [&](wire::CommandId command, std::uint32_t input_bytes) {
    return client->call<wire::StepOutputSize>({.session = session, .command = command, .input_bytes = input_bytes});
  };
  EXPECT_THAT(size(wire::SignFinal::kId, 0), IsRv(Rv::operation_not_initialized));
  const Bytes whole = signature(kData);
  ASSERT_EQ(start_sign(), Rv::ok);
  EXPECT_EQ(size(wire::SignOneshot::kId, 16)->bytes, 16u);
  EXPECT_EQ(step<wire::SignUpdate>(kData).rv, Rv::ok) << "a question is no step";
  EXPECT_EQ(size(wire::SignFinal::kId, 0)->bytes, 16u);
  EXPECT_EQ(step<wire::SignFinal>({}, 16).output, whole);

  ASSERT_EQ(start<wire::EncryptInit>(CKM_AES_CBC_PAD, Bytes(16)), Rv::ok);
  EXPECT_EQ(size(wire::EncryptOneshot::kId, 16)->bytes, 32u);
  EXPECT_GE(size(wire::EncryptUpdate::kId, 0xFFFFFFF0)->bytes, 0xFFFFFFF0u) << "no wrap-around";
  EXPECT_EQ(step<wire::EncryptOneshot>(kData, 32).output.size(), 32u);
  EXPECT_THAT(size(wire::SignInit::kId, 0), IsRv(Rv::arguments_bad));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
