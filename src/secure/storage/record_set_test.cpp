#include "secure/storage/record_set.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "support/secret_peek.h"

namespace holdfast::secure::storage {
namespace {

using holdfast::testing::SecretPeek;

class Sets : public ::testing::Test {
 protected:
  static RecordMark mark(std::uint32_t number, std::uint64_t version = 1) {
    RecordMark made{.uid = {}, .version = version, .tag = {}};
    std::memcpy(made.uid.octets.data(), &number, sizeof number);
    std::memcpy(made.tag.data() + 3, &number, sizeof number);
    return made;
  }
  void add(RecordSet& set, const RecordMark& one) const { set.add(one, hasher.digest(one).value()); }
  void remove(RecordSet& set, const RecordMark& one) const { set.remove(one, hasher.digest(one).value()); }
  RecordSet range(std::uint32_t from, std::uint32_t to) const {
    RecordSet set;
    for (std::uint32_t i = from; i < to; ++i) add(set, mark(i));
    return set;
  }

  const MarkHasher hasher = MarkHasher::create(SecretPeek::make(Bytes(32, std::byte{5}))).value();
};

TEST_F(Sets, DoNotDependOnTheOrder) {
  RecordSet backwards;
  for (std::uint32_t i = 100; i > 0; --i) add(backwards, mark(i - 1));
  EXPECT_TRUE(range(0, 100).same_records(backwards));
}

TEST_F(Sets, ForgetWhatIsTakenAway) {
  RecordSet set = range(0, 10);
  add(set, mark(77));
  EXPECT_FALSE(set.same_records(range(0, 10)));
  remove(set, mark(77));
  EXPECT_TRUE(set.same_records(range(0, 10)));
  EXPECT_EQ(set.size(), 10u);
}

TEST_F(Sets, DifferByVersionTagAndKey) {
  RecordSet one, newer, retagged;
  add(one, mark(1));
  add(newer, mark(1, 2));
  RecordMark other_tag = mark(1);
  other_tag.tag.back() = std::byte{1};
  add(retagged, other_tag);
  EXPECT_FALSE(one.same_records(newer));
  EXPECT_FALSE(one.same_records(retagged));
  const MarkHasher other_key = MarkHasher::create(SecretPeek::make(Bytes(32, std::byte{6}))).value();
  EXPECT_NE(hasher.digest(mark(1)).value(), other_key.digest(mark(1)).value());
}

TEST_F(Sets, NameWhatIsMissingExtraAndReplaced) {
  const RecordSet listed = range(0, 1000);
  RecordSet found = range(0, 1000);
  remove(found, mark(17));
  add(found, mark(5000));
  remove(found, mark(400));
  add(found, mark(400, 0));
  const Difference difference = listed.difference(found, hasher).value();
  EXPECT_TRUE(difference.complete);
  EXPECT_EQ(difference.only_here.size(), 2u);
  EXPECT_NE(std::ranges::find(difference.only_here, mark(17)), difference.only_here.end());
  EXPECT_NE(std::ranges::find(difference.only_here, mark(400)), difference.only_here.end());
  EXPECT_EQ(difference.only_there.size(), 2u);
  EXPECT_NE(std::ranges::find(difference.only_there, mark(5000)), difference.only_there.end());
  EXPECT_NE(std::ranges::find(difference.only_there, mark(400, 0)), difference.only_there.end());
}

TEST_F(Sets, NameTenDifferencesAnywhere) {
  for (std::uint32_t first = 0; first < 990; first += 90) {
    RecordSet found = range(0, 1000);
    for (std::uint32_t i = first; i < first + 10; ++i) remove(found, mark(i));
    const Difference difference = range(0, 1000).difference(found, hasher).value();
    EXPECT_TRUE(difference.complete) << first;
    EXPECT_EQ(difference.only_here.size(), 10u) << first;
  }
}

TEST_F(Sets, AdmitWhenThereIsMoreThanTheyCanName) {
  const Difference difference = range(0, 1000).difference(range(500, 1000), hasher).value();
  EXPECT_FALSE(difference.complete);
}

TEST_F(Sets, SurviveTheirEncoding) {
  ByteWriter out;
  range(0, 50).encode(out);
  EXPECT_EQ(out.size(), 2538u);  // docs/formats/storage-record.md
  ByteReader in(out.view());
  const RecordSet back = RecordSet::decode(in).value();
  EXPECT_EQ(in.remaining(), 0u);
  EXPECT_TRUE(back.same_records(range(0, 50)));
  const Difference difference = back.difference(range(0, 49), hasher).value();
  ASSERT_EQ(difference.only_here.size(), 1u);
  EXPECT_EQ(difference.only_here[0], mark(49));
  for (std::size_t size = 0; size < out.size(); size += 11) {
    ByteReader cut(out.view().first(size));
    EXPECT_FALSE(RecordSet::decode(cut)) << size;
  }
}

}  // namespace
}  // namespace holdfast::secure::storage
