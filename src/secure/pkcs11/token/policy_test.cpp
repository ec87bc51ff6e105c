// The legacy that a token refuses (ADR 0010), through the commands.

#include "secure/pkcs11/token/policy.h"

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr std::uint32_t kBit(Legacy what) { return static_cast<std::uint32_t>(what); }

struct Policies : ::testing::Test {
  TaWorld world{3, TokenPolicy::usual()};
  std::optional<TaClient> client;
  ck::SessionHandle session;

  void SetUp() override {
    client.emplace(world);
    EXPECT_EQ(client->init_token("so pin"), Rv::ok);
    session = client->open();
  }
  Rv set_policy(std::uint32_t refused) {
    EXPECT_EQ(client->login(session, CKU_SO, "so pin"), Rv::ok);
    const Rv rv = client->rv<wire::SetTokenPolicy>({.session = session, .refused = refused});
    EXPECT_EQ(client->logout(session), Rv::ok);
    return rv;
  }
  std::uint32_t refused(std::uint32_t slot = 0) {
    return client->call<wire::GetTokenPolicy>({.slot = ck::SlotId{slot}}).value().refused;
  }
  wire::MechanismInfo::Reply info(std::uint32_t mechanism) {
    return client->call<wire::MechanismInfo>({.slot = ck::SlotId{0}, .mechanism = ck::MechanismType{mechanism}}).value();
  }
  Result<wire::GenerateKeyPair::Reply> generate_rsa(std::uint32_t bits) {
    const TemplateBuilder public_key = TemplateBuilder().ulong(CKA_MODULUS_BITS, bits).flag(CKA_PRIVATE, false).flag(CKA_VERIFY, true);
    const TemplateBuilder private_key = TemplateBuilder().flag(CKA_PRIVATE, false).flag(CKA_SIGN, true);
    return client->call<wire::GenerateKeyPair>({.session = session,
                                                .mechanism = {.type = ck::MechanismType{CKM_RSA_PKCS_KEY_PAIR_GEN}, .param = {}},
                                                .public_attributes = public_key.view(),
                                                .private_attributes = private_key.view()});
  }
  Rv sign_init(ck::ObjectHandle key, std::uint32_t mechanism, ByteView param = {}) {
    const Rv rv = client->rv<wire::SignInit>(
        {.session = session, .key = key, .mechanism = {.type = ck::MechanismType{mechanism}, .param = param}});
    if (rv == Rv::ok) {
      EXPECT_EQ(client->rv<wire::ReleaseActiveProcessing>({.session = session, .command = wire::SignFinal::kId}), Rv::ok);
    }
    return rv;
  }
  Rv verify_init(ck::ObjectHandle key, std::uint32_t mechanism) {
    const Rv rv = client->rv<wire::VerifyInit>(
        {.session = session, .key = key, .mechanism = {.type = ck::MechanismType{mechanism}, .param = {}}});
    if (rv == Rv::ok) {
      EXPECT_EQ(client->rv<wire::ReleaseActiveProcessing>({.session = session, .command = wire::VerifyFinal::kId}), Rv::ok);
    }
    return rv;
  }
};

TEST_F(Policies, NewTokensTakeTheWorldsAndKeepIt) {
  EXPECT_EQ(refused(), TokenPolicy::usual().bits());
  EXPECT_EQ(refused(2), refused()) << "what a token made there would get";
  ASSERT_EQ(set_policy(kBit(Legacy::md5)), Rv::ok);
  client.reset();
  world.restart();
  client.emplace(world);
  EXPECT_EQ(refused(), kBit(Legacy::md5));
  EXPECT_EQ(client->init_token("so pin"), Rv::ok);
  EXPECT_EQ(refused(), TokenPolicy::usual().bits()) << "a token made anew begins anew";
}

TEST_F(Policies, AreTheSecurityOfficersToChange) {
  EXPECT_EQ(client->rv<wire::SetTokenPolicy>({.session = session, .refused = 0}), Rv::user_not_logged_in);
  EXPECT_EQ(set_policy(1u << 6), Rv::arguments_bad) << "no bit that nothing enforces";
  EXPECT_EQ(set_policy(1u << 31), Rv::arguments_bad);
  EXPECT_EQ(refused(), TokenPolicy::usual().bits());
  EXPECT_EQ(set_policy(0), Rv::ok);
  EXPECT_EQ(refused(), 0u);
  EXPECT_EQ(client->rv<wire::GetTokenPolicy>({.slot = ck::SlotId{3}}), Rv::slot_id_invalid);
}

TEST_F(Policies, AStoreThatFailsLeavesThePolicyAsItWas) {
  ASSERT_EQ(client->login(session, CKU_SO, "so pin"), Rv::ok);
  world.link().fail_next({MemoryRecordLink::Fault::disk_full});
  EXPECT_EQ(client->rv<wire::SetTokenPolicy>({.session = session, .refused = 0}), Rv::device_memory);
  EXPECT_EQ(refused(), TokenPolicy::usual().bits());
}

TEST_F(Policies, SmallRsaIsRefusedToNewKeysAndNotToThoseThatExist) {
  ASSERT_EQ(set_policy(0), Rv::ok);
  const auto pair = generate_rsa(1024);
  ASSERT_THAT(pair, IsOk());
  const Bytes modulus = client->attribute(session, pair->public_key, CKA_MODULUS).value();
  EXPECT_EQ(info(CKM_RSA_PKCS_KEY_PAIR_GEN).min_key_size, 512u) << "what libcrypto makes";

  ASSERT_EQ(set_policy(kBit(Legacy::small_rsa)), Rv::ok);
  EXPECT_EQ(info(CKM_RSA_PKCS_KEY_PAIR_GEN).min_key_size, 2048u);
  EXPECT_EQ(generate_rsa(1024).error().rv, Rv::key_size_range);
  const TemplateBuilder import = TemplateBuilder().ulong(CKA_CLASS, CKO_PUBLIC_KEY).ulong(CKA_KEY_TYPE, CKK_RSA)
      .flag(CKA_PRIVATE, false).raw(CKA_MODULUS, modulus).raw(CKA_PUBLIC_EXPONENT, Bytes{std::byte{3}});
  EXPECT_EQ(client->create(session, import).error().rv, Rv::key_size_range);
  Bytes padded = modulus;
  padded.insert(padded.begin(), 128, std::byte{0});
  const TemplateBuilder disguised = TemplateBuilder().ulong(CKA_CLASS, CKO_PUBLIC_KEY).ulong(CKA_KEY_TYPE, CKK_RSA)
      .flag(CKA_PRIVATE, false).raw(CKA_MODULUS, padded).raw(CKA_PUBLIC_EXPONENT, Bytes{std::byte{3}});
  EXPECT_FALSE(client->create(session, disguised).has_value()) << "zero bytes make no longer key";
  EXPECT_EQ(sign_init(pair->private_key, CKM_SHA256_RSA_PKCS), Rv::ok) << "the old key goes on";
  EXPECT_THAT(generate_rsa(2048), IsOk());
}

TEST_F(Policies, Md5AndSha1SigningAreRefusedWhileVerificationGoesOn) {
  const auto pair = generate_rsa(2048);
  ASSERT_THAT(pair, IsOk());
  const Bytes pss_sha1 = std::move(ByteWriter().u32(CKM_SHA_1).u32(CKG_MGF1_SHA1).u32(20)).take();
  ASSERT_EQ(set_policy(0), Rv::ok);
  EXPECT_EQ(sign_init(pair->private_key, CKM_MD5_RSA_PKCS), Rv::ok);
  EXPECT_EQ(sign_init(pair->private_key, CKM_SHA1_RSA_PKCS), Rv::ok);
  EXPECT_EQ(sign_init(pair->private_key, CKM_RSA_PKCS_PSS, pss_sha1), Rv::ok);
  EXPECT_EQ(info(CKM_MD5_RSA_PKCS).flags & (CKF_SIGN | CKF_VERIFY), std::uint32_t{CKF_SIGN | CKF_VERIFY});

  ASSERT_EQ(set_policy(kBit(Legacy::md5_signing) | kBit(Legacy::sha1_signing)), Rv::ok);
  for (const std::uint32_t mechanism : Types{CKM_MD5_RSA_PKCS, CKM_SHA1_RSA_PKCS, CKM_SHA1_RSA_PKCS_PSS, CKM_ECDSA_SHA1}) {
    EXPECT_EQ(sign_init(pair->private_key, mechanism), Rv::mechanism_invalid) << mechanism;
    EXPECT_EQ(info(mechanism).flags & (CKF_SIGN | CKF_VERIFY), std::uint32_t{CKF_VERIFY}) << mechanism;
    EXPECT_EQ(client->rv<wire::MessageSignInit>({.session = session, .key = pair->private_key,
                                                 .mechanism = {.type = ck::MechanismType{mechanism}, .param = {}}}),
              Rv::mechanism_invalid) << mechanism;
    EXPECT_EQ(info(mechanism).flags & (CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY), std::uint32_t{CKF_MESSAGE_VERIFY}) << mechanism;
  }
  EXPECT_EQ(sign_init(pair->private_key, CKM_RSA_PKCS_PSS, pss_sha1), Rv::mechanism_param_invalid);
  EXPECT_EQ(sign_init(pair->private_key, CKM_SHA256_RSA_PKCS), Rv::ok);
  EXPECT_EQ(verify_init(pair->public_key, CKM_MD5_RSA_PKCS), Rv::ok);
  EXPECT_EQ(verify_init(pair->public_key, CKM_SHA1_RSA_PKCS), Rv::ok);
}

TEST_F(Policies, Md5CanBeRefusedForEverything) {
  const auto pair = generate_rsa(2048);
  ASSERT_THAT(pair, IsOk());
  const auto digest_init = [&](std::uint32_t mechanism) {
    return client->rv<wire::DigestInit>({.session = client->open(), .mechanism = {.type = ck::MechanismType{mechanism}, .param = {}}});
  };
  EXPECT_EQ(digest_init(CKM_MD5), Rv::ok);
  ASSERT_EQ(set_policy(kBit(Legacy::md5)), Rv::ok);
  EXPECT_EQ(digest_init(CKM_MD5), Rv::mechanism_invalid);
  EXPECT_EQ(digest_init(CKM_SHA_1), Rv::ok);
  EXPECT_EQ(verify_init(pair->public_key, CKM_MD5_RSA_PKCS), Rv::mechanism_invalid);
  for (const std::uint32_t mechanism : Types{CKM_MD5, CKM_MD5_HMAC, CKM_MD5_HMAC_GENERAL, CKM_MD5_RSA_PKCS})
    EXPECT_EQ(info(mechanism).flags, 0u) << mechanism;
}

TEST_F(Policies, TripleDesIsForWhatIsOldUnlessSomebodySaysOtherwise) {
  const auto generate = [this] {
    return client->rv<wire::GenerateKey>({.session = session,
                                          .mechanism = {.type = ck::MechanismType{CKM_DES3_KEY_GEN}, .param = {}},
                                          .attributes = TemplateBuilder().flag(CKA_PRIVATE, false).view()});
  };
  const TemplateBuilder old_key = TemplateBuilder().ulong(CKA_CLASS, CKO_SECRET_KEY).ulong(CKA_KEY_TYPE, CKK_DES3)
      .flag(CKA_PRIVATE, false).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true).flag(CKA_SIGN, true)
      .raw(CKA_VALUE, Bytes(24, std::byte{1}));
  const auto key = client->create(session, old_key);
  ASSERT_THAT(key, IsOk()) << "old data is read with an old key";
  const wire::Mechanism ecb{.type = ck::MechanismType{CKM_DES3_ECB}, .param = {}};
  const auto encrypt_init = [&] { return client->rv<wire::EncryptInit>({.session = client->open(), .key = *key, .mechanism = ecb}); };
  const auto decrypt_init = [&] { return client->rv<wire::DecryptInit>({.session = client->open(), .key = *key, .mechanism = ecb}); };

  EXPECT_EQ(generate(), Rv::mechanism_invalid);
  EXPECT_EQ(encrypt_init(), Rv::mechanism_invalid);
  EXPECT_EQ(sign_init(*key, CKM_DES3_CMAC), Rv::mechanism_invalid);
  EXPECT_EQ(decrypt_init(), Rv::ok);
  EXPECT_EQ(info(CKM_DES3_ECB).flags, std::uint32_t{CKF_DECRYPT | CKF_UNWRAP});
  EXPECT_EQ(info(CKM_DES3_KEY_GEN).flags, 0u);
  EXPECT_EQ(info(CKM_DES3_CBC_ENCRYPT_DATA).flags, 0u);

  ASSERT_EQ(set_policy(0), Rv::ok);
  EXPECT_EQ(generate(), Rv::ok);
  EXPECT_EQ(encrypt_init(), Rv::ok);
  EXPECT_EQ(sign_init(*key, CKM_DES3_CMAC), Rv::ok);
  EXPECT_EQ(info(CKM_DES3_ECB).flags, std::uint32_t{CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP});
}

TEST(TokenPolicy, IsReadAndWrittenAsWords) {
  EXPECT_EQ(TokenPolicy::parse("none"), TokenPolicy::refuse_nothing());
  EXPECT_EQ(TokenPolicy::parse("triple-des,dsa-signing,md5-signing,small-rsa"), TokenPolicy::usual());
  EXPECT_EQ(TokenPolicy::usual().text(), "small-rsa,md5-signing,dsa-signing,triple-des");
  EXPECT_EQ(TokenPolicy::refuse_nothing().text(), "none");
  for (const char* const wrong : {"", ",", "md5,", "none,md5", "md5,md5", "md-5", "md5 "}) EXPECT_FALSE(TokenPolicy::parse(wrong)) << wrong;
}

TEST(TokenPolicy, IsTheWorldsForATokenOfBefore) {
  EXPECT_EQ(policy_of(0, TokenPolicy::usual()), TokenPolicy::usual());
  EXPECT_EQ(policy_of(as_token_flags(TokenPolicy::refuse_nothing()), TokenPolicy::usual()), TokenPolicy::refuse_nothing());
}

TEST(OpteeMechanismList, IsOpteesTableFromItsEnd) {
  TaWorld world;
  TaClient client(world, Dialect::optee);
  const Bytes list = client.fetch<wire::MechanismIds>({.slot = ck::SlotId{0}}).value();
  ByteReader in(list);
  std::vector<std::uint32_t> first(5);
  for (std::uint32_t& type : first) type = in.u32().value();
  EXPECT_EQ(first, (std::vector<std::uint32_t>{CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224_RSA_PKCS, CKM_SHA512_RSA_PKCS_PSS,
                                               CKM_SHA384_RSA_PKCS_PSS, CKM_SHA256_RSA_PKCS_PSS}));
  EXPECT_EQ(client.rv<wire::MechanismInfo>({.slot = ck::SlotId{0}, .mechanism = ck::MechanismType{CKM_DES3_CBC}}), Rv::mechanism_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
