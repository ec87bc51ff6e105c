#include "secure/crypto/key_info.h"
#include "secure/pkcs11/mechanisms/ec_test_keys.h"
#include "secure/pkcs11/mechanisms/rsa_test_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::string_view kKek = "000102030405060708090a0b0c0d0e0f";

Result<Bytes> wrap(const wire::Mechanism& with, const Key& wrapping_key, const TestKey& key) {
  return wrap_key(with, wrapping_key, key.content.attributes, key.content.secrets);
}

Result<ObjectContent> unwrap(const wire::Mechanism& with, const Key& unwrapping_key, ByteView wrapped,
                             ObjectContent key) {
  HF_TRY(unwrap_key(with, unwrapping_key, wrapped, key));
  return key;
}

ObjectContent with_length(ObjectContent key, std::uint32_t bytes) {
  key.attributes.set_ulong(attribute(CKA_VALUE_LEN), bytes);
  return key;
}

Bytes gcm_param() { return std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(128)).take(); }
Bytes rsa_aes_param(std::uint32_t bits) {
  return std::move(ByteWriter().u32(bits).raw(oaep_param(CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, {}))).take();
}

struct Case {
  CK_MECHANISM_TYPE type;
  Bytes param;
  bool takes_private_keys;
};
std::vector<Case> aes_cases() {
  return {{CKM_AES_ECB, {}, false},         {CKM_AES_CBC, Bytes(16), false},  {CKM_AES_CBC_PAD, Bytes(16), true},
          {CKM_AES_GCM, gcm_param(), true}, {CKM_AES_KEY_WRAP_PAD, {}, true}, {CKM_AES_KEY_WRAP_KWP, {}, true}};
}
std::vector<Case> rsa_cases() {
  return {{CKM_RSA_PKCS, {}, false},
          {CKM_RSA_PKCS_OAEP, oaep_param(CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, as_bytes("label")), false},
          {CKM_RSA_AES_KEY_WRAP, rsa_aes_param(256), true}};
}

// RFC 3394, 4.1, and RFC 5649, 6.
TEST(AesKeyWrap, GivesTheVectorsOfTheRfcs) {
  const TestKey kek = aes_key(kKek);
  const TestKey key = secret_key(CKK_AES, hex("00112233445566778899aabbccddeeff"), {});
  constexpr std::string_view kWrapped = "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5";
  EXPECT_EQ(to_hex(wrap(mechanism(CKM_AES_KEY_WRAP), kek, key).value()), kWrapped);
  EXPECT_EQ(value_of(unwrap(mechanism(CKM_AES_KEY_WRAP), kek, hex(kWrapped), draft(CKO_SECRET_KEY, CKK_AES)).value()),
            "00112233445566778899aabbccddeeff");

  const TestKey kwp_kek = aes_key("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8");
  const TestKey generic = secret_key(CKK_GENERIC_SECRET, hex("466f7250617369"), {});
  for (const CK_MECHANISM_TYPE type : {CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD})
    EXPECT_EQ(to_hex(wrap(mechanism(type), kwp_kek, generic).value()), "afbeb0f07dfbf5419200f2ccb50bb24f");
}

TEST(WrapKey, CarriesSecretKeys) {
  const TestKey aes = secret_key(CKK_AES, hex("00112233445566778899aabbccddeeff0011223344556677"), {});
  const auto carries = [&](const Case& c, const Key& wrapping, const Key& unwrapping) {
    const wire::Mechanism with = mechanism(c.type, c.param);
    const Bytes wrapped = wrap(with, wrapping, aes).value();
    const ObjectContent back =
        unwrap(with, unwrapping, wrapped, with_length(draft(CKO_SECRET_KEY, CKK_AES), 24)).value();
    EXPECT_EQ(value_of(back), value_of(aes.content)) << c.type;
  };
  for (const Case& c : aes_cases()) carries(c, aes_key(kKek), aes_key(kKek));
  for (const Case& c : rsa_cases()) carries(c, rsa_public_key(), rsa_private_key());
}

TEST(WrapKey, CarriesPrivateKeysWhereTheMechanismMay) {
  TestKey ed25519(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, {});
  ed25519.with(CKA_EC_PARAMS, hex("06032b6570"))
      .with_secret(CKA_VALUE, hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  const auto carries = [](const Case& c, const Key& wrapping, const Key& unwrapping, const TestKey& key) {
    const wire::Mechanism with = mechanism(c.type, c.param);
    const Result<Bytes> wrapped = wrap(with, wrapping, key);
    if (!c.takes_private_keys) {
      EXPECT_EQ(rv_of(wrapped), Rv::key_not_wrappable);
      return;
    }
    const ObjectContent back =
        unwrap(with, unwrapping, wrapped.value(), draft(CKO_PRIVATE_KEY, key.attributes().key_type().value)).value();
    for (const auto& [type, value] : key.content.secrets) EXPECT_EQ(value_of(back, type.value), to_hex(value));
    for (const CK_ATTRIBUTE_TYPE type : {CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_EC_PARAMS})
      if (const Bytes* const expected = key.attributes().find(attribute(type)); expected != nullptr) {
        EXPECT_EQ(*back.attributes.find(attribute(type)), *expected);
      }
  };
  const TestKey rsa = rsa_private_key();
  const TestKey ec = p256_private();
  for (const TestKey* const key : {&rsa, &ec, &std::as_const(ed25519)}) {
    for (const Case& c : aes_cases()) carries(c, aes_key(kKek), aes_key(kKek), *key);
    for (const Case& c : rsa_cases()) carries(c, rsa_public_key(), rsa_private_key(), *key);
  }
}

TEST(WrapKey, PadsAScalarToTheOrder) {
  TestKey narrow = ec_private_key(crypto::Curve::p256, "01");
  const Bytes wrapped = wrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), narrow).value();
  const ObjectContent back =
      unwrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), wrapped, draft(CKO_PRIVATE_KEY, CKK_EC)).value();
  EXPECT_EQ(value_of(back), std::string(63, '0') + "1");
}

TEST(WrapKey, PadsWithZerosForPlainCipherModes) {
  const TestKey key = secret_key(CKK_GENERIC_SECRET, hex("010203"), {});
  const wire::Mechanism with = mechanism(CKM_AES_ECB);
  const Bytes wrapped = wrap(with, aes_key(kKek), key).value();
  EXPECT_EQ(wrapped.size(), 16u);
  const auto unwrapped = [&](ObjectContent key_draft) {
    return unwrap(with, aes_key(kKek), wrapped, std::move(key_draft));
  };
  EXPECT_EQ(value_of(unwrapped(draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET)).value()), "01020300000000000000000000000000");
  EXPECT_EQ(value_of(unwrapped(with_length(draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET), 3)).value()), "010203");
  EXPECT_EQ(rv_of(unwrapped(with_length(draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET), 17))), Rv::wrapped_key_len_range);
}

TEST(WrapKey, PadsWithZerosForKeyWrapAndCutsToTheLengthOfTheType) {
  const TestKey odd = secret_key(CKK_GENERIC_SECRET, Bytes(13, std::byte{7}), {});
  const Bytes wrapped = wrap(mechanism(CKM_AES_KEY_WRAP), aes_key(kKek), odd).value();
  EXPECT_EQ(wrapped.size(), 24u);
  const auto unwrapped = unwrap(mechanism(CKM_AES_KEY_WRAP), aes_key(kKek), wrapped,
                                with_length(draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET), 13));
  EXPECT_EQ(value_of(unwrapped.value()), "07070707070707070707070707");
  // Triple DES keys of 24 bytes come back from two AES blocks without CKA_VALUE_LEN.
  const TestKey des = secret_key(CKK_DES3, Bytes(24, std::byte{1}), {});
  const Bytes blocks = wrap(mechanism(CKM_AES_ECB), aes_key(kKek), des).value();
  EXPECT_EQ(blocks.size(), 32u);
  const auto back = unwrap(mechanism(CKM_AES_ECB), aes_key(kKek), blocks, draft(CKO_SECRET_KEY, CKK_DES3));
  EXPECT_EQ(value_of(back.value()).size(), 48u);
}

TEST(WrapKey, RefusesKeysThatDoNotFit) {
  const TestKey small = secret_key(CKK_GENERIC_SECRET, Bytes(8), {});
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_AES_KEY_WRAP), aes_key(kKek), small)), Rv::key_size_range);
  const TestKey large = secret_key(CKK_GENERIC_SECRET, Bytes(300), {});
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_RSA_PKCS), rsa_public_key(), large)), Rv::key_size_range);
  const Bytes oaep = oaep_param(CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, {});
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_RSA_PKCS_OAEP, oaep), rsa_public_key(), large)), Rv::key_size_range);
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), rsa_public_key())), Rv::key_not_wrappable);
}

TEST(WrapKey, NamesFaultsOfTheWrappingKey) {
  const TestKey key = secret_key(CKK_AES, Bytes(16), {});
  const TestKey unfit = secret_key(CKK_AES, Bytes(16), {CKA_ENCRYPT});
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_AES_KEY_WRAP), unfit, key)), Rv::wrapping_key_type_inconsistent);
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_AES_KEY_WRAP), rsa_public_key(), key)), Rv::wrapping_key_type_inconsistent);
  TestKey small = rsa_public_key();
  small.with(CKA_MODULUS, Bytes(63, std::byte{0xFF}));
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_RSA_PKCS), small, key)), Rv::wrapping_key_size_range);
  EXPECT_EQ(rv_of(wrap(mechanism(CKM_AES_CMAC), aes_key(kKek), key)), Rv::mechanism_invalid);
}

TEST(UnwrapKey, NamesFaultsOfTheUnwrappingKey) {
  const auto outcome = [](const wire::Mechanism& with, const Key& key) {
    return rv_of(unwrap(with, key, Bytes(24), draft(CKO_SECRET_KEY, CKK_AES)));
  };
  EXPECT_EQ(outcome(mechanism(CKM_AES_KEY_WRAP), secret_key(CKK_AES, Bytes(16), {CKA_WRAP})),
            Rv::unwrapping_key_type_inconsistent);
  EXPECT_EQ(outcome(mechanism(CKM_RSA_PKCS), aes_key(kKek)), Rv::unwrapping_key_type_inconsistent);
  TestKey small = rsa_private_key();
  small.with(CKA_MODULUS, Bytes(63, std::byte{0xFF}));
  EXPECT_EQ(outcome(mechanism(CKM_RSA_PKCS), small), Rv::unwrapping_key_size_range);
  TestKey sealed = aes_key(kKek);
  sealed.sealed = true;
  EXPECT_EQ(outcome(mechanism(CKM_AES_KEY_WRAP), sealed), Rv::user_not_logged_in);
}

TEST(UnwrapKey, RefusesWrappedKeysThatAreNone) {
  const auto outcome = [](const Case& c, const Key& key, const Bytes& wrapped) {
    return rv_of(unwrap(mechanism(c.type, c.param), key, wrapped, draft(CKO_SECRET_KEY, CKK_AES)));
  };
  EXPECT_EQ(outcome({CKM_AES_KEY_WRAP, {}, true}, aes_key(kKek), Bytes(24)), Rv::wrapped_key_invalid);
  EXPECT_EQ(outcome({CKM_AES_KEY_WRAP, {}, true}, aes_key(kKek), Bytes(23)), Rv::wrapped_key_len_range);
  EXPECT_EQ(outcome({CKM_AES_KEY_WRAP_KWP, {}, true}, aes_key(kKek), Bytes(24)), Rv::wrapped_key_invalid);
  EXPECT_EQ(outcome({CKM_AES_GCM, gcm_param(), true}, aes_key(kKek), Bytes(32)), Rv::wrapped_key_invalid);
  EXPECT_EQ(outcome({CKM_AES_GCM, gcm_param(), true}, aes_key(kKek), Bytes(15)), Rv::wrapped_key_len_range);
  EXPECT_EQ(outcome({CKM_AES_CBC, Bytes(16), true}, aes_key(kKek), Bytes(15)), Rv::wrapped_key_len_range);
  EXPECT_EQ(outcome({CKM_AES_CBC_PAD, Bytes(16), true}, aes_key(kKek), Bytes(15)), Rv::wrapped_key_len_range);
  EXPECT_EQ(
      outcome({CKM_RSA_PKCS_OAEP, oaep_param(CKM_SHA256, CKG_MGF1_SHA256, 1, {}), true}, rsa_private_key(), Bytes(256)),
      Rv::wrapped_key_invalid);
  EXPECT_EQ(outcome({CKM_RSA_PKCS, {}, true}, rsa_private_key(), Bytes(255)), Rv::wrapped_key_len_range);
  EXPECT_EQ(outcome({CKM_RSA_AES_KEY_WRAP, rsa_aes_param(256), true}, rsa_private_key(), Bytes(256)),
            Rv::wrapped_key_len_range);
  EXPECT_EQ(outcome({CKM_RSA_AES_KEY_WRAP, rsa_aes_param(256), true}, rsa_private_key(), {}),
            Rv::wrapped_key_len_range);
}

TEST(UnwrapKey, RefusesAValueTheKeyTypeCannotHave) {
  const Bytes wrapped =
      wrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), secret_key(CKK_GENERIC_SECRET, Bytes(20), {})).value();
  EXPECT_EQ(rv_of(unwrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), wrapped, draft(CKO_SECRET_KEY, CKK_AES))),
            Rv::wrapped_key_len_range);
  EXPECT_EQ(rv_of(unwrap(mechanism(CKM_AES_KEY_WRAP_KWP), aes_key(kKek), wrapped,
                         with_length(draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET), 16))),
            Rv::template_inconsistent);
}

TEST(UnwrapKey, RefusesPrivateKeysThatAreNotWhatTheTemplateSays) {
  const wire::Mechanism with = mechanism(CKM_AES_KEY_WRAP_KWP);
  const Bytes wrapped = wrap(with, aes_key(kKek), p256_private()).value();
  EXPECT_EQ(rv_of(unwrap(with, aes_key(kKek), wrapped, draft(CKO_PRIVATE_KEY, CKK_RSA))), Rv::template_inconsistent);
  ObjectContent other_curve = draft(CKO_PRIVATE_KEY, CKK_EC);
  other_curve.attributes.set(attribute(CKA_EC_PARAMS), to_bytes(crypto::curve_params(crypto::Curve::p384)));
  EXPECT_EQ(rv_of(unwrap(with, aes_key(kKek), wrapped, std::move(other_curve))), Rv::template_inconsistent);
  EXPECT_EQ(rv_of(unwrap(with, aes_key(kKek), wrapped, draft(CKO_PUBLIC_KEY, CKK_EC))), Rv::template_inconsistent);
  EXPECT_EQ(rv_of(unwrap(mechanism(CKM_AES_ECB), aes_key(kKek), Bytes(144), draft(CKO_PRIVATE_KEY, CKK_EC))),
            Rv::template_inconsistent);

  const Bytes no_key = wrap(with, aes_key(kKek), secret_key(CKK_GENERIC_SECRET, Bytes(100), {})).value();
  EXPECT_EQ(rv_of(unwrap(with, aes_key(kKek), no_key, draft(CKO_PRIVATE_KEY, CKK_EC))), Rv::wrapped_key_invalid);
}

TEST(UnwrapKey, RefusesAPrivateKeyWithBrokenNumbers) {
  const wire::Mechanism with = mechanism(CKM_AES_KEY_WRAP_KWP);
  TestKey broken = rsa_private_key();
  broken.with_secret(CKA_PRIME_1, hex(wycheproof::kPrime2));
  const Bytes wrapped = wrap(with, aes_key(kKek), broken).value();
  EXPECT_EQ(rv_of(unwrap(with, aes_key(kKek), wrapped, draft(CKO_PRIVATE_KEY, CKK_RSA))), Rv::wrapped_key_invalid);
}

TEST(RsaAesKeyWrap, RefusesOtherAesSizes) {
  for (const std::uint32_t bits : {0u, 64u, 127u, 512u}) {
    const Bytes param = rsa_aes_param(bits);
    EXPECT_EQ(rv_of(wrap(mechanism(CKM_RSA_AES_KEY_WRAP, param), rsa_public_key(), secret_key(CKK_AES, Bytes(16), {}))),
              Rv::mechanism_param_invalid);
  }
}

TEST(EcdhAesKeyWrap, CarriesKeysThereAndBack) {
  struct Wrapping {
    CK_MECHANISM_TYPE type;
    CK_KEY_TYPE key_type;
    CK_MECHANISM_TYPE generation;
    std::string_view params;
    std::size_t point_bytes;
  };
  for (const Wrapping& w :
       {Wrapping{CKM_ECDH_AES_KEY_WRAP, CKK_EC, CKM_EC_KEY_PAIR_GEN, "06082a8648ce3d030107", 65},
        Wrapping{CKM_ECDH_COF_AES_KEY_WRAP, CKK_EC, CKM_EC_KEY_PAIR_GEN, "06052b81040023", 136},
        Wrapping{CKM_ECDH_X_AES_KEY_WRAP, CKK_EC_MONTGOMERY, CKM_EC_MONTGOMERY_KEY_PAIR_GEN, "06032b656f", 56},
        Wrapping{CKM_ECDH_AES_KEY_WRAP, CKK_EC_MONTGOMERY, CKM_EC_MONTGOMERY_KEY_PAIR_GEN, "06032b656e", 32}}) {
    TestKey public_key(CKO_PUBLIC_KEY, w.key_type, {CKA_WRAP});
    TestKey private_key(CKO_PRIVATE_KEY, w.key_type, {CKA_UNWRAP});
    public_key.with(CKA_EC_PARAMS, hex(w.params));
    ASSERT_EQ(rv_of(generate_key_pair(mechanism(w.generation), public_key.content, private_key.content)), Rv::ok);
    const auto param = [](std::uint32_t bits, CK_ULONG kdf, ByteView shared) {
      return std::move(ByteWriter().u32(bits).u32(static_cast<std::uint32_t>(kdf)).sized(shared)).take();
    };
    const TestKey target = secret_key(CKK_AES, hex("00112233445566778899aabbccddeeff"), {});
    for (const Bytes& each : {param(256, CKD_SHA256_KDF, hex("01")), param(128, CKD_NULL, {}),
                              param(192, CKD_SHA384_KDF_SP800, {})}) {
      const wire::Mechanism with = mechanism(w.type, each);
      const Bytes wrapped = wrap(with, public_key, target).value();
      EXPECT_EQ(wrapped.size(), w.point_bytes + 24);
      EXPECT_EQ(value_of(unwrap(with, private_key, wrapped, draft(CKO_SECRET_KEY, CKK_AES)).value()),
                "00112233445566778899aabbccddeeff");
      Bytes altered = wrapped;
      altered.back() ^= std::byte{1};
      EXPECT_EQ(rv_of(unwrap(with, private_key, altered, draft(CKO_SECRET_KEY, CKK_AES))), Rv::wrapped_key_invalid);
      EXPECT_EQ(rv_of(unwrap(with, private_key, ByteView(wrapped).first(w.point_bytes), draft(CKO_SECRET_KEY, CKK_AES))),
                Rv::wrapped_key_len_range);
      const Bytes zeros(wrapped.size());
      EXPECT_EQ(rv_of(unwrap(with, private_key, zeros, draft(CKO_SECRET_KEY, CKK_AES))), Rv::wrapped_key_invalid);
    }
    for (const Bytes& bad : {Bytes{}, param(64, CKD_NULL, {}), param(256, 99, {}), param(256, CKD_NULL, hex("01"))})
      EXPECT_EQ(rv_of(wrap(mechanism(w.type, bad), public_key, target)), Rv::mechanism_param_invalid);
  }
}

TEST(WrapKey, CarriesKeysOfTheCurvesOfRfc8410) {
  struct Pair {
    CK_KEY_TYPE type;
    CK_MECHANISM_TYPE generation;
    std::string_view params;
  };
  const TestKey kek = aes_key(kKek);
  for (const Pair& each : {Pair{CKK_EC_EDWARDS, CKM_EC_EDWARDS_KEY_PAIR_GEN, "06032b6570"},
                           Pair{CKK_EC_EDWARDS, CKM_EC_EDWARDS_KEY_PAIR_GEN, "06032b6571"},
                           Pair{CKK_EC_MONTGOMERY, CKM_EC_MONTGOMERY_KEY_PAIR_GEN, "06032b656e"},
                           Pair{CKK_EC_MONTGOMERY, CKM_EC_MONTGOMERY_KEY_PAIR_GEN, "06032b656f"}}) {
    TestKey public_key(CKO_PUBLIC_KEY, each.type, {});
    TestKey private_key(CKO_PRIVATE_KEY, each.type, {});
    public_key.with(CKA_EC_PARAMS, hex(each.params));
    ASSERT_EQ(rv_of(generate_key_pair(mechanism(each.generation), public_key.content, private_key.content)), Rv::ok);
    const wire::Mechanism with = mechanism(CKM_AES_KEY_WRAP_KWP);
    const Bytes wrapped = wrap(with, kek, private_key).value();
    const ObjectContent back = unwrap(with, kek, wrapped, draft(CKO_PRIVATE_KEY, each.type)).value();
    EXPECT_EQ(value_of(back), value_of(private_key.content));
    EXPECT_EQ(to_hex(*back.attributes.find(attribute(CKA_EC_PARAMS))), each.params);
    EXPECT_EQ(public_key_info(back.attributes, back.secrets).value(),
              public_key_info(public_key.content.attributes, public_key.content.secrets).value());
    EXPECT_EQ(rv_of(unwrap(with, kek, wrapped, draft(CKO_PRIVATE_KEY, CKK_EC))), Rv::template_inconsistent);
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
