#include "secure/crypto/finite_field.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

TEST(DomainParameters, OfRfc7919HaveTheirSizes) {
  for (const std::size_t bits : {2048u, 3072u}) {
    const FieldDomain domain = generate_field(FieldScheme::dh, bits, 0).value();
    EXPECT_EQ(domain.prime.size() * 8, bits);
    EXPECT_EQ(to_hex(domain.base), "02");
    EXPECT_TRUE(domain.subprime.empty());
    // RFC 7919, A: every prime begins and ends with 64 ones.
    EXPECT_EQ(to_hex(domain.prime).substr(0, 16), "ffffffffffffffff");
    EXPECT_EQ(to_hex(domain.prime).substr(to_hex(domain.prime).size() - 16), "ffffffffffffffff");
  }
  EXPECT_EQ(rv_of(generate_field(FieldScheme::dh, 2047, 0)), Rv::key_size_range);
  EXPECT_EQ(rv_of(generate_field(FieldScheme::dsa, 2048, 160)), Rv::key_size_range);
}

TEST(DiffieHellman, AgreesBothWays) {
  const FieldDomain domain = generate_field(FieldScheme::dh, 2048, 0).value();
  const FieldKeyPair a = generate_in_field(FieldScheme::dh, domain).value();
  const FieldKeyPair b = generate_in_field(FieldScheme::dh, domain).value();
  const auto key_a = FieldPrivateKey::from_value(FieldScheme::dh, domain, a.value).value();
  const auto key_b = FieldPrivateKey::from_value(FieldScheme::dh, domain, b.value).value();
  EXPECT_EQ(to_hex(key_a.public_value()), to_hex(a.public_value));
  const SecretBytes secret = key_a.derive(b.public_value).value();
  EXPECT_EQ(secret.size(), 256u);
  EXPECT_EQ(to_hex(secret), to_hex(key_b.derive(a.public_value).value()));
}

TEST(DiffieHellman, RefusesValuesOutsideTheGroup) {
  const FieldDomain domain = generate_field(FieldScheme::dh, 2048, 0).value();
  const FieldKeyPair pair = generate_in_field(FieldScheme::dh, domain).value();
  const auto key = FieldPrivateKey::from_value(FieldScheme::dh, domain, pair.value).value();
  Bytes last = domain.prime;
  last.back() ^= std::byte{1};  // prime - 1
  for (const Bytes& bad : {Bytes{}, Bytes(1), hex("01"), last, domain.prime, Bytes(257, std::byte{0xFF})})
    EXPECT_EQ(rv_of(key.derive(bad)), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(key.derive(hex("02"))), Rv::ok);
  EXPECT_EQ(rv_of(FieldPublicKey::from_value(FieldScheme::dh, domain, last)), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_of(FieldPrivateKey::from_value(FieldScheme::dh, domain, secret(Bytes(1)))), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_of(FieldPrivateKey::from_value(FieldScheme::dh, domain, secret(last))), Rv::attribute_value_invalid);
}

TEST(DomainParameters, RefusesUnsoundOnes) {
  const FieldDomain good = generate_field(FieldScheme::dh, 2048, 0).value();
  const auto outcome = [](FieldDomain domain) { return rv_of(generate_in_field(FieldScheme::dh, domain)); };
  EXPECT_EQ(outcome({.prime = Bytes(64, std::byte{0xFF}), .subprime = {}, .base = hex("02")}), Rv::key_size_range);
  EXPECT_EQ(outcome({.prime = Bytes(1025, std::byte{0xFF}), .subprime = {}, .base = hex("02")}), Rv::key_size_range);
  Bytes even = good.prime;
  even.back() ^= std::byte{1};
  EXPECT_EQ(outcome({.prime = even, .subprime = {}, .base = hex("02")}), Rv::domain_params_invalid);
  for (const Bytes& base : {Bytes{}, hex("01"), even, good.prime, Bytes(2000, std::byte{1})})
    EXPECT_EQ(outcome({.prime = good.prime, .subprime = {}, .base = base}), Rv::domain_params_invalid);
}

TEST(Dsa, SignsAndVerifiesInFreshDomains) {
  const FieldDomain domain = generate_field(FieldScheme::dsa, 1024, 160).value();
  EXPECT_EQ(domain.subprime.size(), 20u);
  const FieldKeyPair pair = generate_in_field(FieldScheme::dsa, domain).value();
  const auto key = FieldPrivateKey::from_value(FieldScheme::dsa, domain, pair.value).value();
  const auto verifier = FieldPublicKey::from_value(FieldScheme::dsa, domain, key.public_value()).value();
  const Bytes digest(20, std::byte{7});
  Bytes signature(key.signature_bytes());
  ASSERT_EQ(rv_of(key.sign(digest, signature)), Rv::ok);
  EXPECT_EQ(rv_of(verifier.verify(digest, signature)), Rv::ok);
  EXPECT_EQ(rv_of(verifier.verify(Bytes(20), signature)), Rv::signature_invalid);
  EXPECT_EQ(rv_of(verifier.verify(digest, Bytes(40))), Rv::signature_invalid);
  for (const std::size_t size : {0u, 39u, 41u})
    EXPECT_EQ(rv_of(verifier.verify(digest, Bytes(size))), Rv::signature_len_range);
  EXPECT_EQ(rv_of(key.sign(digest, MutableByteView(signature).first(39))), Rv::buffer_too_small);
  // A subprime that does not belong there, and a value outside its subgroup.
  FieldDomain wrong = domain;
  wrong.subprime.back() ^= std::byte{2};
  EXPECT_EQ(rv_of(FieldPrivateKey::from_value(FieldScheme::dsa, wrong, pair.value)), Rv::domain_params_invalid);
  EXPECT_EQ(rv_of(FieldPublicKey::from_value(FieldScheme::dsa, domain, hex("02"))), Rv::attribute_value_invalid);
  EXPECT_EQ(rv_of(FieldPrivateKey::from_value(FieldScheme::dsa, domain, secret(domain.subprime))),
            Rv::attribute_value_invalid);
}

TEST(X942, AgreesInAFreshDomain) {
  const FieldDomain domain = generate_field(FieldScheme::x942_dh, 2048, 256).value();
  const FieldKeyPair a = generate_in_field(FieldScheme::x942_dh, domain).value();
  const FieldKeyPair b = generate_in_field(FieldScheme::x942_dh, domain).value();
  const auto key_a = FieldPrivateKey::from_value(FieldScheme::x942_dh, domain, a.value).value();
  const auto key_b = FieldPrivateKey::from_value(FieldScheme::x942_dh, domain, b.value).value();
  EXPECT_EQ(to_hex(key_a.derive(b.public_value).value()), to_hex(key_b.derive(a.public_value).value()));
  EXPECT_EQ(rv_of(key_a.derive(hex("02"))), Rv::mechanism_param_invalid) << "outside the subgroup";
}

}  // namespace
}  // namespace holdfast::secure::crypto
