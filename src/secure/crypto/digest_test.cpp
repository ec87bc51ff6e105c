#include "secure/crypto/digest.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

struct Vector {
  DigestKind kind;
  std::string_view of_abc;
};
// The message "abc": FIPS 180-4 and FIPS 202 examples; RFC 1321, A.5, for MD5.
constexpr Vector kVectors[] = {
    {DigestKind::md5, "900150983cd24fb0d6963f7d28e17f72"},
    {DigestKind::sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {DigestKind::sha224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {DigestKind::sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {DigestKind::sha384,
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {DigestKind::sha512,
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {DigestKind::sha512_224, "4634270f707b6a54daae7530460842e20e37ed265ceee9a43e8924aa"},
    {DigestKind::sha512_256, "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23"},
    {DigestKind::sha3_224, "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf"},
    {DigestKind::sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
    {DigestKind::sha3_384,
     "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25"},
    {DigestKind::sha3_512,
     "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
     "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"},
    {DigestKind::shake128, "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8"},
    {DigestKind::shake256,
     "483366601360a8771c6863080cc4114d8db44530f8f1e1ee4f94ea37e78b5739"
     "d5a15bef186a5386c75744c0527e1faa9f8726e462a12a4feb06bd8801e751e4"},
};

TEST(Digest, GivesTheStandardsExamples) {
  for (const Vector& vector : kVectors) {
    Bytes out(digest_bytes(vector.kind));
    ASSERT_EQ(rv_of(digest(vector.kind, as_bytes("abc"), out)), Rv::ok);
    EXPECT_EQ(to_hex(out), vector.of_abc);
    EXPECT_TRUE(available(vector.kind));
  }
}

TEST(Digest, GivesTheSameInPartsAsWhole) {
  Digest parts = Digest::create(DigestKind::sha256).value();
  ASSERT_EQ(rv_of(parts.update(as_bytes("a"))), Rv::ok);
  ASSERT_EQ(rv_of(parts.update({})), Rv::ok);
  ASSERT_EQ(rv_of(parts.update_secret(secret(as_bytes("bc")))), Rv::ok);
  Bytes out(32);
  ASSERT_EQ(rv_of(parts.finish(out)), Rv::ok);
  EXPECT_EQ(to_hex(out), kVectors[3].of_abc);
}

TEST(Digest, CopyGoesItsOwnWay) {
  Digest first = Digest::create(DigestKind::sha256).value();
  ASSERT_EQ(rv_of(first.update(as_bytes("ab"))), Rv::ok);
  Digest second = first.copy().value();
  ASSERT_EQ(rv_of(first.update(as_bytes("something else"))), Rv::ok);
  ASSERT_EQ(rv_of(second.update(as_bytes("c"))), Rv::ok);
  Bytes out(32);
  ASSERT_EQ(rv_of(second.finish(out)), Rv::ok);
  EXPECT_EQ(to_hex(out), kVectors[3].of_abc);
}

TEST(Digest, SqueezesAShakeToAnyLength) {
  const std::string_view known = "5881092dd818bf5cf8a3ddb793fbcba74097d5c526a6d35f97b83351940f2cc8";
  Digest shake = Digest::create(DigestKind::shake128).value();
  for (const std::size_t bytes : {std::size_t{1}, std::size_t{32}, std::size_t{500}}) {
    ASSERT_EQ(rv_of(shake.restart()), Rv::ok);
    ASSERT_EQ(rv_of(shake.update(as_bytes("abc"))), Rv::ok);
    Bytes out(bytes);
    ASSERT_EQ(rv_of(shake.squeeze(out)), Rv::ok);
    EXPECT_EQ(to_hex(out).substr(0, known.size()), known.substr(0, 2 * bytes));
  }
  Bytes out(32);
  EXPECT_EQ(rv_of(Digest::create(DigestKind::sha256)->squeeze(out)), Rv::mechanism_invalid);
}

TEST(Digest, SurvivesAShortBuffer) {
  Digest abc = Digest::create(DigestKind::sha256).value();
  ASSERT_EQ(rv_of(abc.update(as_bytes("abc"))), Rv::ok);
  Bytes short_out(31);
  EXPECT_EQ(rv_of(abc.finish(short_out)), Rv::buffer_too_small);
  Bytes out(40, std::byte{0x5A});
  ASSERT_EQ(rv_of(abc.finish(out)), Rv::ok);
  EXPECT_EQ(to_hex(out), std::string(kVectors[3].of_abc) + "5a5a5a5a5a5a5a5a");
}

}  // namespace
}  // namespace holdfast::secure::crypto
