// Wrapping: RFC 3394 and RFC 5649 vectors; private keys as PKCS #8 that libcrypto reads; wrapped and unwrapped keys do
// the same.
#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

class Wrap : public TokenTest {
 protected:
  CK_OBJECT_HANDLE aes(const Bytes& value) const { return create(secret_key(CKK_AES, value)); }
  static Attributes generic() {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .flag(CKA_SENSITIVE, false)
        .flag(CKA_EXTRACTABLE, true);
    return attributes;
  }
};

// RFC 3394 sections 4.1, 4.3 and 4.6.
TEST_F(Wrap, KeyWrapMatchesRfc3394) {
  struct Case {
    const char *kek, *key, *wrapped;
  };
  constexpr Case kCases[] = {
      {"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
       "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
      {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f", "00112233445566778899aabbccddeeff",
       "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"},
      {"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
       "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
       "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"},
  };
  const CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  for (const Case& test : kCases) {
    const CK_OBJECT_HANDLE kek = aes(hex(test.kek));
    EXPECT_EQ(wrap(kw, kek, aes(hex(test.key))), hex(test.wrapped));
    EXPECT_EQ(get(unwrap(kw, kek, hex(test.wrapped), generic()), CKA_VALUE), hex(test.key));
    Bytes forged = hex(test.wrapped);
    forged[3] ^= std::byte{1};
    EXPECT_RV(try_unwrap(kw, kek, forged, generic()), CKR_WRAPPED_KEY_INVALID);
    EXPECT_RV(try_unwrap(kw, kek, Bytes(23), generic()), CKR_WRAPPED_KEY_LEN_RANGE);
  }
}

// RFC 5649 section 6.
TEST_F(Wrap, PaddedKeyWrapMatchesRfc5649) {
  const CK_OBJECT_HANDLE kek = aes(hex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"));
  const CK_MECHANISM kwp = mechanism(CKM_AES_KEY_WRAP_KWP);
  const Bytes twenty = hex("c37b7e6492584340bed12207808941155068f738");
  const Bytes wrapped = hex("138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a");
  EXPECT_EQ(wrap(kwp, kek, create(secret_key(CKK_GENERIC_SECRET, twenty))), wrapped);
  EXPECT_EQ(get(unwrap(kwp, kek, wrapped, generic()), CKA_VALUE), twenty);
  const Bytes seven = hex("466f7250617369");
  EXPECT_EQ(wrap(kwp, kek, create(secret_key(CKK_GENERIC_SECRET, seven))), hex("afbeb0f07dfbf5419200f2ccb50bb24f"));
}

TEST_F(Wrap, PrivateKeysTravelAsPkcs8) {
  const CK_OBJECT_HANDLE kek = aes(pattern(32));
  const CK_MECHANISM kwp = mechanism(CKM_AES_KEY_WRAP_KWP);
  // From libcrypto into the token…
  const reference::Key theirs = reference::Key::ec_generate("P-256");
  const CK_OBJECT_HANDLE wrapped_value = create(secret_key(CKK_GENERIC_SECRET, theirs.pkcs8()));
  const Bytes wrapped = wrap(kwp, kek, wrapped_value);
  Attributes ec;
  ec.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_EC).flag(CKA_SIGN, true).flag(CKA_EXTRACTABLE, true);
  const CK_OBJECT_HANDLE unwrapped = unwrap(kwp, kek, wrapped, std::move(ec));
  EXPECT_TRUE(theirs.verify_ecdsa("SHA256", text("x"), sign(mechanism(CKM_ECDSA_SHA256), unwrapped, text("x"))));
  // …and from the token to the token. (What lies in between is what libcrypto wrote above: PKCS #8.)
  for (const CK_MECHANISM_TYPE type : {CKM_EC_KEY_PAIR_GEN, CKM_RSA_PKCS_KEY_PAIR_GEN}) {
    Attributes for_public =
        type == CKM_EC_KEY_PAIR_GEN ? ec_public(kP384) : std::move(Attributes().number(CKA_MODULUS_BITS, 2048));
    for_public.flag(CKA_VERIFY, true);
    const Pair pair = generate_pair(
        mechanism(type), std::move(for_public),
        std::move(Attributes().flag(CKA_SIGN, true).flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, true)));
    const Bytes out = wrap(kwp, kek, pair.private_key);
    Attributes again;
    again.number(CKA_CLASS, CKO_PRIVATE_KEY)
        .number(CKA_KEY_TYPE, type == CKM_EC_KEY_PAIR_GEN ? CKK_EC : CKK_RSA)
        .flag(CKA_SIGN, true);
    const CK_OBJECT_HANDLE back = unwrap(kwp, kek, out, std::move(again));
    const CK_MECHANISM signing = mechanism(type == CKM_EC_KEY_PAIR_GEN ? CKM_ECDSA_SHA256 : CKM_SHA256_RSA_PKCS);
    EXPECT_RV(verify(signing, pair.public_key, text("x"), sign(signing, back, text("x"))), CKR_OK);
    EXPECT_FALSE(get_flag(back, CKA_LOCAL));
  }
}

TEST_F(Wrap, UnwrappingMakesOnlyWhatTheTemplateSays) {
  const CK_OBJECT_HANDLE kek = aes(pattern(16));
  const CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  const Bytes wrapped = wrap(kw, kek, aes(pattern(32)));
  Attributes rsa;
  rsa.number(CKA_CLASS, CKO_PRIVATE_KEY).number(CKA_KEY_TYPE, CKK_RSA);
  EXPECT_NE(try_unwrap(kw, kek, wrapped, std::move(rsa)), CKR_OK) << "the value of an AES key is no RSA key";
  EXPECT_RV(try_unwrap(kw, kek, wrapped, Attributes()), CKR_TEMPLATE_INCOMPLETE);
  Attributes with_value;
  with_value.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_AES).bytes(CKA_VALUE, Bytes(32));
  EXPECT_NE(try_unwrap(kw, kek, wrapped, std::move(with_value)), CKR_OK);
  Attributes data;
  data.number(CKA_CLASS, CKO_DATA);
  EXPECT_NE(try_unwrap(kw, kek, wrapped, std::move(data)), CKR_OK);
}

TEST_F(Wrap, WrapQueryTellsTheLength) {
  const CK_OBJECT_HANDLE kek = aes(pattern(16));
  CK_MECHANISM kw = mechanism(CKM_AES_KEY_WRAP);
  CK_ULONG length = 0;
  EXPECT_RV(module().C_WrapKey(session_, &kw, kek, aes(pattern(32)), nullptr, &length), CKR_OK);
  EXPECT_EQ(length, 40u);
  CK_BYTE out[40];
  length = 39;
  EXPECT_RV(module().C_WrapKey(session_, &kw, kek, aes(pattern(32)), out, &length), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(length, 40u);
}

}  // namespace
}  // namespace holdfast::conformance
