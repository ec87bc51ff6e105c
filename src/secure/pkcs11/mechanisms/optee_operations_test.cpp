// Operations in OP-TEE's dialect: what is offered, and the codes where its trusted application has its own (OP-TEE ABI
// sections 5.6, 7, 9). The standard's answer stands beside each: nothing may change there.

#include <algorithm>

#include "secure/pkcs11/mechanisms/ec_test_keys.h"
#include "secure/pkcs11/mechanisms/optee_rows.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/rsa_test_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::string_view kAes = "2b7e151628aed2a6abf7158809cf4f3c";

Bytes words(std::initializer_list<CK_ULONG> values) {
  ByteWriter writer;
  for (const CK_ULONG value : values) writer.u32(static_cast<std::uint32_t>(value));
  return std::move(writer).take();
}

Rv begun(Verb verb, const wire::Mechanism& with, const Key& key, Dialect dialect) {
  return rv_of(begin(verb, with, key, dialect));
}

/// Codes are the two answers to one call.
struct Codes {
  Rv optee;
  Rv standard;
  friend bool operator==(const Codes&, const Codes&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Codes& codes) {
    return out << std::hex << static_cast<std::uint32_t>(codes.optee) << ", standard "
               << static_cast<std::uint32_t>(codes.standard);
  }
};
Codes both(Verb verb, const wire::Mechanism& with, const Key& key) {
  return {begun(verb, with, key, Dialect::optee), begun(verb, with, key, Dialect::standard)};
}

TEST(OpteeMechanisms, AreFiftySixInItsOrder) {
  std::vector<std::uint32_t> types;
  for (const OfferedMechanism& mechanism : offered_mechanisms(Dialect::optee))
    if (mechanism.flags != 0) types.push_back(mechanism.type.value);
  ASSERT_EQ(types.size(), 56u);
  EXPECT_EQ(types.front(), CKM_SHA224_RSA_PKCS_PSS);
  EXPECT_EQ(types[1], CKM_SHA224_RSA_PKCS);
  EXPECT_EQ(types.back(), CKM_AES_ECB);
  std::ranges::sort(types);
  EXPECT_EQ(std::ranges::adjacent_find(types), types.end());
}

TEST(OpteeMechanisms, DoAllThatOpteeSaysOfThem) {
  for (const OpteeRow& optee : optee_rows()) {
    const MechanismRow* const row = find_row(ck::MechanismType{optee.id});
    ASSERT_NE(row, nullptr) << optee.id;
    EXPECT_EQ(flags_of(*row) & optee.flags, optee.flags) << optee.id;
    EXPECT_EQ(flags_in(*row, Dialect::optee), optee.flags) << optee.id;
  }
}

TEST(OpteeMechanisms, TellOpteesSizes) {
  const auto& offered = offered_mechanisms(Dialect::optee);
  const auto of = [&](CK_MECHANISM_TYPE type) {
    return *std::ranges::find(offered, ck::MechanismType{static_cast<std::uint32_t>(type)}, &OfferedMechanism::type);
  };
  EXPECT_EQ(of(CKM_ECDSA).min_key_size, 160u);
  EXPECT_EQ(of(CKM_ECDSA).max_key_size, 521u);
  EXPECT_EQ(of(CKM_ECDSA).flags, CKF_SIGN | CKF_VERIFY);
  EXPECT_EQ(of(CKM_GENERIC_SECRET_KEY_GEN).min_key_size, 1u);
  EXPECT_EQ(of(CKM_SHA256_HMAC).min_key_size, 24u);
  EXPECT_EQ(of(CKM_RSA_PKCS).flags, CKF_ENCRYPT | CKF_DECRYPT | CKF_SIGN | CKF_VERIFY);
  EXPECT_EQ(of(CKM_AES_CBC_PAD).flags, 0u) << "in its catalogue, not on offer";
}

TEST(OpteeMechanisms, AreTheOnlyOnesOfItsDialect) {
  EXPECT_EQ(both(Verb::encrypt, mechanism(CKM_AES_CBC_PAD, Bytes(16)), aes_key(kAes)),
            (Codes{Rv::mechanism_invalid, Rv::ok}));
  EXPECT_EQ(rv_of(require_use(Verb::derive, mechanism(CKM_ECDH1_COFACTOR_DERIVE), p256_private().attributes(),
                              Dialect::optee)),
            Rv::mechanism_invalid);
  EXPECT_EQ(rv_of(require_use(Verb::wrap, mechanism(CKM_RSA_PKCS), rsa_public_key().attributes(), Dialect::optee)),
            Rv::mechanism_invalid);
}

TEST(OpteeInit, SaysOfSecretKeysThatTheyMayNot) {
  const TestKey generic = secret_key(CKK_GENERIC_SECRET, Bytes(32), {CKA_ENCRYPT, CKA_SIGN});
  constexpr Codes kUnfit{Rv::key_function_not_permitted, Rv::key_type_inconsistent};
  EXPECT_EQ(both(Verb::encrypt, mechanism(CKM_AES_ECB), generic), kUnfit);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_AES_CMAC), generic), kUnfit);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_SHA256_HMAC), secret_key(CKK_SHA384_HMAC, Bytes(32), {CKA_SIGN})), kUnfit);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_ECDSA), rsa_private_key()),
            (Codes{Rv::key_type_inconsistent, Rv::key_type_inconsistent}));
}

TEST(OpteeInit, AsksHmacKeysForOpteesMinimum) {
  struct Case {
    CK_MECHANISM_TYPE type;
    CK_KEY_TYPE key_type;
    std::size_t minimum;
  };
  for (const Case& c : {Case{CKM_MD5_HMAC, CKK_MD5_HMAC, 8}, Case{CKM_SHA_1_HMAC, CKK_SHA_1_HMAC, 10},
                        Case{CKM_SHA224_HMAC, CKK_SHA224_HMAC, 14}, Case{CKM_SHA256_HMAC, CKK_GENERIC_SECRET, 24},
                        Case{CKM_SHA384_HMAC, CKK_SHA384_HMAC, 32}, Case{CKM_SHA512_HMAC, CKK_SHA512_HMAC, 32}}) {
    EXPECT_EQ(both(Verb::sign, mechanism(c.type), secret_key(c.key_type, Bytes(c.minimum - 1), {CKA_SIGN})),
              (Codes{Rv::key_size_range, Rv::ok}));
    EXPECT_EQ(both(Verb::sign, mechanism(c.type), secret_key(c.key_type, Bytes(c.minimum), {CKA_SIGN})),
              (Codes{Rv::ok, Rv::ok}));
    EXPECT_EQ(both(Verb::sign, mechanism(c.type), secret_key(c.key_type, Bytes(200), {CKA_SIGN})),
              (Codes{Rv::ok, Rv::ok}));
  }
}

TEST(OpteeParam, IsIgnoredWhereOpteeIgnoresIt) {
  const Bytes some = hex("0102");
  constexpr Codes kIgnored{Rv::ok, Rv::mechanism_param_invalid};
  constexpr Codes kRefused{Rv::mechanism_param_invalid, Rv::mechanism_param_invalid};
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_ECDSA, some), p256_private()), kIgnored);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_SHA256_RSA_PKCS, some), rsa_private_key()), kIgnored);
  EXPECT_EQ(rv_of(begin_digest(mechanism(CKM_SHA256, some), Dialect::optee)), Rv::ok);
  EXPECT_EQ(both(Verb::encrypt, mechanism(CKM_AES_ECB, some), aes_key(kAes)), kRefused);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_AES_CMAC, some), aes_key(kAes)), kRefused);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_SHA256_HMAC, some), secret_key(CKK_GENERIC_SECRET, Bytes(32), {CKA_SIGN})),
            kRefused);
}

TEST(OpteeParam, HasOpteesCodes) {
  const TestKey aes = aes_key(kAes);
  const TestKey hmac = secret_key(CKK_GENERIC_SECRET, Bytes(32), {CKA_SIGN});
  const auto codes = [&](CK_MECHANISM_TYPE type, const Bytes& param, const Key& key, Verb verb = Verb::encrypt) {
    return both(verb, mechanism(type, param), key);
  };
  constexpr Rv kInvalid = Rv::mechanism_param_invalid;
  EXPECT_EQ(codes(CKM_AES_CBC, Bytes(15), aes), (Codes{kInvalid, kInvalid}));
  EXPECT_EQ(codes(CKM_AES_CTS, Bytes(17), aes), (Codes{kInvalid, kInvalid}));
  EXPECT_EQ(codes(CKM_AES_CTR, Bytes(19), aes), (Codes{Rv::arguments_bad, kInvalid}));
  EXPECT_EQ(codes(CKM_AES_CTR, {}, aes), (Codes{Rv::arguments_bad, kInvalid}));
  EXPECT_EQ(codes(CKM_AES_GCM, Bytes(3), aes), (Codes{Rv::arguments_bad, kInvalid}));
  EXPECT_EQ(codes(CKM_SHA256_HMAC_GENERAL, words({33}), hmac, Verb::sign), (Codes{Rv::signature_len_range, kInvalid}));
  EXPECT_EQ(codes(CKM_SHA256_HMAC_GENERAL, words({0}), hmac, Verb::sign), (Codes{Rv::signature_len_range, kInvalid}));
  EXPECT_EQ(codes(CKM_SHA256_HMAC_GENERAL, Bytes(3), hmac, Verb::sign), (Codes{kInvalid, kInvalid}));
  EXPECT_EQ(codes(CKM_RSA_PKCS_PSS, words({CKM_SHA256, CKG_MGF1_SHA1, 20}), rsa_private_key(), Verb::sign),
            (Codes{Rv::function_failed, Rv::ok}));
  EXPECT_EQ(codes(CKM_SHA384_RSA_PKCS_PSS, words({CKM_SHA256, CKG_MGF1_SHA256, 32}), rsa_private_key(), Verb::sign),
            (Codes{Rv::function_failed, kInvalid}));
  EXPECT_EQ(codes(CKM_RSA_PKCS_PSS, {}, rsa_private_key(), Verb::sign), (Codes{Rv::function_failed, kInvalid}));
  EXPECT_EQ(codes(CKM_RSA_PKCS_PSS, words({CKM_SHA256, CKG_MGF1_SHA256, 300}), rsa_private_key(), Verb::sign),
            (Codes{Rv::key_size_range, Rv::key_size_range}));
  EXPECT_EQ(codes(CKM_RSA_PKCS_OAEP, words({CKM_SHA256, CKG_MGF1_SHA256, 0, 0}), rsa_public_key()),
            (Codes{Rv::function_failed, Rv::ok}));
  EXPECT_EQ(codes(CKM_RSA_PKCS_OAEP, words({CKM_SHA256, CKG_MGF1_SHA1, 1, 0}), rsa_public_key()),
            (Codes{Rv::function_failed, Rv::ok}));
}

TEST(OpteeParam, OfEcdh) {
  ObjectContent made = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  made.attributes.set_ulong(attribute(CKA_VALUE_LEN), 32);
  const auto derived = [&](const Bytes& param, Dialect dialect = Dialect::optee) {
    return rv_of(derive_key(mechanism(CKM_ECDH1_DERIVE, param), p256_private(), made, dialect));
  };
  const auto param = [](CK_ULONG kdf, ByteView shared, ByteView point) {
    return std::move(ByteWriter().u32(static_cast<std::uint32_t>(kdf)).sized(shared).sized(point)).take();
  };
  const Bytes point = hex(kP256Point);
  EXPECT_EQ(derived(param(CKD_NULL, {}, point)), Rv::ok);
  EXPECT_EQ(derived(param(CKD_SHA256_KDF, {}, point)), Rv::function_failed);
  EXPECT_EQ(derived(param(CKD_SHA256_KDF, {}, point), Dialect::standard), Rv::ok);
  EXPECT_EQ(derived({}), Rv::function_failed);
  EXPECT_EQ(derived(words({CKD_NULL, 5})), Rv::arguments_bad);
  Bytes compressed(point.begin(), point.begin() + 33);
  compressed[0] = std::byte{3};
  EXPECT_EQ(derived(param(CKD_NULL, {}, compressed)), Rv::arguments_bad);
  made = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  EXPECT_EQ(derived(param(CKD_NULL, {}, point)), Rv::template_incomplete) << "CKA_VALUE_LEN is OP-TEE's to ask for";
}

TEST(OpteeDerive, TakesNoParentThatEncrypts) {
  ObjectContent made = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  const Bytes param = hex("10000000" + std::string(32, '2'));
  const wire::Mechanism with = mechanism(CKM_AES_ECB_ENCRYPT_DATA, param);
  EXPECT_EQ(rv_of(derive_key(with, aes_key(kAes), made, Dialect::optee)), Rv::function_failed);
  EXPECT_EQ(rv_of(derive_key(with, aes_key(kAes), made, Dialect::standard)), Rv::ok);
  EXPECT_EQ(rv_of(derive_key(with, secret_key(CKK_AES, hex(kAes), {CKA_DERIVE}), made, Dialect::optee)), Rv::ok);
}

TEST(OpteeCtr, CountsWithTheWholeBlockForOneBit) {
  // SP 800-38A, F.5.1: four blocks, more than one bit counts.
  const Bytes param = std::move(ByteWriter().u32(1).raw(hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"))).take();
  const auto run = [&](Dialect dialect) -> Result<Bytes> {
    HF_ASSIGN_OR_RETURN(Begun begun, begin(Verb::encrypt, mechanism(CKM_AES_CTR, param), aes_key(kAes), dialect));
    Bytes out(64);
    HF_TRY(std::get<std::unique_ptr<Cipher>>(begun.operation)
               ->oneshot(hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                             "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710"),
                         out));
    return out;
  };
  EXPECT_EQ(to_hex(run(Dialect::optee).value()),
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff"
            "5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee");
  EXPECT_EQ(rv_of(run(Dialect::standard)), Rv::data_len_range) << "one bit of counter counts two blocks";
}

TEST(OpteeGcm, SaysSignatureInvalidAndCountsAWholeTag) {
  const Bytes param = std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(96)).take();
  for (const Dialect dialect : {Dialect::optee, Dialect::standard}) {
    Begun begun = begin(Verb::decrypt, mechanism(CKM_AES_GCM, param), aes_key(kAes), dialect).value();
    Bytes out(32);
    EXPECT_EQ(rv_of(std::get<std::unique_ptr<Cipher>>(begun.operation)->oneshot(Bytes(28), out)),
              dialect == Dialect::optee ? Rv::signature_invalid : Rv::encrypted_data_invalid);
    Begun encrypting = begin(Verb::encrypt, mechanism(CKM_AES_GCM, param), aes_key(kAes), dialect).value();
    const Cipher& cipher = *std::get<std::unique_ptr<Cipher>>(encrypting.operation);
    EXPECT_EQ(cipher.oneshot_bytes(5), 17u);
    EXPECT_EQ(cipher.oneshot_query_bytes(5), dialect == Dialect::optee ? 21u : 17u);
  }
}

TEST(OpteeData, OfRawOperations) {
  const auto signed_rv = [](CK_MECHANISM_TYPE type, const Key& key, ByteView data, Dialect dialect) {
    Begun begun = begin(Verb::sign, mechanism(type), key, dialect).value();
    Signer& signer = *std::get<std::unique_ptr<Signer>>(begun.operation);
    Bytes signature(signer.signature_bytes());
    return rv_of(signer.sign(data, signature));
  };
  EXPECT_EQ(signed_rv(CKM_ECDSA, p256_private(), {}, Dialect::optee), Rv::function_failed);
  EXPECT_EQ(signed_rv(CKM_ECDSA, p256_private(), {}, Dialect::standard), Rv::data_len_range);
  EXPECT_EQ(signed_rv(CKM_RSA_X_509, rsa_private_key(), Bytes(255), Dialect::optee), Rv::data_len_range);
  EXPECT_EQ(signed_rv(CKM_RSA_X_509, rsa_private_key(), Bytes(255), Dialect::standard), Rv::ok);
  EXPECT_EQ(signed_rv(CKM_RSA_X_509, rsa_private_key(), Bytes(256), Dialect::optee), Rv::ok);
}

TEST(OpteeOaep, FindsAShortKeyWithTheData) {
  TestKey public_key(CKO_PUBLIC_KEY, CKK_RSA, {CKA_ENCRYPT});
  public_key.with_ulong(CKA_MODULUS_BITS, 1024);
  TestKey private_key(CKO_PRIVATE_KEY, CKK_RSA, {CKA_DECRYPT});
  ASSERT_EQ(rv_of(generate_key_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), public_key.content, private_key.content)),
            Rv::ok);
  const Bytes param = words({CKM_SHA512, CKG_MGF1_SHA512, 1, 0});
  EXPECT_EQ(begun(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), public_key, Dialect::standard),
            Rv::key_size_range);
  Begun begun = begin(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), public_key, Dialect::optee).value();
  Cipher& cipher = *std::get<std::unique_ptr<Cipher>>(begun.operation);
  EXPECT_EQ(cipher.oneshot_bytes(1), 128u);
  Bytes out(128);
  EXPECT_EQ(rv_of(cipher.oneshot(as_bytes("x"), out)), Rv::data_len_range);
}

TEST(OpteeEddsa, HasThePointOnBothHalvesAndWantsItsParameter) {
  TestKey public_key(CKO_PUBLIC_KEY, CKK_EC_EDWARDS, {CKA_VERIFY});
  public_key.with(CKA_EC_PARAMS, hex("06092b06010401da470f01"));
  TestKey private_key(CKO_PRIVATE_KEY, CKK_EC_EDWARDS, {CKA_SIGN});
  const wire::Mechanism generation = mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN);
  ASSERT_EQ(rv_of(generate_key_pair(generation, public_key.content, private_key.content, Dialect::optee)), Rv::ok);
  for (const TestKey* half : {&public_key, &private_key})
    EXPECT_EQ(half->attributes().find(attribute(CKA_EC_POINT))->size(), 34u);
  const Bytes param = words({0, 0});
  const wire::Mechanism plain = mechanism(CKM_EDDSA, param);
  const Bytes signature = sign(plain, private_key, as_bytes("a message")).value();
  EXPECT_EQ(rv_of(verify(plain, public_key, as_bytes("a message"), signature)), Rv::ok);
  EXPECT_EQ(both(Verb::sign, mechanism(CKM_EDDSA), private_key), (Codes{Rv::arguments_bad, Rv::ok}));
  EXPECT_EQ(begin(Verb::sign, plain, private_key, Dialect::optee).value().update_rv, Rv::general_error);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
