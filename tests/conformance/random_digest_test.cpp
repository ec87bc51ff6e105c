// Random numbers and digests: PKCS#11 3.0 sections 5.10 and 5.19; vectors of FIPS 180-4's examples ("abc" and the
// two-block message) and of the empty message, as NIST publishes them.
#include <set>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

class Digest : public TokenTest {};

struct DigestCase {
  CK_MECHANISM_TYPE type;
  const char* openssl_name;
  const char* of_abc;
};
constexpr DigestCase kDigests[] = {
    {CKM_MD5, "MD5", "900150983cd24fb0d6963f7d28e17f72"},
    {CKM_SHA_1, "SHA1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {CKM_SHA224, "SHA224", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
    {CKM_SHA256, "SHA256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {CKM_SHA384, "SHA384",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {CKM_SHA512, "SHA512",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2"
     "a9ac94fa54ca49f"},
};

TEST_F(Digest, MatchesPublishedVectors) {
  for (const DigestCase& test : kDigests)
    EXPECT_EQ(digest(test.type, text("abc")), hex(test.of_abc)) << test.openssl_name;
  EXPECT_EQ(digest(CKM_SHA256, Bytes{}), hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  EXPECT_EQ(digest(CKM_SHA256, text("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
            hex("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
}

TEST_F(Digest, MatchesLibcryptoInPartsOfAnySize) {
  const Bytes data = pattern(300'001);
  for (const DigestCase& test : kDigests) {
    const Bytes expected = reference::digest(test.openssl_name, data);
    EXPECT_EQ(digest(test.type, data), expected) << test.openssl_name;
    for (const std::size_t part : {1000u, 4096u, 131'072u}) {
      CK_MECHANISM m = mechanism(test.type);
      ASSERT_RV(module().C_DigestInit(session_, &m), CKR_OK);
      for (std::size_t at = 0; at < data.size(); at += part)
        ASSERT_RV(module().C_DigestUpdate(session_, raw(data) + at, std::min(part, data.size() - at)), CKR_OK);
      Bytes out(64);
      CK_ULONG length = out.size();
      ASSERT_RV(module().C_DigestFinal(session_, raw(out), &length), CKR_OK);
      out.resize(length);
      EXPECT_EQ(out, expected);
    }
  }
}

TEST_F(Digest, MoreThanOneCrossingCarriesIsCutInPieces) {
  const Bytes data = pattern(70 * 1024 * 1024);
  CK_MECHANISM m = mechanism(CKM_SHA256);
  ASSERT_RV(module().C_DigestInit(session_, &m), CKR_OK);
  ASSERT_RV(module().C_DigestUpdate(session_, raw(data), data.size()), CKR_OK);
  Bytes out(32);
  CK_ULONG length = out.size();
  ASSERT_RV(module().C_DigestFinal(session_, raw(out), &length), CKR_OK);
  EXPECT_EQ(out, reference::digest("SHA256", data));
  EXPECT_EQ(digest(CKM_SHA256, data), out) << "also in one call";
}

TEST_F(Digest, KeysAreDigestedByValue) {
  const Bytes value = text("0123456789abcdef");
  const CK_OBJECT_HANDLE key = create(secret_key(CKK_AES, value));
  CK_MECHANISM m = mechanism(CKM_SHA256);
  ASSERT_RV(module().C_DigestInit(session_, &m), CKR_OK);
  ASSERT_RV(module().C_DigestUpdate(session_, raw(value), 3), CKR_OK);
  ASSERT_RV(module().C_DigestKey(session_, key), CKR_OK);
  Bytes out(32);
  CK_ULONG length = out.size();
  ASSERT_RV(module().C_DigestFinal(session_, raw(out), &length), CKR_OK);
  EXPECT_EQ(out, reference::digest("SHA256", Bytes(value.begin(), value.begin() + 3) + value));
  const Pair pair = generate_pair(mechanism(CKM_EC_KEY_PAIR_GEN), ec_public(kP256), Attributes());
  ASSERT_RV(module().C_DigestInit(session_, &m), CKR_OK);
  EXPECT_RV(module().C_DigestKey(session_, pair.private_key), CKR_KEY_INDIGESTIBLE);
}

TEST_F(Digest, TakesNoParameter) {
  Bytes iv(16);
  CK_MECHANISM m = mechanism_iv(CKM_SHA256, iv);
  EXPECT_RV(module().C_DigestInit(session_, &m), CKR_MECHANISM_PARAM_INVALID);
}

class Random : public TokenTest {};

TEST_F(Random, FillsExactlyWhatWasAskedForAndNeverRepeats) {
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) {
    Bytes block(24, std::byte{0xEE});
    ASSERT_RV(module().C_GenerateRandom(session_, raw(block), 16), CKR_OK);
    EXPECT_EQ(Bytes(block.begin() + 16, block.end()), Bytes(8, std::byte{0xEE}));
    EXPECT_TRUE(seen.emplace(block.begin(), block.begin() + 16).second);
  }
  EXPECT_RV(module().C_GenerateRandom(session_, nullptr, 0), CKR_OK);
}

TEST_F(Random, LargeRequestsAreFilledToTheEnd) {
  Bytes block(3 * 1024 * 1024 + 7);
  ASSERT_RV(module().C_GenerateRandom(session_, raw(block), block.size()), CKR_OK);
  for (std::size_t at = 0; at + 64 < block.size(); at += 64 * 1024)
    EXPECT_NE(
        Bytes(block.begin() + static_cast<std::ptrdiff_t>(at), block.begin() + static_cast<std::ptrdiff_t>(at) + 64),
        Bytes(64))
        << at;
  EXPECT_NE(Bytes(block.end() - 32, block.end()), Bytes(32));
}

TEST_F(Random, SeedIsTakenOrRefusedAsTheStandardSays) {
  CK_BYTE seed[32] = {1, 2, 3};
  const CK_RV rv = module().C_SeedRandom(session_, seed, sizeof seed);
  EXPECT_TRUE(rv == CKR_OK || rv == CKR_RANDOM_SEED_NOT_SUPPORTED) << rv;
}

}  // namespace
}  // namespace holdfast::conformance
