#include "secure/pkcs11/self_test/self_test.h"

#include <gmock/gmock.h>
#include <pkcs11/pkcs11.h>

#include <algorithm>

#include "ck/names.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

TEST(SelfTest, EveryAnswerIsRightAndEveryMechanismOfferedHasOne) {
  EXPECT_TRUE(report().empty());
  std::uint32_t answers = 0;
  const std::vector<FamilyReport> reports = run();
  for (const FamilyReport& family : reports) {
    EXPECT_TRUE(family.passed()) << family.family << ": " << ck::name_of_mechanism(family.failed_mechanism) << ": " << family.why;
    answers += family.answers;
  }
  EXPECT_GT(answers, 100u);
  for (const std::uint32_t mechanism : uncovered(Answers::all())) ADD_FAILURE() << ck::name_of_mechanism(mechanism) << " has no answer";
}

constexpr KnownAnswer kWrong[] = {{CKM_SHA256, Verb::digest, nullptr, "", "616263", "00"}};
constexpr KnownAnswer kSlip[] = {{CKM_SHA256_HMAC, Verb::sign, nullptr, "", "61626", ""}};

FamilyReport family_in(const std::vector<FamilyReport>& reports, std::string_view name) {
  return *std::ranges::find(reports, name, &FamilyReport::family);
}

TEST(SelfTest, AFamilyWithAWrongAnswerIsNotOffered) {
  ASSERT_NE(find_row(ck::MechanismType{CKM_SHA256}), nullptr);
  const Answers wrong{.known = {kWrong}, .pairs = {}};
  const std::vector<FamilyReport>& reports = run(wrong);
  const FamilyReport digests = family_in(reports, "digest");
  EXPECT_FALSE(digests.passed());
  EXPECT_EQ(digests.failed_mechanism, CKM_SHA256);
  EXPECT_EQ(find_row(ck::MechanismType{CKM_SHA256}), nullptr);
  EXPECT_EQ(find_row(ck::MechanismType{CKM_SHA_1}), nullptr);
  EXPECT_NE(find_row(ck::MechanismType{CKM_SHA256_HMAC}), nullptr);
  EXPECT_EQ(&reports, &report());
}

TEST(SelfTest, ASlipInATableIsAFailure) {
  EXPECT_FALSE(family_in(run({.known = {kSlip}, .pairs = {}}), "hmac").passed());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11::self_test
