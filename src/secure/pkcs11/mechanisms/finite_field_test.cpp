#include "secure/pkcs11/operations/key_types/finite_field.h"

#include "secure/pkcs11/mechanisms/test_support.h"
#include "secure/pkcs11/operations/pair_type.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::FieldScheme;

struct Pair {
  TestKey public_key;
  TestKey private_key;
};

Result<Pair> generated(CK_KEY_TYPE type, CK_MECHANISM_TYPE with, const crypto::FieldDomain& domain) {
  Pair pair{TestKey(CKO_PUBLIC_KEY, type, {CKA_VERIFY}), TestKey(CKO_PRIVATE_KEY, type, {CKA_SIGN, CKA_DERIVE})};
  store_domain(domain, pair.public_key.content.attributes);
  HF_TRY(generate_key_pair(mechanism(with), pair.public_key.content, pair.private_key.content));
  return pair;
}

crypto::FieldDomain dh_domain() { return crypto::generate_field(FieldScheme::dh, 2048, 0).value(); }
/// These take about a second; one domain of each scheme serves all tests.
const crypto::FieldDomain& dsa_domain() {
  static const crypto::FieldDomain domain = crypto::generate_field(FieldScheme::dsa, 1024, 160).value();
  return domain;
}
const crypto::FieldDomain& x942_domain() {
  static const crypto::FieldDomain domain = crypto::generate_field(FieldScheme::x942_dh, 1024, 160).value();
  return domain;
}

Bytes value_of_public(const TestKey& key) { return *key.content.attributes.find(attribute(CKA_VALUE)); }

Result<std::string> derived(const TestKey& parent, CK_MECHANISM_TYPE with, const Bytes& param, std::uint32_t bytes) {
  ObjectContent key = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  key.attributes.set_ulong(attribute(CKA_VALUE_LEN), bytes);
  HF_TRY(derive_key(mechanism(with, param), parent, key));
  return value_of(key);
}

TEST(Dh, AgreesOnTheTrailingBytes) {
  const Pair a = generated(CKK_DH, CKM_DH_PKCS_KEY_PAIR_GEN, dh_domain()).value();
  const Pair b = generated(CKK_DH, CKM_DH_PKCS_KEY_PAIR_GEN, dh_domain()).value();
  const std::string whole = derived(a.private_key, CKM_DH_PKCS_DERIVE, value_of_public(b.public_key), 256).value();
  EXPECT_EQ(derived(b.private_key, CKM_DH_PKCS_DERIVE, value_of_public(a.public_key), 256).value(), whole);
  EXPECT_EQ(derived(b.private_key, CKM_DH_PKCS_DERIVE, value_of_public(a.public_key), 32).value(), whole.substr(448));
  EXPECT_EQ(rv_of(derived(a.private_key, CKM_DH_PKCS_DERIVE, value_of_public(b.public_key), 257)), Rv::key_size_range);
  for (const Bytes& bad : {Bytes{}, hex("00"), hex("01"), dh_domain().prime})
    EXPECT_EQ(rv_of(derived(a.private_key, CKM_DH_PKCS_DERIVE, bad, 32)), Rv::mechanism_param_invalid);
}

TEST(Dh, GenerationNeedsASoundDomain) {
  crypto::FieldDomain domain = dh_domain();
  domain.base = hex("01");
  EXPECT_EQ(rv_of(generated(CKK_DH, CKM_DH_PKCS_KEY_PAIR_GEN, domain)), Rv::domain_params_invalid);
  domain.base.clear();
  EXPECT_EQ(rv_of(generated(CKK_DH, CKM_DH_PKCS_KEY_PAIR_GEN, domain)), Rv::template_incomplete);
}

TEST(X942Dh, HashesWithItsKdf) {
  const Pair a = generated(CKK_X9_42_DH, CKM_X9_42_DH_KEY_PAIR_GEN, x942_domain()).value();
  const Pair b = generated(CKK_X9_42_DH, CKM_X9_42_DH_KEY_PAIR_GEN, x942_domain()).value();
  const auto param = [](CK_ULONG kdf, ByteView info, ByteView value) {
    return std::move(ByteWriter().u32(static_cast<std::uint32_t>(kdf)).sized(info).sized(value)).take();
  };
  const Bytes of_a = value_of_public(a.public_key);
  const Bytes of_b = value_of_public(b.public_key);
  for (const CK_ULONG kdf : {CKD_NULL, CKD_SHA1_KDF_CONCATENATE, CKD_SHA256_KDF, CKD_SHA256_KDF_SP800}) {
    const Bytes info = kdf == CKD_NULL ? Bytes{} : hex("0102");
    EXPECT_EQ(derived(a.private_key, CKM_X9_42_DH_DERIVE, param(kdf, info, of_b), 32).value(),
              derived(b.private_key, CKM_X9_42_DH_DERIVE, param(kdf, info, of_a), 32).value());
  }
  EXPECT_EQ(rv_of(derived(a.private_key, CKM_X9_42_DH_DERIVE, param(CKD_NULL, hex("01"), of_b), 32)),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(derived(a.private_key, CKM_X9_42_DH_DERIVE, param(CKD_SHA1_KDF_ASN1, {}, of_b), 32)),
            Rv::mechanism_param_invalid);
}

TEST(Dsa, SignsDigestsAndMessages) {
  const Pair pair = generated(CKK_DSA, CKM_DSA_KEY_PAIR_GEN, dsa_domain()).value();
  const Bytes digest(20, std::byte{5});
  const Bytes signature = sign(mechanism(CKM_DSA), pair.private_key, digest).value();
  EXPECT_EQ(signature.size(), 40u);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_DSA), pair.public_key, digest, signature)), Rv::ok);
  EXPECT_EQ(rv_of(sign(mechanism(CKM_DSA), pair.private_key, Bytes(21))), Rv::data_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_DSA), pair.public_key, digest, Bytes(39))), Rv::signature_len_range);
  for (const CK_MECHANISM_TYPE type : {CKM_DSA_SHA1, CKM_DSA_SHA224, CKM_DSA_SHA256, CKM_DSA_SHA384, CKM_DSA_SHA512,
                                       CKM_DSA_SHA3_224, CKM_DSA_SHA3_256, CKM_DSA_SHA3_384, CKM_DSA_SHA3_512}) {
    const Bytes made = sign(mechanism(type), pair.private_key, as_bytes("a message")).value();
    EXPECT_EQ(rv_of(verify(mechanism(type), pair.public_key, as_bytes("a message"), made)), Rv::ok) << type;
    EXPECT_EQ(rv_of(verify(mechanism(type), pair.public_key, as_bytes("another"), made)), Rv::signature_invalid) << type;
  }
}

TEST(FiniteField, DomainParametersAreGenerated) {
  ObjectContent parameters = draft(CKO_DOMAIN_PARAMETERS, CKK_DH);
  EXPECT_EQ(rv_of(generate_key(mechanism(CKM_DH_PKCS_PARAMETER_GEN), parameters)), Rv::template_incomplete);
  parameters.attributes.set_ulong(attribute(CKA_PRIME_BITS), 2048);
  ASSERT_EQ(rv_of(generate_key(mechanism(CKM_DH_PKCS_PARAMETER_GEN), parameters)), Rv::ok);
  EXPECT_EQ(*parameters.attributes.find(attribute(CKA_PRIME)), dh_domain().prime);
  parameters.attributes.set_ulong(attribute(CKA_PRIME_BITS), 2000);
  EXPECT_EQ(rv_of(generate_key(mechanism(CKM_DH_PKCS_PARAMETER_GEN), parameters)), Rv::key_size_range);
  const KeyKind kind = generated_kind(Verb::generate, mechanism(CKM_DSA_PARAMETER_GEN)).value();
  EXPECT_EQ(kind.object_class.value, CKO_DOMAIN_PARAMETERS);
}

TEST(FiniteField, KeysGoThroughPkcs8) {
  struct Case {
    CK_KEY_TYPE type;
    CK_MECHANISM_TYPE with;
    crypto::FieldDomain domain;
  };
  for (const Case& c : {Case{CKK_DH, CKM_DH_PKCS_KEY_PAIR_GEN, dh_domain()},
                        Case{CKK_X9_42_DH, CKM_X9_42_DH_KEY_PAIR_GEN, x942_domain()},
                        Case{CKK_DSA, CKM_DSA_KEY_PAIR_GEN, dsa_domain()}}) {
    const Pair pair = generated(c.type, c.with, c.domain).value();
    const ObjectContent& key = pair.private_key.content;
    const SecretBytes encoded = encode_private(key.attributes, key.secrets).value();
    ObjectContent back = draft(CKO_PRIVATE_KEY, c.type);
    ASSERT_EQ(rv_of(decode_private(encoded, back)), Rv::ok);
    EXPECT_EQ(rv_of(load_key(back.attributes, back.secrets)), Rv::ok);
    EXPECT_EQ(public_key_info(back.attributes, back.secrets).value(),
              public_key_info(pair.public_key.content.attributes, {}).value());
    ObjectContent other = draft(CKO_PRIVATE_KEY, CKK_EC);
    EXPECT_EQ(rv_of(decode_private(encoded, other)), Rv::template_inconsistent);
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
