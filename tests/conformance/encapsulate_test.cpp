// C_EncapsulateKey and C_DecapsulateKey with the mechanisms that every libcrypto has.
#include <algorithm>

#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Encapsulate : public TokenTest {
 protected:
  static Attributes shared(CK_ULONG bytes) {
    Attributes attributes;
    attributes.number(CKA_KEY_TYPE, CKK_GENERIC_SECRET).number(CKA_VALUE_LEN, bytes).flag(CKA_SENSITIVE, false);
    return attributes;
  }
  struct Result {
    CK_RV rv = CKR_GENERAL_ERROR;
    Bytes ciphertext;
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  };
  Result encapsulate(CK_MECHANISM with, CK_OBJECT_HANDLE key, Attributes attributes, std::size_t room = 1024) const {
    Result result;
    result.ciphertext.resize(room);
    CK_ULONG size = room;
    result.rv = testing::module_3_2().C_EncapsulateKey(session_, &with, key, attributes.data(), attributes.count(), raw(result.ciphertext), &size, &result.key);
    result.ciphertext.resize(std::min<std::size_t>(size, room));
    return result;
  }
  CK_RV decapsulate(CK_MECHANISM with, CK_OBJECT_HANDLE key, const Bytes& ciphertext, Attributes attributes, CK_OBJECT_HANDLE& out) const {
    return testing::module_3_2().C_DecapsulateKey(session_, &with, key, attributes.data(), attributes.count(), raw(ciphertext), ciphertext.size(), &out);
  }
  Pair ec_pair() const {
    Attributes for_public, for_private;
    for_public.bytes(CKA_EC_PARAMS, hex("06082a8648ce3d030107")).flag(CKA_ENCAPSULATE, true);
    for_private.flag(CKA_DECAPSULATE, true);
    return generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  }
  void expect_same_key(CK_MECHANISM with, const Pair& pair) const {
    const Result made = encapsulate(with, pair.public_key, shared(32));
    ASSERT_RV(made.rv, CKR_OK);
    CK_OBJECT_HANDLE other = CK_INVALID_HANDLE;
    ASSERT_RV(decapsulate(with, pair.private_key, made.ciphertext, shared(32), other), CKR_OK);
    EXPECT_EQ(get(made.key, CKA_VALUE), get(other, CKA_VALUE));
    EXPECT_FALSE(get_flag(made.key, CKA_LOCAL));
    EXPECT_FALSE(get_flag(made.key, CKA_ALWAYS_SENSITIVE));
    EXPECT_TRUE(get_flag(made.key, CKA_EXTRACTABLE));
    Bytes cut = made.ciphertext;
    cut.pop_back();
    EXPECT_RV(decapsulate(with, pair.private_key, cut, shared(32), other), CKR_WRAPPED_KEY_LEN_RANGE);
  }
};

TEST_F(Encapsulate, EcdhGivesBothSidesOneKey) {
  CK_ECDH1_DERIVE_PARAMS param{CKD_SHA256_KDF, 0, nullptr, 0, nullptr};
  const Pair pair = ec_pair();
  expect_same_key(mechanism(CKM_ECDH1_DERIVE, param), pair);
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  EXPECT_RV(decapsulate(mechanism(CKM_ECDH1_DERIVE, param), pair.private_key, Bytes(65, std::byte{4}), shared(32), key),
            CKR_WRAPPED_KEY_INVALID);
}

TEST_F(Encapsulate, RsaGivesBothSidesOneKey) {
  Attributes for_public, for_private;
  for_public.number(CKA_MODULUS_BITS, 2048).flag(CKA_ENCAPSULATE, true);
  for_private.flag(CKA_DECAPSULATE, true);
  const Pair pair = generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, nullptr, 0};
  expect_same_key(mechanism(CKM_RSA_PKCS_OAEP, oaep), pair);
}

TEST_F(Encapsulate, NoKeyComesOfALengthQueryOrAShortBuffer) {
  CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, 0, nullptr};
  CK_MECHANISM with = mechanism(CKM_ECDH1_DERIVE, param);
  const Pair pair = ec_pair();
  const auto count_secrets = [&] {
    Attributes secrets;
    secrets.number(CKA_CLASS, CKO_SECRET_KEY);
    return find(std::move(secrets)).size();
  };
  const std::size_t before = count_secrets();
  Attributes attributes = shared(32);
  CK_ULONG size = 0;
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  EXPECT_RV(testing::module_3_2().C_EncapsulateKey(session_, &with, pair.public_key, attributes.data(), attributes.count(), nullptr, &size, &key), CKR_OK);
  EXPECT_EQ(size, 65u);
  EXPECT_RV(encapsulate(with, pair.public_key, shared(32), 64).rv, CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(count_secrets(), before);
}

TEST_F(Encapsulate, AsksTheKeyAndTheParameter) {
  CK_ECDH1_DERIVE_PARAMS param{CKD_NULL, 0, nullptr, 0, nullptr};
  Attributes for_public;
  for_public.bytes(CKA_EC_PARAMS, hex("06082a8648ce3d030107"));
  const Pair silent = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), {});
  EXPECT_RV(encapsulate(mechanism(CKM_ECDH1_DERIVE, param), silent.public_key, shared(32)).rv, CKR_KEY_TYPE_INCONSISTENT);
  Bytes point(65, std::byte{4});
  CK_ECDH1_DERIVE_PARAMS with_point{CKD_NULL, 0, nullptr, point.size(), raw(point)};
  EXPECT_RV(encapsulate(mechanism(CKM_ECDH1_DERIVE, with_point), ec_pair().public_key, shared(32)).rv, CKR_MECHANISM_PARAM_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
