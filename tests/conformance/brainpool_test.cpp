// ECDSA and ECDH on the brainpool curves (RFC 5639) and those of SEC 2, against libcrypto.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using reference::Key;

class OtherCurves : public TokenTest {};

constexpr Curve kOthers[] = {
    {"06092b2403030208010101", 20, "brainpoolP160r1"}, {"06092b2403030208010107", 32, "brainpoolP256r1"},
    {"06092b2403030208010108", 32, "brainpoolP256t1"}, {"06092b2403030208010109", 40, "brainpoolP320r1"},
    {"06092b240303020801010b", 48, "brainpoolP384r1"}, {"06092b240303020801010d", 64, "brainpoolP512r1"},
    {"06052b8104001f", 24, "secp192k1"},               {"06082a8648ce3d030101", 24, "prime192v1"}};

TEST_F(OtherCurves, SignAndAgreeAsLibcryptoDoes) {
  for (const Curve& curve : kOthers) {
    const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN_W_EXTRA_BITS),
                                    std::move(ec_public(curve).flag(CKA_VERIFY, true)),
                                    std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_DERIVE, true)));
    const Key ours = Key::ec_public(curve.openssl_name, ec_point(get(pair.public_key, CKA_EC_POINT)));
    const Bytes data = pattern(500);
    const std::pair<CK_MECHANISM_TYPE, const char*> hashes[] = {{CKM_ECDSA_SHA256, "SHA256"}, {CKM_ECDSA_SHA3_256, "SHA3-256"}};
    for (const auto& [type, name] : hashes) {
      const Bytes signature = sign(mechanism(type), pair.private_key, data);
      ASSERT_EQ(signature.size(), 2 * curve.field_bytes) << curve.openssl_name;
      EXPECT_TRUE(ours.verify_ecdsa(name, data, signature)) << curve.openssl_name;
      EXPECT_RV(verify(mechanism(type), pair.public_key, data, signature), CKR_OK);
      EXPECT_RV(verify(mechanism(type), pair.public_key, pattern(501), signature), CKR_SIGNATURE_INVALID);
    }
    const Key theirs = Key::ec_generate(curve.openssl_name);
    const Bytes peer = theirs.ec_point();
    CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, peer.size(), raw(peer)};
    Attributes secret;
    secret.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).flag(CKA_EXTRACTABLE, true);
    secret.flag(CKA_SENSITIVE, false);
    EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_COFACTOR_DERIVE, param), pair.private_key, std::move(secret)), CKA_VALUE),
              theirs.agree(ours))
        << curve.openssl_name;
  }
}

TEST_F(OtherCurves, RefuseBadPoints) {
  for (const Curve& curve : kOthers) {
    const Bytes good = Key::ec_generate(curve.openssl_name).ec_point();
    Bytes off = good;
    off.back() ^= std::byte{1};
    for (const Bytes& bad : {off, Bytes{std::byte{0}}, Bytes(good.begin(), good.end() - 1), Bytes{}}) {
      Attributes attributes = ec_public(curve);
      attributes.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_EC).bytes(CKA_EC_POINT, octet_string(bad));
      EXPECT_RV(try_create(std::move(attributes)), CKR_ATTRIBUTE_VALUE_INVALID) << curve.openssl_name;
    }
  }
  EXPECT_RV(try_generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN),
                              std::move(Attributes().bytes(CKA_EC_PARAMS, hex("06052b81040001"))),
                              std::move(Attributes().flag(CKA_SIGN, true))),
            CKR_CURVE_NOT_SUPPORTED)
      << "sect163k1";
}

}  // namespace
}  // namespace holdfast::conformance
