#include "secure/crypto/lms.h"

#include <algorithm>

#include "secure/crypto/stateful_signature_vectors.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

Rv outcome(const SignatureVector& vector, ByteView message, ByteView signature) {
  const auto key = HssPublicKey::from_value(hex(vector.public_key));
  return key ? rv_of(key->verify(message, signature)) : key.error().rv;
}

TEST(Hss, VerifiesTheStandardsSignatures) {
  for (const SignatureVector& vector : kHssVectors)
    EXPECT_EQ(outcome(vector, hex(vector.message), hex(vector.signature)), Rv::ok) << vector.name;
}

TEST(Hss, RefusesAnAlteredByteAnywhere) {
  for (const SignatureVector& vector : kHssVectors) {
    const Bytes message = hex(vector.message);
    Bytes signature = hex(vector.signature);
    for (std::size_t i = 0; i < signature.size(); i += 31) {
      signature[i] ^= std::byte{0x10};
      const Rv rv = outcome(vector, message, signature);
      EXPECT_TRUE(rv == Rv::signature_invalid || rv == Rv::signature_len_range) << vector.name << " at " << i;
      signature[i] ^= std::byte{0x10};
    }
    Bytes other = message;
    other.push_back(std::byte{0});
    EXPECT_EQ(outcome(vector, other, signature), Rv::signature_invalid) << vector.name;
  }
}

TEST(Hss, RefusesASignatureOfAnotherLength) {
  for (const SignatureVector& vector : kHssVectors) {
    const Bytes message = hex(vector.message);
    Bytes signature = hex(vector.signature);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{3}, std::size_t{8}, std::size_t{60}, signature.size() - 1})
      EXPECT_EQ(outcome(vector, message, ByteView(signature).first(size)), Rv::signature_len_range) << size;
    signature.push_back(std::byte{0});
    EXPECT_EQ(outcome(vector, message, signature), Rv::signature_len_range);
  }
}

TEST(Hss, RefusesALeafThatTheTreeDoesNotHave) {
  const SignatureVector& vector = kHssVectors[1];
  Bytes signature = hex(vector.signature);
  signature[4 + 3] = std::byte{32};  // the tree has 2^5
  EXPECT_EQ(outcome(vector, hex(vector.message), signature), Rv::signature_invalid);
  std::fill_n(signature.begin() + 4, 4, std::byte{0xFF});
  EXPECT_EQ(outcome(vector, hex(vector.message), signature), Rv::signature_invalid);
}

TEST(Hss, TellsTheTypesOfItsTopTree) {
  const HssPublicKey key = HssPublicKey::from_value(hex(kHssVectors[0].public_key)).value();
  EXPECT_EQ(key.levels(), 2u);
  EXPECT_EQ(key.lms_type(), 5u);
  EXPECT_EQ(key.lmots_type(), 4u);
}

Rv key_outcome(Bytes value) { return rv_of(HssPublicKey::from_value(value)); }

TEST(Hss, RefusesKeysThatAreNone) {
  const Bytes good = hex(kHssVectors[0].public_key);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(key_outcome(to_bytes(ByteView(good).first(size))), Rv::attribute_value_invalid) << size;
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(key_outcome(longer), Rv::attribute_value_invalid);
  for (const unsigned levels : {0U, 9U, 255U}) {
    Bytes other = good;
    other[3] = static_cast<std::byte>(levels);
    EXPECT_EQ(key_outcome(other), Rv::attribute_value_invalid) << levels;
  }
}

TEST(Hss, RefusesTypesThatNoStandardNames) {
  struct Types {
    unsigned tree;
    unsigned one_time;
  };
  // The last two are known types of unlike hashes.
  for (const Types types : {Types{4, 4}, Types{0x19, 4}, Types{5, 0}, Types{5, 0x11}, Types{5, 8}, Types{0x0F, 4}}) {
    Bytes value = hex(kHssVectors[0].public_key);
    value[7] = static_cast<std::byte>(types.tree);
    value[11] = static_cast<std::byte>(types.one_time);
    EXPECT_EQ(key_outcome(value), Rv::parameter_set_not_supported) << types.tree << " " << types.one_time;
  }
}

}  // namespace
}  // namespace holdfast::secure::crypto
