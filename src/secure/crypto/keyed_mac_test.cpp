#include "secure/crypto/keyed_mac.h"

#include <algorithm>

#include "secure/crypto/test_support.h"
#include "secure/crypto/xcbc_mac.h"

namespace holdfast::secure::crypto {
namespace {

template <class Mac>
std::string mac_of(const Mac& fresh, ByteView data, std::size_t step) {
  Mac mac = fresh.copy().value();
  for (; !data.empty(); data = data.subspan(std::min(step, data.size())))
    EXPECT_EQ(rv_of(mac.update(data.first(std::min(step, data.size())))), Rv::ok);
  Bytes out(mac.size());
  EXPECT_EQ(rv_of(mac.finish(MutableByteView(out).first(out.size() - 1))), Rv::buffer_too_small);
  EXPECT_EQ(rv_of(mac.finish(out)), Rv::ok);
  return to_hex(out);
}

TEST(Poly1305, GivesTheVectorOfRfc8439) {
  // RFC 8439, 2.5.2.
  const KeyedMac mac =
      KeyedMac::poly1305(secret_hex("85d6be7857556d337f4452fe42d506a80103808afb0db2fd4abff6af4149f51b")).value();
  for (const std::size_t step : {1u, 16u, 100u})
    EXPECT_EQ(mac_of(mac, as_bytes("Cryptographic Forum Research Group"), step), "a8061dc1305136c6c22b8baf0c0127a9");
  EXPECT_EQ(rv_of(KeyedMac::poly1305(secret(Bytes(31)))), Rv::key_size_range);
}

TEST(KeyedBlake2b, GivesTheVectorsOfTheReference) {
  // The BLAKE2 authors' blake2b-kat: keys 00…3f, inputs of no byte and of the byte 00.
  Bytes key(64);
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<std::byte>(i);
  const KeyedMac mac = KeyedMac::blake2b(64, secret(key)).value();
  EXPECT_EQ(mac_of(mac, {}, 1),
            "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
            "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
  EXPECT_EQ(mac_of(mac, hex("00"), 1),
            "961f6dd1e4dd30f63901690c512e78e4b45e4742ed197c3c5e45c549fd25f2e4"
            "187b0bc9fe30492b16b0d0bc4ef9b0f34c7003fac09a5ef1532e69430234cebd");
  for (const std::size_t bytes : {0u, 65u})
    EXPECT_EQ(rv_of(KeyedMac::blake2b(20, secret(Bytes(bytes)))), Rv::key_size_range) << bytes;
}

TEST(TripleDesCmac, GivesTheVectorsOfSp80038b) {
  const Bytes message = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const KeyedMac three =
      KeyedMac::triple_des_cmac(secret_hex("8aa83bf8cbda10620bc1bf19fbb6cd58bc313d4a371ca8b5")).value();
  const KeyedMac two = KeyedMac::triple_des_cmac(secret_hex("4cf15134a2850dd58a3d10ba80570d38")).value();
  for (const std::size_t step : {1u, 8u, 100u}) {
    EXPECT_EQ(mac_of(three, {}, step), "b7a688e122ffaf95");
    EXPECT_EQ(mac_of(three, ByteView(message).first(8), step), "8e8f293136283797");
    EXPECT_EQ(mac_of(three, ByteView(message).first(20), step), "743ddbe0ce2dc2ed");
    EXPECT_EQ(mac_of(three, message, step), "33e6b1092400eae5");
    EXPECT_EQ(mac_of(two, {}, step), "bd2ebf9a3ba00361");
    EXPECT_EQ(mac_of(two, ByteView(message).first(8), step), "4ff2ab813c53ce83");
  }
  EXPECT_EQ(rv_of(KeyedMac::triple_des_cmac(secret(Bytes(8)))), Rv::key_size_range);
}

TEST(XcbcMac, GivesTheVectorsOfRfc3566) {
  const AesKey key = AesKey::from_secret(secret_hex("000102030405060708090a0b0c0d0e0f")).value();
  const XcbcMac mac = XcbcMac::create(key).value();
  Bytes message(34);
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::byte>(i);
  message[32] = std::byte{0x20};
  for (const std::size_t step : {1u, 15u, 16u, 17u, 100u}) {
    EXPECT_EQ(mac_of(mac, {}, step), "75f0251d528ac01c4573dfd584d79f29");
    EXPECT_EQ(mac_of(mac, ByteView(message).first(3), step), "5b376580ae2f19afe7219ceef172756f");
    EXPECT_EQ(mac_of(mac, ByteView(message).first(16), step), "d2a246fa349b68a79998a4394ff7a263");
    EXPECT_EQ(mac_of(mac, ByteView(message).first(20), step), "47f51b4564966215b8985c63055ed308");
    EXPECT_EQ(mac_of(mac, ByteView(message).first(32), step), "f54f0ec8d2b9f3d36807734bd5283fd4");
    EXPECT_EQ(mac_of(mac, message, step), "becbb3bccdb518a30677d5481fb6b4d8");
  }
  EXPECT_EQ(rv_of(XcbcMac::create(AesKey::from_secret(secret(Bytes(32))).value())), Rv::key_size_range);
}

}  // namespace
}  // namespace holdfast::secure::crypto
