// Tokens that ask who calls instead of for a PIN (OP-TEE ABI section 13), in both dialects.

#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr std::uint32_t kPath = CKF_PROTECTED_AUTHENTICATION_PATH;
// The UUIDs of users 0 and 1000 and of group 1000 (ABI section 2.4).
constexpr std::string_view kRootText = "ef0180a3-13f3-5d1c-b7f5-888c0e21059a";
constexpr std::string_view kUserText = "fc34275c-d8dd-5ba7-968b-504718363b87";
constexpr std::string_view kGroupText = "0ece43ed-001d-51bd-bab7-480c8954c3cf";

ta::ClientIdentity identity(ta::Login login, std::string_view text) {
  ta::ClientIdentity who{.login = login};
  std::string digits(text);
  std::erase(digits, '-');
  for (std::size_t i = 0; i < who.uuid.octets.size(); ++i)
    who.uuid.octets[i] = static_cast<std::uint8_t>(std::stoul(digits.substr(2 * i, 2), nullptr, 16));
  return who;
}
const ta::ClientIdentity kRoot = identity(ta::Login::user, kRootText);
const ta::ClientIdentity kUser = identity(ta::Login::user, kUserText);
const ta::ClientIdentity kGroup = identity(ta::Login::group, kGroupText);
const ta::ClientIdentity kPublic{};

struct IdentityLogin : TaTest, ::testing::WithParamInterface<Dialect> {
  Rv try_login(const ta::ClientIdentity& who, std::uint32_t user, std::string_view pin = "") {
    TaClient client(world, GetParam(), who);
    return client.login(client.open(), user, pin);
  }
  Rv init_pin(const ta::ClientIdentity& officer, std::string_view payload) {
    TaClient client(world, GetParam(), officer);
    const ck::SessionHandle session = client.open();
    EXPECT_EQ(client.login(session, CKU_SO, ""), Rv::ok);
    return client.rv<wire::InitPin>({.session = session, .pin = as_bytes(payload)});
  }
  /// set_pin changes the security officer's credential when `log_in` is his old PIN, else the user's.
  Rv set_pin(const ta::ClientIdentity& who, std::optional<std::string_view> log_in, std::string_view old_pin, std::string_view new_pin) {
    TaClient client(world, GetParam(), who);
    const ck::SessionHandle session = client.open();
    if (log_in.has_value()) {
      EXPECT_EQ(client.login(session, CKU_SO, *log_in), Rv::ok);
    }
    return client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes(old_pin), .new_pin = as_bytes(new_pin)});
  }
  Rv init_token(const ta::ClientIdentity& who, std::string_view pin = "") {
    return TaClient(world, GetParam(), who).init_token(pin);
  }
  /// All but what the dialects part in.
  std::uint32_t flags() {
    return TaClient(world, GetParam()).token_flags() &
           ~std::uint32_t{CKF_DUAL_CRYPTO_OPERATIONS | CKF_ASYNC_SESSION_SUPPORTED};
  }
};
INSTANTIATE_TEST_SUITE_P(Dialects, IdentityLogin, ::testing::Values(Dialect::optee, Dialect::standard),
                         [](const auto& each) { return each.param == Dialect::optee ? "Optee" : "Standard"; });

TEST_P(IdentityLogin, InitTokenWithoutAPinBindsTheSecurityOfficerToTheCaller) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  EXPECT_EQ(flags(), CKF_RNG | CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | kPath);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::ok);
  EXPECT_EQ(try_login(kRoot, CKU_SO, "any PIN at all"), Rv::ok) << "the PIN is not looked at";
  EXPECT_EQ(try_login(kUser, CKU_SO), Rv::pin_incorrect);
  EXPECT_EQ(try_login(kPublic, CKU_SO), Rv::pin_incorrect);
  EXPECT_EQ(try_login(identity(ta::Login::group, kRootText), CKU_SO), Rv::pin_incorrect) << "the method counts too";
  EXPECT_EQ(try_login(kRoot, CKU_USER), Rv::user_pin_not_initialized);
}

TEST_P(IdentityLogin, WrongCallersAreNotCounted) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  const int before = world.link().calls();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(try_login(kUser, CKU_SO), Rv::pin_incorrect);
  EXPECT_EQ(world.link().calls(), before);
  EXPECT_EQ(flags() & (CKF_SO_PIN_COUNT_LOW | CKF_SO_PIN_LOCKED), 0u);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::ok);
}

TEST_P(IdentityLogin, InitPinNamesTheUser) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  const auto may_log_in = [&](const ta::ClientIdentity& who) { return try_login(who, CKU_USER) == Rv::ok; };
  EXPECT_EQ(init_pin(kRoot, ""), Rv::ok);
  EXPECT_TRUE(may_log_in(kRoot));
  EXPECT_EQ(init_pin(kRoot, "user:" + std::string(kUserText)), Rv::ok);
  EXPECT_TRUE(may_log_in(kUser) && !may_log_in(kRoot));
  EXPECT_EQ(init_pin(kRoot, "group:" + std::string(kGroupText)), Rv::ok);
  EXPECT_TRUE(may_log_in(kGroup) && !may_log_in(kUser));
  EXPECT_EQ(init_pin(kRoot, "public"), Rv::ok);
  EXPECT_TRUE(may_log_in(kPublic) && !may_log_in(kGroup)) << "a public token is for those who say that they are nobody";
  EXPECT_NE(flags() & CKF_USER_PIN_INITIALIZED, 0u);
}

TEST_P(IdentityLogin, WhatNamesNobodyIsAnInvalidPin) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  ASSERT_EQ(init_pin(kRoot, ""), Rv::ok);
  const std::string user(kUserText);
  for (const std::string& payload : {std::string("1234"), std::string("Public"), std::string("public "), "user:" + user + "0",
                                     "user:" + user.substr(1), "uid:" + user, "user: " + user.substr(1), std::string("user:"),
                                     "user:" + std::string(user).replace(8, 1, "0"), "user:" + std::string(user).replace(0, 1, "g"),
                                     std::string("user:") + std::string(36, '-')}) {
    EXPECT_EQ(init_pin(kRoot, payload), Rv::pin_invalid) << payload;
    EXPECT_EQ(set_pin(kRoot, "", "", payload), Rv::pin_invalid) << payload << ", the security officer's, once the user is set";
    EXPECT_EQ(set_pin(kRoot, std::nullopt, "", payload), Rv::pin_invalid) << payload << ", the user's";
  }
  EXPECT_EQ(try_login(kRoot, CKU_USER), Rv::ok);
}

TEST_P(IdentityLogin, SetPinHandsTheTokenOn) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  ASSERT_EQ(init_pin(kRoot, ""), Rv::ok);
  EXPECT_EQ(set_pin(kUser, std::nullopt, "", ""), Rv::pin_incorrect) << "only the user names another";
  EXPECT_EQ(set_pin(kRoot, std::nullopt, "ignored", "user:" + std::string(kUserText)), Rv::ok);
  EXPECT_EQ(try_login(kUser, CKU_USER), Rv::ok);
  EXPECT_EQ(set_pin(kRoot, "", "", "group:" + std::string(kGroupText)), Rv::ok);
  EXPECT_EQ(try_login(kGroup, CKU_SO), Rv::ok);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::pin_incorrect);
}

TEST_P(IdentityLogin, TheSecurityOfficerSwitchesBothWaysUntilTheUserIsSet) {
  ASSERT_EQ(init_token(kRoot, kSoPin), Rv::ok);
  EXPECT_EQ(flags() & kPath, 0u);
  EXPECT_EQ(set_pin(kRoot, kSoPin, kSoPin, ""), Rv::ok);
  EXPECT_NE(flags() & kPath, 0u);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::ok);
  EXPECT_EQ(try_login(kUser, CKU_SO, kSoPin), Rv::pin_incorrect);

  EXPECT_EQ(set_pin(kRoot, "", "", "abc"), Rv::pin_len_range);
  EXPECT_EQ(set_pin(kRoot, "", "", "another pin"), Rv::ok);
  EXPECT_EQ(flags() & kPath, 0u);
  EXPECT_EQ(try_login(kUser, CKU_SO, "another pin"), Rv::ok);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::pin_incorrect);

  TaClient client(world, GetParam(), kRoot);
  const ck::SessionHandle session = client.open();
  ASSERT_EQ(client.login(session, CKU_SO, "another pin"), Rv::ok);
  ASSERT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes(kUserPin)}), Rv::ok);
  EXPECT_EQ(client.rv<wire::SetPin>({.session = session, .old_pin = as_bytes("another pin"), .new_pin = {}}), Rv::pin_len_range)
      << "once the user has a PIN the token stays with PINs";
}

TEST_P(IdentityLogin, InitTokenAgainIsForTheSameCallerAndKeepsHim) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  ASSERT_EQ(init_pin(kRoot, ""), Rv::ok);
  EXPECT_EQ(init_token(kUser), Rv::pin_incorrect);
  EXPECT_EQ(init_token(kUser, kSoPin), Rv::pin_incorrect);
  EXPECT_EQ(init_token(kRoot, kSoPin), Rv::ok) << "the PIN is not looked at";
  EXPECT_NE(flags() & kPath, 0u);
  EXPECT_EQ(flags() & CKF_USER_PIN_INITIALIZED, 0u);
  EXPECT_EQ(try_login(kRoot, CKU_SO), Rv::ok);
}

TEST_P(IdentityLogin, AnEmptyPinDoesNotBindATokenThatHasAPin) {
  ASSERT_EQ(init_token(kRoot, kSoPin), Rv::ok);
  EXPECT_EQ(init_token(kRoot), Rv::pin_incorrect);
  EXPECT_NE(flags() & CKF_SO_PIN_COUNT_LOW, 0u);
  EXPECT_EQ(flags() & kPath, 0u);
}

TEST_P(IdentityLogin, PrivateObjectsComeBackAfterARestart) {
  ASSERT_EQ(init_token(kRoot), Rv::ok);
  ASSERT_EQ(init_pin(kRoot, "user:" + std::string(kUserText)), Rv::ok);
  const auto secret = TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).ulong(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
      .flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true).text(CKA_VALUE, "what I know");
  {
    TaClient client(world, GetParam(), kUser);
    const ck::SessionHandle session = client.open();
    ASSERT_EQ(client.login(session, CKU_USER, ""), Rv::ok);
    ASSERT_THAT(client.create(session, secret), IsOk());
  }
  world.restart();
  TaClient client(world, GetParam(), kUser);
  const ck::SessionHandle session = client.open();
  EXPECT_TRUE(client.find(session).empty());
  ASSERT_EQ(client.login(session, CKU_USER, ""), Rv::ok);
  const auto found = client.find(session);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(as_text(client.attribute(session, found.front(), CKA_VALUE).value()), "what I know");
}

TEST(PublicIdentity, IsBoundByAnEmptyPinInOpteesDialectOnly) {
  TaWorld world;
  EXPECT_EQ(TaClient(world, Dialect::standard).init_token(""), Rv::pin_len_range) << "nobody gives a token away by an empty PIN";
  ASSERT_EQ(TaClient(world, Dialect::optee).init_token(""), Rv::ok);
  TaClient client(world, Dialect::optee);
  EXPECT_EQ(client.login(client.open(), CKU_SO, ""), Rv::ok) << "as with OP-TEE, anybody who is nobody may then";
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
