// Diffie-Hellman with the groups of RFC 7919: domain parameters, pairs, derivation, and values that are refused.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Dh : public TokenTest {
 protected:
  CK_OBJECT_HANDLE group() const {
    return generate(mechanism(CKM_DH_PKCS_PARAMETER_GEN), std::move(Attributes().number(CKA_PRIME_BITS, 2048)));
  }
  Pair generate_in(const Bytes& prime, const Bytes& base) const {
    return generate_pair(mechanism(CKM_DH_PKCS_KEY_PAIR_GEN),
                         std::move(Attributes().bytes(CKA_PRIME, prime).bytes(CKA_BASE, base)),
                         std::move(Attributes().flag(CKA_DERIVE, true)));
  }
  Attributes secret(CK_ULONG bytes) const {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).number(CKA_VALUE_LEN, bytes);
    attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
    return attributes;
  }
};

TEST_F(Dh, GeneratesTheGroupOfTheSizeAskedFor) {
  const CK_OBJECT_HANDLE parameters = group();
  EXPECT_EQ(get_number(parameters, CKA_CLASS), CKO_DOMAIN_PARAMETERS);
  EXPECT_EQ(get_number(parameters, CKA_KEY_TYPE), CKK_DH);
  EXPECT_EQ(get_number(parameters, CKA_PRIME_BITS), 2048u);
  EXPECT_EQ(get(parameters, CKA_BASE), hex("02"));
  EXPECT_RV(try_generate(mechanism(CKM_DH_PKCS_PARAMETER_GEN), std::move(Attributes().number(CKA_PRIME_BITS, 1000))),
            CKR_KEY_SIZE_RANGE);
}

TEST_F(Dh, PairsAgree) {
  const CK_OBJECT_HANDLE parameters = group();
  const Bytes prime = get(parameters, CKA_PRIME);
  const Bytes base = get(parameters, CKA_BASE);
  const Pair a = generate_in(prime, base);
  const Pair b = generate_in(prime, base);
  Bytes of_a = get(a.public_key, CKA_VALUE);
  Bytes of_b = get(b.public_key, CKA_VALUE);
  const Bytes whole = get(derive(mechanism_iv(CKM_DH_PKCS_DERIVE, of_b), a.private_key, secret(256)), CKA_VALUE);
  EXPECT_EQ(get(derive(mechanism_iv(CKM_DH_PKCS_DERIVE, of_a), b.private_key, secret(256)), CKA_VALUE), whole);
  EXPECT_EQ(get(derive(mechanism_iv(CKM_DH_PKCS_DERIVE, of_a), b.private_key, secret(32)), CKA_VALUE),
            Bytes(whole.end() - 32, whole.end()));
  Bytes last = prime;
  last.back() ^= std::byte{1};
  for (Bytes bad : {Bytes{std::byte{0}}, Bytes{std::byte{1}}, last, prime, Bytes(300, std::byte{0xFF})})
    EXPECT_RV(try_derive(mechanism_iv(CKM_DH_PKCS_DERIVE, bad), a.private_key, secret(32)), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(try_derive(mechanism(CKM_DH_PKCS_DERIVE), a.private_key, secret(32)), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(try_generate_pair(mechanism(CKM_DH_PKCS_KEY_PAIR_GEN),
                              std::move(Attributes().bytes(CKA_PRIME, last).bytes(CKA_BASE, base)),
                              std::move(Attributes().flag(CKA_DERIVE, true))),
            CKR_DOMAIN_PARAMS_INVALID)
      << "an even prime";
}

TEST_F(Dh, X942PairsAgreeWithAKdf) {
  const CK_OBJECT_HANDLE parameters =
      generate(mechanism(CKM_X9_42_DH_PARAMETER_GEN),
               std::move(Attributes().number(CKA_PRIME_BITS, 1024).number(CKA_SUBPRIME_BITS, 160)));
  const auto pair = [&] {
    Attributes domain;
    for (const CK_ATTRIBUTE_TYPE type : {CKA_PRIME, CKA_BASE, CKA_SUBPRIME}) domain.bytes(type, get(parameters, type));
    return generate_pair(mechanism(CKM_X9_42_DH_KEY_PAIR_GEN), std::move(domain),
                         std::move(Attributes().flag(CKA_DERIVE, true)));
  };
  const Pair a = pair();
  const Pair b = pair();
  const Bytes of_a = get(a.public_key, CKA_VALUE);
  const Bytes of_b = get(b.public_key, CKA_VALUE);
  const Bytes info = text("other info");
  CK_X9_42_DH1_DERIVE_PARAMS to_b{CKD_SHA1_KDF_CONCATENATE, info.size(), raw(info), of_b.size(), raw(of_b)};
  CK_X9_42_DH1_DERIVE_PARAMS to_a{CKD_SHA1_KDF_CONCATENATE, info.size(), raw(info), of_a.size(), raw(of_a)};
  EXPECT_EQ(get(derive(mechanism(CKM_X9_42_DH_DERIVE, to_b), a.private_key, secret(24)), CKA_VALUE),
            get(derive(mechanism(CKM_X9_42_DH_DERIVE, to_a), b.private_key, secret(24)), CKA_VALUE));
}

}  // namespace
}  // namespace holdfast::conformance
