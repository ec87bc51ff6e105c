// ChaCha20, Poly1305 and their AEAD: vectors of RFC 8439 and what each refuses.
#include "conformance/keys.h"

namespace holdfast::conformance {
namespace {

constexpr const char* kSunscreen =
    "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f666665"
    "7220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069742e";

class ChaCha : public TokenTest {
 protected:
  CK_RV encrypt_init(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key) const {
    return module().C_EncryptInit(session_, &mechanism, key);
  }
};

TEST_F(ChaCha, StreamMatchesTheRfc) {
  const CK_OBJECT_HANDLE key =
      create(secret_key(CKK_CHACHA20, hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")));
  const Bytes counter = hex("01000000");
  const Bytes nonce = hex("000000000000004a00000000");
  CK_CHACHA20_PARAMS params{raw(counter), 32, raw(nonce), 96};
  const Bytes cipher =
      hex("6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f53"
          "0c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d");
  EXPECT_EQ(encrypt(mechanism(CKM_CHACHA20, params), key, hex(kSunscreen)), cipher);
  EXPECT_EQ(encrypt_in_parts(mechanism(CKM_CHACHA20, params), key, hex(kSunscreen), 13), cipher);
  EXPECT_EQ(decrypt(mechanism(CKM_CHACHA20, params), key, cipher), hex(kSunscreen));
}

TEST_F(ChaCha, StreamRefusesCountersAndNoncesItDoesNotHave) {
  const CK_OBJECT_HANDLE key = create(secret_key(CKK_CHACHA20, Bytes(32, std::byte{3})));
  const Bytes zeros(24);
  struct Bits {
    CK_ULONG counter, nonce;
  };
  for (const Bits& bits : {Bits{64, 96}, Bits{32, 192}, Bits{64, 192}, Bits{16, 96}, Bits{32, 0}, Bits{32, 100}}) {
    CK_CHACHA20_PARAMS params{raw(zeros), bits.counter, raw(zeros), bits.nonce};
    EXPECT_RV(encrypt_init(mechanism(CKM_CHACHA20, params), key), CKR_MECHANISM_PARAM_INVALID)
        << bits.counter << " " << bits.nonce;
  }
  EXPECT_RV(encrypt_init(mechanism(CKM_CHACHA20), key), CKR_MECHANISM_PARAM_INVALID);
  EXPECT_RV(try_create(secret_key(CKK_CHACHA20, Bytes(16))), CKR_KEY_SIZE_RANGE);
}

TEST_F(ChaCha, AeadMatchesTheRfcAndReleasesNothingWrong) {
  const CK_OBJECT_HANDLE key =
      create(secret_key(CKK_CHACHA20, hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f")));
  const Bytes nonce = hex("070000004041424344454647");
  const Bytes aad = hex("50515253c0c1c2c3c4c5c6c7");
  CK_SALSA20_CHACHA20_POLY1305_PARAMS params{raw(nonce), nonce.size(), raw(aad), aad.size()};
  const CK_MECHANISM mech = mechanism(CKM_CHACHA20_POLY1305, params);
  const Bytes cipher =
      hex("d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6"
          "a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b6116"
          "1ae10b594f09e26a7e902ecbd0600691");
  EXPECT_EQ(encrypt(mech, key, hex(kSunscreen)), cipher);
  EXPECT_EQ(encrypt_in_parts(mech, key, hex(kSunscreen), 17), cipher);
  EXPECT_EQ(decrypt(mech, key, cipher), hex(kSunscreen));
  EXPECT_EQ(decrypt_in_parts(mech, key, cipher, 17), hex(kSunscreen));
  // The standard counts the nonce in bits, its users in bytes.
  params.ulNonceLen = 96;
  EXPECT_EQ(decrypt(mech, key, cipher), hex(kSunscreen));
  Bytes altered = cipher;
  altered[0] ^= std::byte{1};
  EXPECT_RV(try_decrypt(mech, key, altered), CKR_ENCRYPTED_DATA_INVALID);
  EXPECT_RV(try_decrypt(mech, key, Bytes(15)), CKR_ENCRYPTED_DATA_LEN_RANGE);
}

TEST_F(ChaCha, GeneratesKeysOf256Bits) {
  Attributes attributes;
  attributes.flag(CKA_ENCRYPT, true).flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
  EXPECT_EQ(get(generate(mechanism(CKM_CHACHA20_KEY_GEN), std::move(attributes)), CKA_VALUE).size(), 32u);
  Attributes for_mac;
  for_mac.flag(CKA_SIGN, true).flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
  EXPECT_EQ(get(generate(mechanism(CKM_POLY1305_KEY_GEN), std::move(for_mac)), CKA_VALUE).size(), 32u);
}

TEST_F(ChaCha, Poly1305MatchesTheRfc) {
  const CK_OBJECT_HANDLE key =
      create(secret_key(CKK_POLY1305, hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")));
  const Bytes message = text("Cryptographic Forum Research Group");
  const Bytes tag = hex("a8061dc1305136c6c22b8baf0c0127a9");
  EXPECT_EQ(sign(mechanism(CKM_POLY1305), key, message), tag);
  EXPECT_RV(verify(mechanism(CKM_POLY1305), key, message, tag), CKR_OK);
  EXPECT_RV(verify(mechanism(CKM_POLY1305), key, message, Bytes(15)), CKR_SIGNATURE_LEN_RANGE);
  EXPECT_RV(verify(mechanism(CKM_POLY1305), key, text("other"), tag), CKR_SIGNATURE_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
