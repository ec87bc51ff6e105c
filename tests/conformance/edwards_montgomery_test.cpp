// Ed448 with RFC 8032's vector; X25519 and X448 with RFC 7748's, and their keys wrapped and unwrapped.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

class Montgomery : public TokenTest {
 protected:
  CK_OBJECT_HANDLE import_private(CK_KEY_TYPE type, const char* params, const char* value) const {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, type).flag(CKA_SIGN, type == CKK_EC_EDWARDS);
    attributes.flag(CKA_DERIVE, type == CKK_EC_MONTGOMERY).bytes(CKA_EC_PARAMS, hex(params)).bytes(CKA_VALUE, hex(value));
    return create(std::move(attributes));
  }
  Pair generate_on(const char* params) const {
    return generate_pair(mechanism(CKM_EC_MONTGOMERY_KEY_PAIR_GEN),
                         std::move(Attributes().bytes(CKA_EC_PARAMS, hex(params))),
                         std::move(Attributes().flag(CKA_DERIVE, true).flag(CKA_EXTRACTABLE, true)));
  }
  Attributes secret(CK_ULONG bytes) const {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).number(CKA_VALUE_LEN, bytes);
    attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
    return attributes;
  }
};

struct Vector {
  const char *params, *value, *peer, *secret;
};
// RFC 7748 section 6.
constexpr Vector kVectors[] = {
    {"06032b656e", "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
     "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
     "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"},
    {"06032b656f",
     "9a8f4925d1519f5775cf46b04b5800d4ee9ee8bae8bc5565d498c28dd9c9baf574a9419744897391006382a6f127ab1d9ac2d8c0a598726b",
     "3eb7a829b0cd20f5bcfc0b599b6feccf6da4627107bdb0d4f345b43027d8b972fc3e34fb4232a13ca706dcb57aec3dae07bdc1c67bf33609",
     "07fff4181ac6cc95ec1c16a94a0f74d12da232ce40a77552281d282bb60c0b56fd2464c335543936521c24403085d59a449a5037514a879d"}};

TEST_F(Montgomery, MatchesRfc7748) {
  for (const Vector& vector : kVectors) {
    const CK_OBJECT_HANDLE key = import_private(CKK_EC_MONTGOMERY, vector.params, vector.value);
    const Bytes peer = hex(vector.peer);
    const Bytes expected = hex(vector.secret);
    CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, peer.size(), raw(peer)};
    EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, param), key, secret(expected.size())), CKA_VALUE), expected);
    const Bytes zeros(peer.size());
    CK_ECDH1_DERIVE_PARAMS small{CKD_NULL, 0, nullptr, zeros.size(), raw(zeros)};
    EXPECT_RV(try_derive(mechanism(CKM_ECDH1_DERIVE, small), key, secret(expected.size())), CKR_MECHANISM_PARAM_INVALID);
    CK_ECDH1_DERIVE_PARAMS cut{CKD_NULL, 0, nullptr, peer.size() - 1, raw(peer)};
    EXPECT_RV(try_derive(mechanism(CKM_ECDH1_DERIVE, cut), key, secret(expected.size())), CKR_MECHANISM_PARAM_INVALID);
  }
}

TEST_F(Montgomery, GeneratedPairsAgree) {
  for (const char* const params : {"06032b656e", "06032b656f", "130a63757276653235353139", "13086375727665343438"}) {
    const Pair a = generate_on(params);
    const Pair b = generate_on(params);
    const Bytes of_a = get(a.public_key, CKA_EC_POINT);
    const Bytes of_b = get(b.public_key, CKA_EC_POINT);
    CK_ECDH1_DERIVE_PARAMS to_b{CKD_SHA256_KDF_SP800, 0, nullptr, of_b.size(), raw(of_b)};
    CK_ECDH1_DERIVE_PARAMS to_a{CKD_SHA256_KDF_SP800, 0, nullptr, of_a.size(), raw(of_a)};
    EXPECT_EQ(get(derive(mechanism(CKM_ECDH1_DERIVE, to_b), a.private_key, secret(48)), CKA_VALUE),
              get(derive(mechanism(CKM_ECDH1_DERIVE, to_a), b.private_key, secret(48)), CKA_VALUE));
  }
  EXPECT_RV(try_generate_pair(mechanism(CKM_EC_MONTGOMERY_KEY_PAIR_GEN),
                              std::move(Attributes().bytes(CKA_EC_PARAMS, hex("06032b6570"))),
                              std::move(Attributes().flag(CKA_DERIVE, true))),
            CKR_CURVE_NOT_SUPPORTED);
}

TEST_F(Montgomery, KeysAreWrappedAsPkcs8) {
  const CK_OBJECT_HANDLE kek = create(secret_key(CKK_AES, Bytes(32, std::byte{1})));
  const Pair pair = generate_on("06032b656e");
  const Bytes wrapped = wrap(mechanism(CKM_AES_KEY_WRAP_KWP), kek, pair.private_key);
  Attributes attributes;
  attributes.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_EC_MONTGOMERY).flag(CKA_DERIVE, true);
  EXPECT_RV(try_unwrap(mechanism(CKM_AES_KEY_WRAP_KWP), kek, wrapped, std::move(attributes)), CKR_OK);
  Attributes other;
  other.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_EC);
  EXPECT_RV(try_unwrap(mechanism(CKM_AES_KEY_WRAP_KWP), kek, wrapped, std::move(other)), CKR_TEMPLATE_INCONSISTENT);
}

// RFC 8032 section 7.4, the empty message.
TEST_F(Montgomery, Ed448MatchesRfc8032) {
  const CK_OBJECT_HANDLE key = import_private(CKK_EC_EDWARDS, "06032b6571",
                                              "6c82a562cb808d10d632be89c8513ebf6c929f34ddfa8c9f63c9960ef6e348a3"
                                              "528c8a3fcc2f044e39a3fc5b94492f8f032e7549a20098f95b");
  EXPECT_EQ(sign(mechanism(CKM_EDDSA), key, {}),
            hex("533a37f6bbe457251f023c0d88f976ae2dfb504a843e34d2074fd823d41a591f2b233f034f628281f2fd7a22ddd47d7828c59bd0"
                "a21bfd3980ff0d2028d4b18a9df63e006c5d1c2d345b925d8dc00b4104852db99ac5c7cdda8530a113a0f4dbb61149f05a736326"
                "8c71d95808ff2e652600"));
  const Pair pair = generate_pair(mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN),
                                  std::move(Attributes().bytes(CKA_EC_PARAMS, hex("06032b6571")).flag(CKA_VERIFY, true)),
                                  std::move(Attributes().flag(CKA_SIGN, true)));
  const Bytes signature = sign(mechanism(CKM_EDDSA), pair.private_key, pattern(300));
  EXPECT_EQ(signature.size(), 114u);
  EXPECT_RV(verify(mechanism(CKM_EDDSA), pair.public_key, pattern(300), signature), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_EDDSA), pair.public_key, pattern(301), signature), CKR_SIGNATURE_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
