// Key derivations of PKCS#11 3.2 with other keys, several results, and objects that are no secret keys.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

class Derive : public TokenTest {
 protected:
  CK_OBJECT_HANDLE base(std::string_view digits, bool is_sensitive = false) const {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .bytes(CKA_VALUE, hex(digits))
        .flag(CKA_DERIVE, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SENSITIVE, is_sensitive);
    return create(std::move(attributes));
  }
  static Attributes open_secret(CK_ULONG bytes) {
    Attributes attributes;
    attributes.number(CKA_VALUE_LEN, bytes).flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true);
    return attributes;
  }
  static Attributes open_secret() {
    Attributes attributes;
    attributes.flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true);
    return attributes;
  }
  static Attributes parent_secret() {
    Attributes attributes = open_secret();
    attributes.flag(CKA_DERIVE, true);
    return attributes;
  }
};

// RFC 5869, A.1.
TEST_F(Derive, HkdfMatchesRfc5869) {
  const CK_OBJECT_HANDLE key = base("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
  Bytes salt = hex("000102030405060708090a0b0c");
  Bytes info = hex("f0f1f2f3f4f5f6f7f8f9");
  CK_HKDF_PARAMS param{CK_TRUE, CK_TRUE, CKM_SHA256, CKF_HKDF_SALT_DATA, raw(salt), salt.size(), CK_INVALID_HANDLE, raw(info), info.size()};
  const Bytes expected = hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(get(derive(mechanism(CKM_HKDF_DERIVE, param), key, open_secret(42)), CKA_VALUE), expected);

  // The salt as a key, and the result as data.
  CK_HKDF_PARAMS with_key = param;
  with_key.ulSaltType = CKF_HKDF_SALT_KEY;
  with_key.hSaltKey = base("000102030405060708090a0b0c");
  EXPECT_EQ(get(derive(mechanism(CKM_HKDF_DERIVE, with_key), key, open_secret(42)), CKA_VALUE), expected);
  Attributes data;
  data.number(CKA_CLASS, CKO_DATA).number(CKA_VALUE_LEN, 42).flag(CKA_PRIVATE, false);
  const CK_OBJECT_HANDLE object = derive(mechanism(CKM_HKDF_DATA, with_key), key, std::move(data));
  EXPECT_EQ(get_number(object, CKA_CLASS), CKO_DATA);
  EXPECT_EQ(get(object, CKA_VALUE), expected);

  // The halves.
  CK_HKDF_PARAMS extract = param;
  extract.bExpand = CK_FALSE;
  const CK_OBJECT_HANDLE prk = derive(mechanism(CKM_HKDF_DERIVE, extract), key, parent_secret());
  EXPECT_EQ(get(prk, CKA_VALUE), hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"));
  CK_HKDF_PARAMS expand = param;
  expand.bExtract = CK_FALSE;
  EXPECT_EQ(get(derive(mechanism(CKM_HKDF_DERIVE, expand), prk, open_secret(42)), CKA_VALUE), expected);

  CK_HKDF_PARAMS neither = param;
  neither.bExtract = neither.bExpand = CK_FALSE;
  EXPECT_RV(try_derive(mechanism(CKM_HKDF_DERIVE, neither), key, open_secret(42)), CKR_MECHANISM_PARAM_INVALID);
  CK_HKDF_PARAMS no_hash = param;
  no_hash.prfHashMechanism = CKM_AES_CBC;
  EXPECT_RV(try_derive(mechanism(CKM_HKDF_DERIVE, no_hash), key, open_secret(42)), CKR_MECHANISM_PARAM_INVALID);
  CK_HKDF_PARAMS no_key = with_key;
  no_key.hSaltKey = 0x7777;
  EXPECT_RV(try_derive(mechanism(CKM_HKDF_DERIVE, no_key), key, open_secret(42)), CKR_KEY_HANDLE_INVALID);
  EXPECT_RV(try_derive(mechanism(CKM_HKDF_DERIVE, param), key, open_secret()), CKR_TEMPLATE_INCOMPLETE);
}

TEST_F(Derive, MovingBytesFollowsTheExamplesOfTheStandard) {
  const CK_OBJECT_HANDLE key = base("01234567");
  CK_OBJECT_HANDLE other = base("89abcdef");
  EXPECT_EQ(get(derive(mechanism(CKM_CONCATENATE_BASE_AND_KEY, other), key, open_secret()), CKA_VALUE), hex("0123456789abcdef"));
  Bytes bytes = hex("89abcdef");
  CK_KEY_DERIVATION_STRING_DATA data{raw(bytes), bytes.size()};
  EXPECT_EQ(get(derive(mechanism(CKM_CONCATENATE_BASE_AND_DATA, data), key, open_secret()), CKA_VALUE), hex("0123456789abcdef"));
  EXPECT_EQ(get(derive(mechanism(CKM_CONCATENATE_DATA_AND_BASE, data), key, open_secret()), CKA_VALUE), hex("89abcdef01234567"));
  EXPECT_EQ(get(derive(mechanism(CKM_XOR_BASE_AND_DATA, data), key, open_secret()), CKA_VALUE), hex("88888888"));
  CK_EXTRACT_PARAMS bit = 21;
  EXPECT_EQ(get(derive(mechanism(CKM_EXTRACT_KEY_FROM_KEY, bit), base("329f84a9"), open_secret(2)), CKA_VALUE), hex("9526"));
  EXPECT_RV(try_derive(mechanism(CKM_XOR_BASE_AND_DATA, data), key, open_secret(5)), CKR_KEY_SIZE_RANGE);
}

TEST_F(Derive, WhatComesOfASensitiveKeyStaysSensitive) {
  CK_OBJECT_HANDLE hidden = base("89abcdef", true);
  const CK_OBJECT_HANDLE key = base("01234567");
  EXPECT_RV(try_derive(mechanism(CKM_CONCATENATE_BASE_AND_KEY, hidden), key, open_secret()), CKR_TEMPLATE_INCONSISTENT);
  const CK_OBJECT_HANDLE both = derive(mechanism(CKM_CONCATENATE_BASE_AND_KEY, hidden), key, {});
  EXPECT_TRUE(get_flag(both, CKA_SENSITIVE));
  EXPECT_RV(try_get(both, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE);
}

// The expected value is the two-block counter KDF of SP 800-108 as libcrypto's own KBKDF gives it.
TEST_F(Derive, CounterKdfGivesAdditionalKeysFromSegmentsOfTheirOwn) {
  const CK_OBJECT_HANDLE key = base("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  CK_SP800_108_COUNTER_FORMAT counter{CK_FALSE, 32};
  Bytes fixed = hex("6c6162656c 00 636f6e74657874");
  CK_SP800_108_DKM_LENGTH_FORMAT length{CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS, CK_FALSE, 32};
  CK_PRF_DATA_PARAM parts[] = {{CK_SP800_108_ITERATION_VARIABLE, &counter, sizeof counter},
                               {CK_SP800_108_BYTE_ARRAY, raw(fixed), fixed.size()},
                               {CK_SP800_108_DKM_LENGTH, &length, sizeof length}};
  CK_OBJECT_HANDLE second = CK_INVALID_HANDLE;
  Attributes for_second = open_secret(32);
  CK_DERIVED_KEY additional{for_second.data(), for_second.count(), &second};
  CK_SP800_108_KDF_PARAMS param{CKM_SHA256_HMAC, 3, parts, 1, &additional};
  const CK_OBJECT_HANDLE first = derive(mechanism(CKM_SP800_108_COUNTER_KDF, param), key, open_secret(32));
  EXPECT_EQ(get(first, CKA_VALUE), hex("a96742dab629385c2fda3ab31ff80ae5ab8f18d61a903f75d4cb97422e3b9586"));
  ASSERT_NE(second, CK_INVALID_HANDLE);
  EXPECT_EQ(get(second, CKA_VALUE), hex("4f650329d558a492707fde746725067868d9647d1a5d07f510bb09aa8d05efaa"));

  CK_SP800_108_KDF_PARAMS no_counter{CKM_SHA256_HMAC, 2, parts + 1, 0, nullptr};
  EXPECT_RV(try_derive(mechanism(CKM_SP800_108_COUNTER_KDF, no_counter), key, open_secret(32)), CKR_MECHANISM_PARAM_INVALID);
  counter.ulWidthInBits = 12;
  EXPECT_RV(try_derive(mechanism(CKM_SP800_108_COUNTER_KDF, param), key, open_secret(32)), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Derive, TlsKeyBlockGivesFourKeysAndTwoIvs) {
  const Bytes pre_master = hex("0303") + Bytes(46, std::byte{0x5A});
  const CK_OBJECT_HANDLE secret = create(secret_key(CKK_GENERIC_SECRET, pre_master));
  Bytes client(32, std::byte{1});
  Bytes server(32, std::byte{2});
  CK_VERSION version{0, 0};
  CK_SSL3_RANDOM_DATA randoms{raw(client), client.size(), raw(server), server.size()};
  CK_TLS12_MASTER_KEY_DERIVE_PARAMS master_param{randoms, &version, CKM_SHA256};
  const CK_OBJECT_HANDLE master =
      derive(mechanism(CKM_TLS12_MASTER_KEY_DERIVE, master_param), secret, parent_secret());
  EXPECT_EQ(version.major, 3);
  EXPECT_EQ(version.minor, 3);
  EXPECT_EQ(get(master, CKA_VALUE).size(), 48u);

  Bytes client_iv(4), server_iv(4);
  CK_SSL3_KEY_MAT_OUT out{0, 0, 0, 0, raw(client_iv), raw(server_iv)};
  CK_TLS12_KEY_MAT_PARAMS block{256, 128, 32, CK_FALSE, randoms, &out, CKM_SHA256};
  CK_MECHANISM with = mechanism(CKM_TLS12_KEY_AND_MAC_DERIVE, block);
  Attributes keys;
  keys.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES);
  ASSERT_RV(module().C_DeriveKey(session_, &with, master, keys.data(), keys.count(), nullptr), CKR_OK);
  EXPECT_EQ(get(out.hClientMacSecret, CKA_VALUE).size(), 32u);
  EXPECT_EQ(get_number(out.hServerMacSecret, CKA_KEY_TYPE), CKK_GENERIC_SECRET);
  EXPECT_TRUE(get_flag(out.hServerMacSecret, CKA_SIGN));
  EXPECT_EQ(get_number(out.hClientKey, CKA_KEY_TYPE), CKK_AES);
  EXPECT_NE(get(out.hClientKey, CKA_VALUE), get(out.hServerKey, CKA_VALUE));
  EXPECT_NE(client_iv, Bytes(4));

  // verify_data of both sides.
  CK_TLS_MAC_PARAMS finished{CKM_SHA256, 12, 1};
  const CK_OBJECT_HANDLE mac_key = create(secret_key(CKK_GENERIC_SECRET, get(master, CKA_VALUE)));
  const Bytes hash(32, std::byte{7});
  const Bytes tag = sign(mechanism(CKM_TLS_MAC, finished), mac_key, hash);
  EXPECT_EQ(tag.size(), 12u);
  EXPECT_RV(verify(mechanism(CKM_TLS_MAC, finished), mac_key, hash, tag), CKR_OK);
  CK_TLS_MAC_PARAMS other{CKM_SHA256, 12, 2};
  EXPECT_RV(verify(mechanism(CKM_TLS_MAC, other), mac_key, hash, tag), CKR_SIGNATURE_INVALID);
}

// RFC 7914, section 11.
TEST_F(Derive, Pbkdf2MatchesRfc7914AndIsBounded) {
  Bytes salt = text("salt");
  Bytes password = text("passwd");
  CK_PKCS5_PBKD2_PARAMS2 param{CKZ_SALT_SPECIFIED, raw(salt), salt.size(), 1, CKP_PKCS5_PBKD2_HMAC_SHA256, nullptr, 0,
                               raw(password), password.size()};
  const auto wanted = [] {
    Attributes attributes = open_secret(64);
    attributes.number(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
    return attributes;
  };
  EXPECT_EQ(get(generate(mechanism(CKM_PKCS5_PBKD2, param), wanted()), CKA_VALUE),
            hex("55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
                "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"));
  param.iterations = 0;
  EXPECT_RV(try_generate(mechanism(CKM_PKCS5_PBKD2, param), wanted()), CKR_MECHANISM_PARAM_INVALID);
  param.iterations = 0xFFFFFFFF;
  EXPECT_RV(try_generate(mechanism(CKM_PKCS5_PBKD2, param), wanted()), CKR_MECHANISM_PARAM_INVALID);
}

TEST_F(Derive, APublicKeyComesOfItsPrivateOne) {
  Attributes for_public, for_private;
  const Bytes p256 = hex("06082a8648ce3d030107");
  for_public.bytes(CKA_EC_PARAMS, p256);
  for_private.flag(CKA_SIGN, true).bytes(CKA_ID, hex("42"));
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), std::move(for_public), std::move(for_private));
  const CK_OBJECT_HANDLE twin = derive(mechanism(CKM_PUB_KEY_FROM_PRIV_KEY), pair.private_key, {});
  EXPECT_EQ(get_number(twin, CKA_CLASS), CKO_PUBLIC_KEY);
  EXPECT_EQ(get(twin, CKA_EC_POINT), get(pair.public_key, CKA_EC_POINT));
  EXPECT_EQ(get(twin, CKA_ID), hex("42"));
  EXPECT_TRUE(get_flag(twin, CKA_VERIFY));
}

}  // namespace
}  // namespace holdfast::conformance
