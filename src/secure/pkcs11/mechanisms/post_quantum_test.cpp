#include "secure/crypto/pq_params.h"
#include "secure/crypto/stateful_signature_vectors.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/test_support.h"
#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::PqFamily;

// ---- HSS and XMSS

TestKey tree_key(CK_KEY_TYPE type, std::string_view value) {
  return std::move(TestKey(CKO_PUBLIC_KEY, type, {CKA_VERIFY}).with(CKA_VALUE, hex(value)));
}

void expect_verified(CK_KEY_TYPE key_type, CK_MECHANISM_TYPE type, const crypto::SignatureVector& vector) {
  const TestKey key = tree_key(key_type, vector.public_key);
  Bytes signature = hex(vector.signature);
  EXPECT_EQ(rv_of(verify(mechanism(type), key, hex(vector.message), signature)), Rv::ok) << vector.name;
  signature.back() ^= std::byte{1};
  EXPECT_EQ(rv_of(verify(mechanism(type), key, hex(vector.message), signature)), Rv::signature_invalid) << vector.name;
  signature.pop_back();
  EXPECT_EQ(rv_of(verify(mechanism(type), key, hex(vector.message), signature)), Rv::signature_len_range);
}

TEST(HashTreeMechanisms, VerifyKnownSignatures) {
  for (const auto& vector : crypto::kHssVectors) expect_verified(CKK_HSS, CKM_HSS, vector);
  for (const auto& vector : crypto::kXmssVectors) expect_verified(CKK_XMSS, CKM_XMSS, vector);
  for (const auto& vector : crypto::kXmssMultiTreeVectors) expect_verified(CKK_XMSSMT, CKM_XMSSMT, vector);
}

TEST(HashTreeMechanisms, TakeNoOtherKeysAndNoParameter) {
  const TestKey key = tree_key(CKK_XMSS, crypto::kXmssVectors[0].public_key);
  EXPECT_EQ(rv_of(begin(Verb::verify, mechanism(CKM_HSS), key)), Rv::key_type_inconsistent);
  EXPECT_EQ(rv_of(begin(Verb::verify, mechanism(CKM_XMSS, hex("00")), key)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(CKM_XMSS), key)), Rv::mechanism_invalid);
}

TEST(HashTreeMechanisms, AKeyMustBeOfTheParameterSetItNames) {
  TestKey key = tree_key(CKK_XMSS, crypto::kXmssVectors[0].public_key);
  key.with_ulong(CKA_PARAMETER_SET, 2);
  EXPECT_EQ(rv_of(key.material()), Rv::template_inconsistent);
}

TEST(HashTreeMechanisms, TellAPublicKeyInfo) {
  const TestKey key = tree_key(CKK_HSS, crypto::kHssVectors[1].public_key);
  const std::string info = to_hex(public_key_info(key.content.attributes, {}).value());
  EXPECT_NE(info.find("060b2a864886f70d0109100311"), std::string::npos);
  EXPECT_TRUE(info.ends_with(crypto::kHssVectors[1].public_key));
}

// ---- ML-KEM, ML-DSA and SLH-DSA

struct Scheme {
  PqFamily family;
  CK_KEY_TYPE key_type;
  CK_MECHANISM_TYPE pair;
  CK_MECHANISM_TYPE pure;
  CK_MECHANISM_TYPE hashed;  // with SHA-256
  std::uint32_t set;
};
constexpr Scheme kSchemes[] = {
    {PqFamily::ml_dsa, CKK_ML_DSA, CKM_ML_DSA_KEY_PAIR_GEN, CKM_ML_DSA, CKM_HASH_ML_DSA_SHA256, CKP_ML_DSA_44},
    {PqFamily::slh_dsa, CKK_SLH_DSA, CKM_SLH_DSA_KEY_PAIR_GEN, CKM_SLH_DSA, CKM_HASH_SLH_DSA_SHA256,
     CKP_SLH_DSA_SHA2_128F}};

struct Pair {
  TestKey public_key;
  TestKey private_key;
};

Pair generate(CK_KEY_TYPE key_type, CK_MECHANISM_TYPE type, std::uint32_t set) {
  Pair pair{TestKey(CKO_PUBLIC_KEY, key_type, {CKA_VERIFY, CKA_ENCAPSULATE}),
            TestKey(CKO_PRIVATE_KEY, key_type, {CKA_SIGN, CKA_DECAPSULATE})};
  pair.public_key.with_ulong(CKA_PARAMETER_SET, set);
  EXPECT_EQ(rv_of(generate_key_pair(mechanism(type), pair.public_key.content, pair.private_key.content)), Rv::ok);
  return pair;
}

/// is_lacking expects of a libcrypto without the family that its mechanism is not offered.
bool is_lacking(PqFamily family, CK_MECHANISM_TYPE type) {
  const bool found = find_row(ck::MechanismType{static_cast<std::uint32_t>(type)}) != nullptr;
  EXPECT_EQ(found, crypto::available(family));
  return !found;
}

TEST(PqMechanisms, SignAndVerify) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.family, scheme.pure)) continue;
    const Pair pair = generate(scheme.key_type, scheme.pair, scheme.set);
    for (const CK_MECHANISM_TYPE type : {scheme.pure, scheme.hashed}) {
      const Bytes signature = sign(mechanism(type), pair.private_key, as_bytes("abc")).value();
      EXPECT_EQ(rv_of(verify(mechanism(type), pair.public_key, as_bytes("abc"), signature)), Rv::ok);
      EXPECT_EQ(rv_of(verify(mechanism(type), pair.public_key, as_bytes("abd"), signature)), Rv::signature_invalid);
    }
  }
}

TEST(PqMechanisms, SignInPartsAsInOnePiece) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.family, scheme.pure)) continue;
    const Pair pair = generate(scheme.key_type, scheme.pair, scheme.set);
    for (const CK_MECHANISM_TYPE type : {scheme.pure, scheme.hashed}) {
      const auto signer = started<Signer>(Verb::sign, mechanism(type), pair.private_key);
      ASSERT_NE(signer, nullptr);
      EXPECT_EQ(rv_of(signer->update(as_bytes("a"))), Rv::ok);
      EXPECT_EQ(rv_of(signer->update(as_bytes("bc"))), Rv::ok);
      Bytes signature(signer->signature_bytes());
      EXPECT_EQ(rv_of(signer->finish(signature)), Rv::ok);
      EXPECT_EQ(rv_of(verify(mechanism(type), pair.public_key, as_bytes("abc"), signature)), Rv::ok);
    }
  }
}

TEST(PqMechanisms, RefuseSettingsThatNoStandardHas) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.family, scheme.pure)) continue;
    const Pair pair = generate(scheme.key_type, scheme.pair, scheme.set);
    const Bytes unknown_hedge = hex("03000000 00000000");
    EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(scheme.pure, unknown_hedge), pair.private_key)),
              Rv::mechanism_param_invalid);
    EXPECT_EQ(rv_of(begin(Verb::verify, mechanism(scheme.pure, unknown_hedge), pair.public_key)), Rv::ok);
    Bytes long_context = hex("00000000 00010000");
    long_context.resize(8 + 256);
    EXPECT_EQ(rv_of(begin(Verb::sign, mechanism(scheme.pure, long_context), pair.private_key)),
              Rv::mechanism_param_invalid);
  }
}

TEST(PqMechanisms, PrivateKeysTravelAsPkcs8) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.family, scheme.pure)) continue;
    const Pair pair = generate(scheme.key_type, scheme.pair, scheme.set);
    const ObjectContent& whole = pair.private_key.content;
    const SecretBytes encoded = encode_private(whole.attributes, whole.secrets).value();
    ObjectContent back = draft(CKO_PRIVATE_KEY, scheme.key_type);
    ASSERT_EQ(rv_of(decode_private(encoded, back)), Rv::ok);
    EXPECT_EQ(value_of(back), value_of(whole));
    EXPECT_EQ(value_of(back, CKA_SEED), value_of(whole, CKA_SEED));
    EXPECT_EQ(back.attributes.ulong(attribute(CKA_PARAMETER_SET)), scheme.set);
    ObjectContent other = draft(CKO_PRIVATE_KEY, scheme.key_type);
    other.attributes.set_ulong(attribute(CKA_PARAMETER_SET), scheme.set + 1);
    EXPECT_EQ(rv_of(decode_private(encoded, other)), Rv::template_inconsistent);
  }
}

TEST(PqMechanisms, ASeedAloneIsExpanded) {
  if (is_lacking(PqFamily::ml_dsa, CKM_ML_DSA)) return;
  const Pair pair = generate(CKK_ML_DSA, CKM_ML_DSA_KEY_PAIR_GEN, CKP_ML_DSA_65);
  ObjectContent seed_only = draft(CKO_PRIVATE_KEY, CKK_ML_DSA);
  seed_only.attributes.set_ulong(attribute(CKA_PARAMETER_SET), CKP_ML_DSA_65);
  seed_only.secrets.set(attribute(CKA_SEED), crypto::secret_hex(value_of(pair.private_key.content, CKA_SEED)));
  ASSERT_EQ(rv_of(complete_half(seed_only)), Rv::ok);
  EXPECT_EQ(value_of(seed_only), value_of(pair.private_key.content));
}

TEST(PqMechanisms, EncapsulateAndDecapsulate) {
  if (is_lacking(PqFamily::ml_kem, CKM_ML_KEM)) return;
  const Pair pair = generate(CKK_ML_KEM, CKM_ML_KEM_KEY_PAIR_GEN, CKP_ML_KEM_768);
  const MechanismRow& row = *find_row(ck::MechanismType{CKM_ML_KEM});
  const MechanismParam none = NoParam{};
  const KeyMaterial public_material = pair.public_key.material().value();
  const KeyMaterial private_material = pair.private_key.material().value();
  const Encapsulated made = row.ops.encapsulate(Start{.row = row, .key = public_material, .param = none}).value();
  const Start opening{.row = row, .key = private_material, .param = none};
  EXPECT_EQ(to_hex(row.ops.decapsulate(opening, made.ciphertext).value()), to_hex(made.secret));
  EXPECT_EQ(rv_of(row.ops.decapsulate(opening, ByteView(made.ciphertext).first(9))), Rv::wrapped_key_len_range);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
