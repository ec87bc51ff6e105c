#include "cryptoki/client.h"

#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

class Crossing : public InitialisedModuleTest {};

TEST_F(Crossing, MapsTeeResultsToStandardCodes) {
  const std::pair<TeeResult, CK_RV> expected[] = {
      {TeeResult::out_of_memory, CKR_DEVICE_MEMORY},  {TeeResult::target_dead, CKR_DEVICE_REMOVED},
      {TeeResult::communication, CKR_DEVICE_REMOVED}, {TeeResult::generic, CKR_GENERAL_ERROR},
      {TeeResult::security, CKR_GENERAL_ERROR},       {TeeResult::bad_parameters, CKR_GENERAL_ERROR},
      {TeeResult::not_supported, CKR_FUNCTION_NOT_SUPPORTED},  {TeeResult::short_buffer, CKR_BUFFER_TOO_SMALL},
  };
  for (const auto& [result, rv] : expected) {
    answer_with<wire::CloseSession>({.result = result});
    EXPECT_EQ(C_CloseSession(kSession), rv) << std::hex << static_cast<std::uint32_t>(result);
  }
}

TEST_F(Crossing, PassesTheTrustedApplicationsCodesThrough) {
  for (const Rv rv : {Rv::pin_locked, Rv::session_handle_invalid, Rv::user_not_logged_in, Rv::function_failed}) {
    answer_with<wire::CloseSession>({.rv = rv});
    EXPECT_EQ(C_CloseSession(kSession), static_cast<CK_RV>(rv));
  }
}

TEST_F(Crossing, RefusesAnAnswerWithoutStatusOrWithAnInternalCode) {
  answer_with<wire::CloseSession>({.status_bytes = 0});
  EXPECT_EQ(C_CloseSession(kSession), CKR_GENERAL_ERROR);
  answer_with<wire::CloseSession>({.rv = static_cast<Rv>(0x80000000)});
  EXPECT_EQ(C_CloseSession(kSession), CKR_GENERAL_ERROR);
}

TEST_F(Crossing, RefusesAReplyOfAnotherSize) {
  answer_with<wire::OpenSession>({.output = Bytes(3)});
  CK_SESSION_HANDLE session = 5;
  EXPECT_EQ(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_GENERAL_ERROR);
  answer_with<wire::OpenSession>({.output = Bytes(5)});
  EXPECT_NE(C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &session), CKR_OK);
  EXPECT_EQ(session, 5u);
}

TEST_F(Crossing, SendsWhatTheSchemaSays) {
  CK_BYTE pin[] = {'1', '2', '3', '4'};
  ASSERT_EQ(C_Login(kSession, CKU_USER, pin, sizeof pin), CKR_OK);
  const auto login = FakeWorld::last<wire::Login>();
  ASSERT_TRUE(login);
  EXPECT_EQ(login->request, words({1, CKU_USER, 4, 0x34333231}));
  EXPECT_FALSE(login->first || login->second_input || login->second_room);
}

TEST_F(Crossing, ShortRequestsStillHaveRoomForTheStatus) {
  ASSERT_EQ(C_CloseSession(kSession), CKR_OK);
  EXPECT_GE(FakeWorld::last<wire::CloseSession>()->request.size(), wire::kStatusBytes);
}

TEST_F(Crossing, InputWithoutBytesIsAbsentWhereItMayBeAndPresentElsewhere) {
  CK_BYTE signature[2] = {1, 2};
  ASSERT_EQ(C_SignUpdate(kSession, nullptr, 0), CKR_OK);
  EXPECT_FALSE(FakeWorld::last<wire::SignUpdate>()->first);
  ASSERT_EQ(C_VerifyFinal(kSession, signature, 0), CKR_OK);
  EXPECT_EQ(FakeWorld::last<wire::VerifyFinal>()->second_input, Bytes{});
  ASSERT_EQ(C_Verify(kSession, signature, 2, signature, 1), CKR_OK);
  EXPECT_EQ(FakeWorld::last<wire::VerifyOneshot>()->first, text("\x01\x02"));
  EXPECT_EQ(FakeWorld::last<wire::VerifyOneshot>()->second_input, text("\x01"));
}

// A step with no room for output could be taken for one whose output is empty: a query is a command of its own.
TEST_F(Crossing, LengthQueryAsksAndDoesNotDoTheStep) {
  answer_with<wire::StepOutputSize>({.output = words({64})});
  CK_ULONG length = 0;
  CK_BYTE data[5] = {};
  ASSERT_EQ(C_Sign(kSession, data, 5, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 64u);
  EXPECT_EQ(C_SignFinal(kSession, nullptr, &length), CKR_OK);
  EXPECT_EQ(C_EncryptUpdate(kSession, data, 5, nullptr, &length), CKR_OK);
  EXPECT_EQ(FakeWorld::last<wire::StepOutputSize>()->request, words({1, wire::EncryptUpdate::kId.value, 5}));
  EXPECT_EQ(C_Decrypt(kSession, data, 5, nullptr, &length), CKR_OK);
  EXPECT_EQ(C_DecryptFinal(kSession, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 64u);
  EXPECT_FALSE(FakeWorld::last<wire::SignOneshot>() || FakeWorld::last<wire::SignFinal>() ||
               FakeWorld::last<wire::EncryptUpdate>() || FakeWorld::last<wire::DecryptOneshot>() ||
               FakeWorld::last<wire::DecryptFinal>());
  answer_with<wire::StepOutputSize>({.output = words({0})});
  EXPECT_EQ(C_EncryptFinal(kSession, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 0u);
  answer_with<wire::StepOutputSize>({.rv = Rv::operation_not_initialized});
  EXPECT_EQ(C_EncryptFinal(kSession, nullptr, &length), CKR_OPERATION_NOT_INITIALIZED);
}

TEST_F(Crossing, WrapQueryIsAPresentMemrefOfNoBytes) {
  answer_with<wire::WrapKey>({.output = Bytes(40)});
  CK_MECHANISM mechanism{CKM_AES_KEY_WRAP, nullptr, 0};
  CK_ULONG length = 0;
  ASSERT_EQ(C_WrapKey(kSession, &mechanism, kKey, kKey, nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 40u);
  EXPECT_EQ(FakeWorld::last<wire::WrapKey>()->second_room, 0u);
}

TEST_F(Crossing, DataBeyondOneCrossingIsSignedInPiecesOnlyWhenThereIsRoomForTheResult) {
  std::vector<CK_BYTE> data(65 * 1024 * 1024);
  FakeWorld::on_command([](const Call& call) -> std::optional<Answer> {
    if (call.command == wire::StepOutputSize::kId) return Answer{.output = words({32})};
    if (call.command == wire::SignFinal::kId) return Answer{.output = Bytes(32, std::byte{5})};
    return std::nullopt;
  });
  CK_BYTE signature[32] = {};
  CK_ULONG length = 31;
  EXPECT_EQ(C_Sign(kSession, data.data(), data.size(), signature, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 32u);
  EXPECT_FALSE(FakeWorld::last<wire::SignUpdate>()) << "nothing was fed";
  EXPECT_EQ(C_Sign(kSession, data.data(), data.size(), signature, &length), CKR_OK);
  EXPECT_EQ(signature[31], 5);
}

TEST_F(Crossing, OffersNoMoreThanAnOutputCanFill) {
  answer_with<wire::SignOneshot>({.output = Bytes(64)});
  CK_BYTE signature[64] = {};
  CK_ULONG length = ~0UL;
  CK_BYTE data = 0;
  ASSERT_EQ(C_Sign(kSession, &data, 1, signature, &length), CKR_OK);
  EXPECT_EQ(length, 64u);
  EXPECT_EQ(FakeWorld::last<wire::SignOneshot>()->second_room, 64u * 1024);
}

TEST_F(Crossing, UpdatesAreFedInPieces) {
  const std::vector<CK_BYTE> data(2 * 1024 * 1024 + 3);
  std::size_t fed = 0;
  int pieces = 0;
  FakeWorld::on_command([&](const Call& call) -> std::optional<Answer> {
    if (call.command != wire::DigestUpdate::kId) return std::nullopt;
    fed += call.first->size();
    ++pieces;
    return Answer{};
  });
  ASSERT_EQ(C_DigestUpdate(kSession, const_cast<CK_BYTE_PTR>(data.data()), data.size()), CKR_OK);
  EXPECT_EQ(fed, data.size());
  EXPECT_EQ(pieces, 3);
}

TEST_F(Crossing, CipherDataBeyondOneCrossingIsCutOnlyWhereItCanBe) {
  std::vector<CK_BYTE> data(65 * 1024 * 1024);
  std::vector<CK_BYTE> out(data.size() + 32);
  CK_ULONG length = out.size();
  EXPECT_EQ(C_Encrypt(kSession, data.data(), data.size(), out.data(), &length), CKR_DATA_LEN_RANGE);
  EXPECT_EQ(C_Decrypt(kSession, data.data(), data.size(), out.data(), &length), CKR_ENCRYPTED_DATA_LEN_RANGE);
  FakeWorld::on_command([](const Call& call) -> std::optional<Answer> {
    if (call.command == wire::StepOutputSize::kId)
      return Answer{.output = words({call.read<wire::StepOutputSize>().input_bytes})};
    if (call.command != wire::EncryptUpdate::kId) return std::nullopt;
    return Answer{.output = Bytes(call.first->size(), std::byte{7})};
  });
  length = data.size();
  EXPECT_EQ(C_EncryptUpdate(kSession, data.data(), data.size(), out.data(), &length), CKR_BUFFER_TOO_SMALL);
  ASSERT_LE(length, out.size());
  EXPECT_FALSE(FakeWorld::last<wire::EncryptUpdate>()) << "nothing was fed";
  EXPECT_EQ(C_EncryptUpdate(kSession, data.data(), data.size(), out.data(), &length), CKR_OK);
  EXPECT_EQ(length, data.size());
  EXPECT_EQ(out[data.size() - 1], 7);
  EXPECT_EQ(out[data.size()], 0);
}

TEST_F(Crossing, FindObjectsGathersUntilTheListEnds) {
  std::uint32_t next = 1;
  FakeWorld::on_command([&](const Call& call) -> std::optional<Answer> {
    if (call.command != wire::FindObjects::kId) return std::nullopt;
    Answer answer;
    for (std::size_t i = 0; i < *call.second_room / 4 && next <= 1500; ++i) {
      const Bytes handle = words({next++});
      answer.output.insert(answer.output.end(), handle.begin(), handle.end());
    }
    return answer;
  });
  std::vector<CK_OBJECT_HANDLE> found(2000);
  CK_ULONG count = 0;
  ASSERT_EQ(C_FindObjects(kSession, found.data(), found.size(), &count), CKR_OK);
  EXPECT_EQ(count, 1500u);
  EXPECT_EQ(found[0], 1u);
  EXPECT_EQ(found[1499], 1500u);
  ASSERT_EQ(C_FindObjects(kSession, found.data(), 10, &count), CKR_OK);
  EXPECT_EQ(count, 0u);
}

TEST_F(Crossing, FindObjectsRefusesMoreThanWasAskedFor) {
  answer_with<wire::FindObjects>({.output = words({1, 2})});
  CK_OBJECT_HANDLE found[2] = {};
  CK_ULONG count = 7;
  EXPECT_NE(C_FindObjects(kSession, found, 1, &count), CKR_OK);
  EXPECT_EQ(count, 7u);
}

TEST_F(Crossing, RandomComesWholeOrNotAtAll) {
  answer_with<wire::GenerateRandom>({.output = Bytes(5)});
  CK_BYTE random[8] = {};
  EXPECT_EQ(C_GenerateRandom(kSession, random, 8), CKR_GENERAL_ERROR);
}

TEST_F(Crossing, ListsFollowTheLengthRules) {
  answer_with<wire::MechanismIds>({.output = words({CKM_ECDSA, CKM_AES_GCM})});
  CK_ULONG count = 0;
  ASSERT_EQ(C_GetMechanismList(0, nullptr, &count), CKR_OK);
  EXPECT_EQ(count, 2u);
  CK_MECHANISM_TYPE list[2] = {};
  count = 1;
  EXPECT_EQ(C_GetMechanismList(0, list, &count), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(count, 2u);
  ASSERT_EQ(C_GetMechanismList(0, list, &count), CKR_OK);
  EXPECT_EQ(list[1], CKM_AES_GCM);
}

TEST_F(Crossing, TokenCountersWithoutValueAreUnavailable) {
  Bytes info(160);
  for (std::size_t at = 100; at < 104; ++at) info[at] = std::byte{0xFF};
  answer_with<wire::TokenInfo>({.output = info});
  CK_TOKEN_INFO token;
  ASSERT_EQ(C_GetTokenInfo(0, &token), CKR_OK);
  EXPECT_EQ(token.ulMaxSessionCount, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(token.ulSessionCount, 0u);
}

TEST_F(Crossing, PinsThatNoTokenHasAreRefusedUnread) {
  auto* const pin = reinterpret_cast<CK_UTF8CHAR_PTR>(1);  // would fault when read
  CK_UTF8CHAR fine[] = {'1', '2', '3', '4'};
  EXPECT_EQ(C_Login(kSession, CKU_USER, pin, 1025), CKR_PIN_INCORRECT);
  EXPECT_EQ(C_InitPIN(kSession, pin, ~0UL), CKR_PIN_LEN_RANGE);
  EXPECT_EQ(C_SetPIN(kSession, pin, ~0UL, fine, 4), CKR_PIN_INCORRECT);
  EXPECT_EQ(C_SetPIN(kSession, fine, 4, pin, ~0UL), CKR_PIN_LEN_RANGE);
  EXPECT_EQ(C_Login(kSession, CKU_USER, nullptr, 4), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_Login(kSession, CKU_USER, nullptr, 0), CKR_OK) << "the protected authentication path";
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
