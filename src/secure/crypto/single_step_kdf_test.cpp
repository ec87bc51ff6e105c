#include "secure/crypto/single_step_kdf.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

// libcrypto's own test suite (evpkdf_ss.txt) has these of SP 800-56C with SHA-224 and SHA-256.
TEST(SingleStepKdf, HashesCounterSecretAndInfo) {
  const SecretBytes secret = secret_hex("6dbdc23f045488e4062757b06b9ebae183fc5a5946d80db93fec6f62ec07e3727f0126aed12ce4b262f47d48d54287f81d474c7c3b1850e9");
  const Bytes info = hex("a1b2c3d4e54341565369643c832e9849dcdba71e9a3139e606e095de3c264a66e98a165854cd07989b1ee0ec3f8dbe");
  const std::string derived = to_hex(single_step_kdf(DigestKind::sha224, secret, info, 14).value());
  EXPECT_EQ(derived, "a462de16a89de8466ef5460b47b8");
}

TEST(SingleStepKdf, GoesOnWithTheNextCounter) {
  const SecretBytes shared = secret_hex("0102030405");
  const Bytes info = hex("aa");
  Bytes expected(64);
  for (const std::string_view input : {"000000010102030405aa", "000000020102030405aa"}) {
    const std::size_t at = input[7] == '1' ? 0 : 32;
    ASSERT_EQ(rv_of(digest(DigestKind::sha256, hex(input), MutableByteView(expected).subspan(at, 32))), Rv::ok);
  }
  EXPECT_EQ(to_hex(single_step_kdf(DigestKind::sha256, shared, info, 64).value()), to_hex(expected));
  EXPECT_EQ(to_hex(single_step_kdf(DigestKind::sha256, shared, info, 40).value()), to_hex(expected).substr(0, 80));
}

TEST(SingleStepKdf, RefusesNoBytesAndAnAbsentHash) {
  EXPECT_EQ(rv_of(single_step_kdf(DigestKind::sha256, secret(Bytes(32)), {}, 0)), Rv::key_size_range);
}

}  // namespace
}  // namespace holdfast::secure::crypto
