#include "secure/pkcs11/mechanisms/nonce.h"

#include <set>

#include <pkcs11/pkcs11.h>

#include "secure/crypto/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::hex;
using crypto::rv_of;

NonceSource source(const Bytes& nonce, std::uint32_t fixed_bits, CK_ULONG generator) {
  return {.nonce = nonce, .fixed_bits = fixed_bits, .generator = static_cast<std::uint32_t>(generator)};
}

TEST(NonceMaker, LeavesTheCallersNonceAlone) {
  NonceMaker maker;
  const Bytes nonce = hex("0102");
  EXPECT_EQ(maker.make(source(nonce, 99, CKG_NO_GENERATE)).value(), nonce);
}

TEST(NonceMaker, CountsFromZeroInTheBitsThatAreFree) {
  NonceMaker maker;
  const Bytes nonce = hex("ffffff");
  EXPECT_EQ(maker.make(source(nonce, 12, CKG_GENERATE_COUNTER)).value(), hex("fff000"));
  EXPECT_EQ(maker.make(source(nonce, 12, CKG_GENERATE_COUNTER)).value(), hex("fff001"));
  EXPECT_EQ(maker.make(source(nonce, 0, CKG_GENERATE_COUNTER)).value(), hex("000002"));
}

TEST(NonceMaker, StopsWhereACounterWouldRepeat) {
  NonceMaker maker;
  const Bytes nonce = hex("ff00");
  std::set<Bytes> seen;
  for (int i = 0; i < 256; ++i) seen.insert(maker.make(source(nonce, 8, CKG_GENERATE)).value());
  EXPECT_EQ(seen.size(), 256u);
  for (const Bytes& made : seen) EXPECT_EQ(made[0], std::byte{0xFF});
  EXPECT_EQ(rv_of(maker.make(source(nonce, 8, CKG_GENERATE))), Rv::function_failed);
}

TEST(NonceMaker, XorsACounterIntoABaseThatStays) {
  NonceMaker maker;
  const Bytes base = hex("a0a1a2ff");
  EXPECT_EQ(maker.make(source(base, 16, CKG_GENERATE_COUNTER_XOR)).value(), base);
  EXPECT_EQ(maker.make(source(base, 16, CKG_GENERATE_COUNTER_XOR)).value(), hex("a0a1a2fe"));
  EXPECT_EQ(rv_of(maker.make(source(hex("a0a1a2fe"), 16, CKG_GENERATE_COUNTER_XOR))), Rv::mechanism_param_invalid);
}

TEST(NonceMaker, RefusesWhatLeavesNothingToMake) {
  const Bytes nonce(12);
  EXPECT_EQ(rv_of(NonceMaker::check(source(nonce, 96, CKG_GENERATE))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(NonceMaker::check(source(nonce, 0xFFFFFFFF, CKG_GENERATE))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(NonceMaker::check(source({}, 0, CKG_GENERATE))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(NonceMaker::check(source(nonce, 33, CKG_GENERATE_RANDOM))), Rv::mechanism_param_invalid);
  EXPECT_EQ(rv_of(NonceMaker::check(source(nonce, 0, 5))), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
