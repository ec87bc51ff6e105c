// What OP-TEE's trusted application does wrong with operations (ABI section 19.3), in both dialects: the input, and the
// right answer. Number 14, key memory that is not wiped, is SecretBytes.IsWipedBeforeItsMemoryIsUsedAgain and the
// integration test memory_scan.

#include "secure/crypto/curve.h"
#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

const std::string_view kMessage = "a message";

struct OpteeOperationDefects : TaTest, ::testing::WithParamInterface<Dialect> {
  void SetUp() override {
    make_token();
    session = client.open();
    ASSERT_EQ(client.login(session, CKU_USER, kUserPin), Rv::ok);
  }

  static wire::Mechanism mechanism(CK_ULONG type, ByteView param = {}) {
    return {.type = ck::MechanismType{static_cast<std::uint32_t>(type)}, .param = param};
  }
  template <class C>
  Rv start(ck::ObjectHandle key, CK_ULONG type, ByteView param = {}) {
    return client.rv<C>({.session = session, .key = key, .mechanism = mechanism(type, param)});
  }
  wire::GenerateKeyPair::Reply generate_pair(CK_ULONG type, const TemplateBuilder& public_half,
                                             const TemplateBuilder& private_half) {
    return client
        .call<wire::GenerateKeyPair>({.session = session,
                                      .mechanism = mechanism(type),
                                      .public_attributes = public_half.view(),
                                      .private_attributes = private_half.view()})
        .value();
  }
  wire::GenerateKeyPair::Reply p256_pair() {
    return generate_pair(
        CKM_EC_KEY_PAIR_GEN,
        TemplateBuilder().raw(CKA_EC_PARAMS, crypto::curve_params(crypto::Curve::p256)).flag(CKA_VERIFY, true),
        TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_DERIVE, true));
  }
  wire::GenerateKeyPair::Reply rsa_pair() {
    return generate_pair(CKM_RSA_PKCS_KEY_PAIR_GEN,
                         TemplateBuilder().ulong(CKA_MODULUS_BITS, 2048).flag(CKA_WRAP, true),
                         TemplateBuilder().flag(CKA_UNWRAP, true).flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false));
  }
  ck::ObjectHandle aes(const TemplateBuilder& usages) {
    return client.create(session, secret_key_template().add(usages)).value();
  }
  /// expect_alive asks as another client, who would find the application gone after an abort.
  void expect_alive() {
    TaClient other(world, GetParam());
    EXPECT_EQ(other.session_state(other.open()), CKS_RW_PUBLIC_SESSION);
  }

  TaClient client{world, GetParam()};
  ck::SessionHandle session;
};
INSTANTIATE_TEST_SUITE_P(Dialects, OpteeOperationDefects, ::testing::Values(Dialect::optee, Dialect::standard),
                         [](const auto& each) { return each.param == Dialect::optee ? "Optee" : "Standard"; });

TEST_P(OpteeOperationDefects, Number1APrefixOfAMacIsNoMac) {
  const ck::ObjectHandle key =
      client
          .create(session, key_template(CKO_SECRET_KEY, CKK_GENERIC_SECRET)
                               .raw(CKA_VALUE, Bytes(32, std::byte{0x2B}))
                               .flag(CKA_SIGN, true)
                               .flag(CKA_VERIFY, true))
          .value();
  const Bytes eight = std::move(ByteWriter().u32(8)).take();
  ASSERT_EQ(start<wire::SignInit>(key, CKM_SHA256_HMAC_GENERAL, eight), Rv::ok);
  const Bytes mac = client.send<wire::SignOneshot>({.session = session}, {.input = as_bytes(kMessage), .room = 8}).output;
  ASSERT_EQ(mac.size(), 8u);
  const auto verified = [&](ByteView signature) {
    EXPECT_EQ(start<wire::VerifyInit>(key, CKM_SHA256_HMAC_GENERAL, eight), Rv::ok);
    return client.rv<wire::VerifyOneshot>({.session = session}, {.input = as_bytes(kMessage), .second = signature});
  };
  EXPECT_EQ(verified(mac), Rv::ok);
  for (const std::size_t bytes : {0u, 1u, 7u}) EXPECT_EQ(verified(ByteView(mac).first(bytes)), Rv::signature_len_range);
  EXPECT_EQ(verified(Bytes(32)), Rv::signature_len_range);
}

TEST_P(OpteeOperationDefects, Number2AskingForTheSizeKeepsTheRunningHash) {
  const auto pair = p256_pair();
  ASSERT_EQ(start<wire::SignInit>(pair.private_key, CKM_ECDSA_SHA256), Rv::ok);
  ASSERT_EQ(client.rv<wire::SignUpdate>({.session = session}, {.input = as_bytes(kMessage)}), Rv::ok);
  for (const std::size_t room : {0u, 63u}) {
    const Answer query = client.send<wire::SignFinal>({.session = session}, {.room = room});
    EXPECT_EQ(query.rv, Rv::buffer_too_small);
    EXPECT_EQ(query.reported, 64u);
  }
  const Answer made = client.send<wire::SignFinal>({.session = session}, {.room = 64});
  ASSERT_EQ(made.rv, Rv::ok);
  const auto verified = [&](std::string_view message) {
    EXPECT_EQ(start<wire::VerifyInit>(pair.public_key, CKM_ECDSA_SHA256), Rv::ok);
    return client.rv<wire::VerifyOneshot>({.session = session}, {.input = as_bytes(message), .second = made.output});
  };
  EXPECT_EQ(verified(kMessage), Rv::ok);
  EXPECT_EQ(verified(""), Rv::signature_invalid) << "not the signature of nothing";
}

TEST_P(OpteeOperationDefects, Number3APublicKeyOnAnUnknownCurveIsNoKey) {
  // secp112r1, 1.3.132.0.6
  const Bytes curve = {std::byte{0x06}, std::byte{0x05}, std::byte{0x2B}, std::byte{0x81},
                       std::byte{0x04}, std::byte{0x00}, std::byte{0x06}};
  EXPECT_EQ(client
                .create(session, key_template(CKO_PUBLIC_KEY, CKK_EC)
                                     .raw(CKA_EC_PARAMS, curve)
                                     .raw(CKA_EC_POINT, Bytes(31, std::byte{4}))
                                     .flag(CKA_VERIFY, true))
                .error()
                .rv,
            Rv::curve_not_supported);
  expect_alive();
}

TEST_P(OpteeOperationDefects, Number4EcdhParametersThatMakeNoSenseAreRefused) {
  const ck::ObjectHandle key = p256_pair().private_key;
  const TemplateBuilder wanted = key_template(CKO_SECRET_KEY, CKK_GENERIC_SECRET).ulong(CKA_VALUE_LEN, 32);
  const auto derived = [&](ByteView shared, ByteView point) {
    const Bytes param = std::move(ByteWriter().u32(CKD_NULL).sized(shared).sized(point)).take();
    return client.rv<wire::DeriveKey>({.session = session,
                                       .parent = key,
                                       .mechanism = mechanism(CKM_ECDH1_DERIVE, param),
                                       .attributes = wanted.view()});
  };
  Bytes no_point(65, std::byte{0x55});
  no_point[0] = std::byte{4};
  EXPECT_EQ(derived({}, no_point), Rv::mechanism_param_invalid) << "not on the curve";
  EXPECT_EQ(derived({}, {}), Rv::mechanism_param_invalid);
  EXPECT_EQ(derived(as_bytes("shared"), no_point), Rv::mechanism_param_invalid);
  EXPECT_EQ(derived(as_bytes("shared"), {}), Rv::mechanism_param_invalid);
  EXPECT_EQ(derived({}, Bytes(4096, std::byte{4})), Rv::mechanism_param_invalid);
  expect_alive();
}

TEST_P(OpteeOperationDefects, Number4bGcmTakesOnlyTagsThatThereAre) {
  const ck::ObjectHandle key = aes(TemplateBuilder().flag(CKA_ENCRYPT, true));
  for (const std::uint32_t bits : {0u, 1u, 8u, 33u, 88u, 95u, 97u, 127u, 129u, 136u, 0xFFFFFFFFu}) {
    const Bytes param = std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(bits)).take();
    EXPECT_EQ(start<wire::EncryptInit>(key, CKM_AES_GCM, param), Rv::mechanism_param_invalid) << bits;
  }
  for (const std::uint32_t bits : {96u, 104u, 112u, 120u, 128u}) {
    const Bytes param = std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(bits)).take();
    ASSERT_EQ(start<wire::EncryptInit>(key, CKM_AES_GCM, param), Rv::ok) << bits;
    EXPECT_EQ(client.send<wire::EncryptOneshot>({.session = session}, {.input = as_bytes(kMessage), .room = 64}).output.size(),
              kMessage.size() + bits / 8);
  }
  expect_alive();
}

Bytes rsa_aes_param() {
  return std::move(ByteWriter().u32(256).u32(CKM_SHA256).u32(CKG_MGF1_SHA256).u32(CKZ_DATA_SPECIFIED).u32(0)).take();
}

TEST_P(OpteeOperationDefects, Number10RsaAesUnwrapsNothingShorterThanTheModulus) {
  const ck::ObjectHandle key = rsa_pair().private_key;
  const TemplateBuilder wanted = key_template(CKO_SECRET_KEY, CKK_AES);
  const Bytes param = rsa_aes_param();
  for (const std::size_t bytes : {0u, 1u, 24u, 255u, 256u}) {
    EXPECT_EQ(client.rv<wire::UnwrapKey>({.session = session,
                                          .unwrapping_key = key,
                                          .mechanism = mechanism(CKM_RSA_AES_KEY_WRAP, param),
                                          .attributes = wanted.view()},
                                         {.input = Bytes(bytes)}),
              Rv::wrapped_key_len_range)
        << bytes;
  }
  expect_alive();
}

TEST_P(OpteeOperationDefects, Number15APrivateRsaKeyIsWrappedAsPkcs8) {
  const auto wrapping = rsa_pair();
  const ck::ObjectHandle kek = aes(TemplateBuilder().flag(CKA_WRAP, true).flag(CKA_ENCRYPT, true).flag(CKA_DECRYPT, true));
  const Bytes gcm = std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(128)).take();
  const Result<Bytes> wrapped = client.fetch<wire::WrapKey>(
      {.session = session, .wrapping_key = kek, .key = wrapping.private_key, .mechanism = mechanism(CKM_AES_GCM, gcm)});
  ASSERT_TRUE(wrapped.has_value());
  ASSERT_EQ(start<wire::DecryptInit>(kek, CKM_AES_GCM, gcm), Rv::ok);
  const Answer plain = client.send<wire::DecryptOneshot>({.session = session}, {.input = *wrapped, .room = 4096});
  ASSERT_EQ(plain.rv, Rv::ok);
  // PrivateKeyInfo (RFC 5958): version 0, then the algorithm; an RSAPrivateKey would go on with the modulus.
  constexpr std::array kAlgorithm = {0x02, 0x01, 0x00, 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
  ASSERT_GT(plain.output.size(), 4 + kAlgorithm.size());
  for (std::size_t i = 0; i < kAlgorithm.size(); ++i)
    EXPECT_EQ(std::to_integer<int>(plain.output[4 + i]), kAlgorithm[i]) << i;
}

// OP-TEE also pads private RSA keys for its plain cipher modes, which PKCS#11 does not; with its dialect they go there and back.
TEST_P(OpteeOperationDefects, Number15AndGoesThereAndBackWithZerosBehindIt) {
  const auto pair = rsa_pair();
  const ck::ObjectHandle kek = aes(TemplateBuilder().flag(CKA_WRAP, true).flag(CKA_UNWRAP, true));
  const wire::WrapKey::Request request{
      .session = session, .wrapping_key = kek, .key = pair.private_key, .mechanism = mechanism(CKM_AES_ECB)};
  const Result<Bytes> wrapped = client.fetch<wire::WrapKey>(request);
  if (GetParam() == Dialect::standard) {
    ASSERT_FALSE(wrapped.has_value());
    EXPECT_EQ(wrapped.error().rv, Rv::key_not_wrappable);
    return;
  }
  ASSERT_TRUE(wrapped.has_value());
  const TemplateBuilder wanted = key_template(CKO_PRIVATE_KEY, CKK_RSA).flag(CKA_DECRYPT, true);
  const auto unwrapped = client.call<wire::UnwrapKey>({.session = session,
                                                       .unwrapping_key = kek,
                                                       .mechanism = mechanism(CKM_AES_ECB),
                                                       .attributes = wanted.view()},
                                                      {.input = *wrapped});
  ASSERT_TRUE(unwrapped.has_value());
  EXPECT_EQ(client.attribute(session, unwrapped->object, CKA_MODULUS).value(),
            client.attribute(session, pair.private_key, CKA_MODULUS).value());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
