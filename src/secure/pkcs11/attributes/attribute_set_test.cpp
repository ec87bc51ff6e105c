#include "secure/pkcs11/attributes/attribute_set.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "support/is_rv.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using holdfast::testing::IsRv;
using holdfast::testing::SecretPeek;

AttributeSet sample() {
  AttributeSet set;
  set.set_ulong(ck::AttributeType{CKA_CLASS}, CKO_SECRET_KEY);
  set.set_flag(ck::AttributeType{CKA_TOKEN}, true);
  set.set(ck::AttributeType{CKA_LABEL}, to_bytes(as_bytes("label")));
  set.set(ck::AttributeType{CKA_ID}, {});
  return set;
}

TEST(AttributeSet, ReadsValuesByTheirType) {
  const AttributeSet set = sample();
  EXPECT_TRUE(set.flag(ck::AttributeType{CKA_TOKEN}));
  EXPECT_EQ(set.ulong(ck::AttributeType{CKA_CLASS}), std::uint32_t{CKO_SECRET_KEY});
  EXPECT_EQ(as_text(*set.find(ck::AttributeType{CKA_LABEL})), "label");
  EXPECT_TRUE(set.contains(ck::AttributeType{CKA_ID}));
  EXPECT_EQ(set.object_class(), ck::ObjectClass{CKO_SECRET_KEY});
}

TEST(AttributeSet, TakesAbsentFlagsAsFalseAndAbsentNumbersAsNothing) {
  const AttributeSet set = sample();
  EXPECT_FALSE(set.flag(ck::AttributeType{CKA_PRIVATE}));
  EXPECT_FALSE(set.flag(ck::AttributeType{CKA_LABEL})) << "five bytes are no flag";
  EXPECT_EQ(set.ulong(ck::AttributeType{CKA_KEY_TYPE}), std::nullopt);
  EXPECT_EQ(set.ulong(ck::AttributeType{CKA_LABEL}), std::nullopt) << "five bytes are no number";
  EXPECT_EQ(set.key_type().value, 0xFFFFFFFFu);
}

TEST(AttributeSet, ReadsBackWhatItSerialised) {
  const AttributeSet set = sample();
  const auto read = AttributeSet::parse(set.serialise());
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, set);
}

TEST(AttributeSet, RefusesEveryTruncation) {
  const Bytes whole = sample().serialise();
  std::size_t sound = 0;
  for (std::size_t size = 0; size < whole.size(); ++size)
    if (const auto read = AttributeSet::parse(ByteView(whole).first(size)); read) ++sound;
  // Only at the borders of its attributes is a prefix a set of its own.
  EXPECT_EQ(sound, sample().size());
}

TEST(AttributeSet, RefusesALengthThatWrapsAround) {
  const Bytes hostile = to_bytes(as_bytes(std::string_view("\x03\0\0\0\xFF\xFF\xFF\xFF", 8)));
  EXPECT_THAT(AttributeSet::parse(hostile), IsRv(Rv::arguments_bad));
}

SecretSet secrets() {
  SecretSet set;
  set.set(ck::AttributeType{CKA_VALUE}, SecretPeek::make(as_bytes("the value")));
  set.set(ck::AttributeType{CKA_PRIME_1}, SecretPeek::make(as_bytes("p")));
  return set;
}

TEST(SecretSet, ReadsBackWhatItSerialised) {
  const SecretBytes bytes = *secrets().serialise();
  const auto read = SecretSet::parse(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(as_text(SecretPeek::see(*read->find(ck::AttributeType{CKA_VALUE}))), "the value");
  EXPECT_EQ(as_text(SecretPeek::see(*read->find(ck::AttributeType{CKA_PRIME_1}))), "p");
  EXPECT_EQ(read->find(ck::AttributeType{CKA_PRIME_2}), nullptr);
}

TEST(SecretSet, ClonesIntoSecretsOfItsOwn) {
  const SecretSet original = secrets();
  const auto clone = original.clone();
  ASSERT_TRUE(clone);
  const ByteView a = SecretPeek::see(*original.find(ck::AttributeType{CKA_VALUE}));
  const ByteView b = SecretPeek::see(*clone->find(ck::AttributeType{CKA_VALUE}));
  EXPECT_TRUE(equal(a, b));
  EXPECT_NE(a.data(), b.data());
}

TEST(SecretSet, IsEmptyFromNothing) {
  const auto read = SecretSet::parse(SecretBytes{});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
  EXPECT_TRUE(read->serialise()->empty());
}

TEST(SecretSet, RefusesABrokenSerialisation) {
  EXPECT_THAT(SecretSet::parse(SecretPeek::make(as_bytes("\x11"))), IsRv(Rv::arguments_bad));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
