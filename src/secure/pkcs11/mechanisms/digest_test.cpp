#include "secure/pkcs11/mechanisms/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

std::unique_ptr<Digester> digester(CK_MECHANISM_TYPE type) {
  return std::get<std::unique_ptr<Digester>>(begin_digest(mechanism(type)).value().operation);
}

std::string finished(Digester& with) {
  Bytes out(with.digest_bytes());
  EXPECT_EQ(rv_of(with.finish(out)), Rv::ok);
  return to_hex(out);
}

// FIPS 180-4 examples and RFC 1321, A.5: the digest of "abc".
TEST(Digest, GivesTheExamplesOfFips180) {
  for (const auto& [type, expected] :
       {std::pair{CKM_MD5, "900150983cd24fb0d6963f7d28e17f72"},
        std::pair{CKM_SHA_1, "a9993e364706816aba3e25717850c26c9cd0d89d"},
        std::pair{CKM_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"},
        std::pair{CKM_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        std::pair{CKM_SHA384,
                  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
        std::pair{CKM_SHA512,
                  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
                  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"}}) {
    const auto with = digester(type);
    EXPECT_EQ(rv_of(with->update(as_bytes("a"))), Rv::ok);
    EXPECT_EQ(rv_of(with->update_key(secret(as_bytes("bc")))), Rv::ok);
    EXPECT_EQ(finished(*with), expected);
  }
}

TEST(Digest, RefusesOtherMechanismsAndParameters) {
  EXPECT_EQ(rv_of(begin_digest(mechanism(CKM_SHA256_HMAC))), Rv::mechanism_invalid);
  EXPECT_EQ(rv_of(begin_digest(mechanism(CKM_MD2))), Rv::mechanism_invalid);
  EXPECT_EQ(rv_of(begin_digest(mechanism(CKM_SHA256, as_bytes("x")))), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
