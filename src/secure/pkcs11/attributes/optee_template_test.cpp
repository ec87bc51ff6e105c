// OP-TEE's clean-up of a template (ABI sections 8.6 and 10.1).

#include "secure/pkcs11/attributes/optee_template.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "support/is_rv.h"
#include "support/template_builder.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

// ABI section 8.6, as it is written there; dates and the MIDP domain as the standard has them (section 19.3, 11).
constexpr std::uint32_t kNumbers[] = {0x000, 0x080, 0x087, 0x088, 0x08C, 0x100, 0x121, 0x161, 0x166, 0x500};
constexpr std::uint32_t kBooleans[] = {0x001, 0x002, 0x086, 0x103, 0x104, 0x105, 0x106, 0x107, 0x108, 0x109, 0x10A,
                                       0x10B, 0x10C, 0x162, 0x163, 0x164, 0x165, 0x170, 0x171, 0x172, 0x202, 0x210};
constexpr std::uint32_t kAnySize[] = {0x003, 0x010, 0x011, 0x012, 0x081, 0x082, 0x089, 0x08A, 0x08B, 0x090,
                                      0x101, 0x102, 0x120, 0x122, 0x123, 0x124, 0x125, 0x126, 0x127, 0x128,
                                      0x129, 0x180, 0x181, 0x40000600};
constexpr std::uint32_t kTemplates[] = {0x40000211, 0x40000212, 0x40000213};
constexpr std::uint32_t kDates[] = {0x110, 0x111};

Result<void> clean(const TemplateBuilder& attributes) {
  HF_TRY(clean_template(attributes.view()));
  return {};
}
Result<void> clean_one(std::uint32_t type, std::size_t size) { return clean(TemplateBuilder().raw(type, Bytes(size))); }

TEST(OpteeTemplate, TakesNumbersOfFourBytes) {
  for (const std::uint32_t type : kNumbers) {
    EXPECT_THAT(clean_one(type, 4), IsOk()) << std::hex << type;
    for (const std::size_t size : {0u, 1u, 3u, 5u}) EXPECT_THAT(clean_one(type, size), IsRv(Rv::template_inconsistent)) << type;
  }
}

TEST(OpteeTemplate, TakesBooleansOfOneByte) {
  for (const std::uint32_t type : kBooleans) {
    EXPECT_THAT(clean_one(type, 1), IsOk()) << std::hex << type;
    for (const std::size_t size : {0u, 2u, 4u}) EXPECT_THAT(clean_one(type, size), IsRv(Rv::function_failed)) << type;
  }
}

TEST(OpteeTemplate, TakesTheRestInAnySize) {
  for (const std::uint32_t type : kAnySize)
    for (const std::size_t size : {0u, 1u, 7u, 300u}) EXPECT_THAT(clean_one(type, size), IsOk()) << std::hex << type;
}

TEST(OpteeTemplate, TakesDatesAsTheStandardHasThem) {
  for (const std::uint32_t type : kDates) {
    EXPECT_THAT(clean(TemplateBuilder().text(type, "20260101")), IsOk());
    EXPECT_THAT(clean_one(type, 0), IsOk());
    EXPECT_THAT(clean_one(type, 4), IsRv(Rv::template_inconsistent));
    EXPECT_THAT(clean(TemplateBuilder().text(type, "tomorrow")), IsRv(Rv::attribute_value_invalid));
  }
}

TEST(OpteeTemplate, TakesAMidpDomainInTheWidthOfTheWireAndOfTheCaller) {
  const auto domain = [](std::uint32_t low, std::uint32_t high) {
    return TemplateBuilder().raw(CKA_JAVA_MIDP_SECURITY_DOMAIN, ByteWriter().u32(low).u32(high).view());
  };
  const TemplateBuilder wide = domain(2, 0);
  const auto cleaned = clean_template(wide.view());
  ASSERT_THAT(cleaned, IsOk());
  EXPECT_EQ(to_bytes((*cleaned)[0].value), std::move(ByteWriter().u32(2)).take());
  EXPECT_THAT(clean(domain(2, 1)), IsRv(Rv::template_inconsistent));
}

TEST(OpteeTemplate, RefusesWhatItDoesNotKnow) {
  for (const std::uint32_t type : Types{CKA_UNIQUE_ID, 0x7FF, CKA_HW_FEATURE_TYPE, CKA_COLOR, CKA_VENDOR_DEFINED | 1})
    EXPECT_THAT(clean_one(type, 4), IsRv(Rv::template_inconsistent)) << std::hex << type;
}

TEST(OpteeTemplate, LetsHiddenIdsPassToWhereTheyAreAnswered) { EXPECT_THAT(clean_one(0x80010000, 9), IsOk()); }

TEST(OpteeTemplate, RefusesAListThatEndsInsideAnAttributeBeforeAnythingElse) {
  const TemplateBuilder whole = TemplateBuilder().text(CKA_TOKEN, "wrong").ulong(CKA_UNIQUE_ID, 1).text(CKA_LABEL, "label");
  for (std::size_t cut = 1; cut < 13; ++cut) {
    const ByteView sound = whole.view().attributes;
    EXPECT_THAT(clean_template({.attributes = sound.first(sound.size() - cut), .count = 3}), IsRv(Rv::function_failed)) << cut;
  }
}

TEST(OpteeTemplate, DoesNotTrustTheCount) {
  const TemplateBuilder two = TemplateBuilder().ulong(CKA_CLASS, CKO_DATA).text(CKA_LABEL, "label");
  for (const std::uint32_t count : {0u, 1u, 0xFFFFFFFFu})
    EXPECT_EQ(clean_template({.attributes = two.view().attributes, .count = count})->size(), 2u);
}

struct Duplicates {
  const char* name;
  TemplateBuilder attributes;
  Rv code;
  std::size_t left = 0;
};

TEST(OpteeTemplate, TakesDuplicatesAsItsKindsOfAttributesAllow) {
  const Duplicates kCases[] = {
      {"class twice", TemplateBuilder().ulong(CKA_CLASS, 4).ulong(CKA_CLASS, 4), Rv::ok, 1},
      {"two classes", TemplateBuilder().ulong(CKA_CLASS, 4).ulong(CKA_CLASS, 0), Rv::template_inconsistent},
      {"key type twice", TemplateBuilder().ulong(CKA_KEY_TYPE, 31).ulong(CKA_KEY_TYPE, 31), Rv::ok, 1},
      {"two key types", TemplateBuilder().ulong(CKA_KEY_TYPE, 31).ulong(CKA_KEY_TYPE, 16), Rv::template_inconsistent},
      {"boolean twice", TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_SIGN, true), Rv::ok, 1},
      {"boolean both ways", TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_SIGN, false), Rv::template_inconsistent},
      {"two labels", TemplateBuilder().text(CKA_LABEL, "a").text(CKA_LABEL, "b"), Rv::ok, 2},
      {"key type and generation mechanism (19.3, 12)",
       TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_AES).ulong(CKA_KEY_GEN_MECHANISM, CKM_AES_KEY_GEN), Rv::ok, 2},
  };
  for (const Duplicates& one : kCases) {
    const auto cleaned = clean_template(one.attributes.view());
    ASSERT_EQ(cleaned ? Rv::ok : cleaned.error().rv, one.code) << one.name;
    EXPECT_EQ(cleaned ? cleaned->size() : 0, one.left) << one.name;
  }
}

TEST(OpteeTemplate, PutsClassTypeAndBooleansFirst) {
  const TemplateBuilder mixed = TemplateBuilder()
                                    .text(CKA_LABEL, "x")
                                    .flag(CKA_SIGN, true)
                                    .ulong(CKA_KEY_TYPE, CKK_AES)
                                    .text(CKA_ID, "y")
                                    .ulong(CKA_CLASS, CKO_SECRET_KEY)
                                    .flag(CKA_TOKEN, false);
  std::vector<std::uint32_t> order;
  const auto cleaned = clean_template(mixed.view());
  for (const wire::Attribute& one : *cleaned) order.push_back(one.type.value);
  EXPECT_EQ(order.size(), 6u);
  EXPECT_EQ((std::vector<std::uint32_t>(order.begin() + 2, order.end())),
            (std::vector<std::uint32_t>{CKA_SIGN, CKA_TOKEN, CKA_LABEL, CKA_ID}));
}

TEST(OpteeTemplate, ReadsAnyOtherByteThanZeroAsTrue) {
  const TemplateBuilder odd = TemplateBuilder().text(CKA_SIGN, "\x02");
  EXPECT_EQ((*clean_template(odd.view()))[0].value[0], std::byte{1});
}

TEST(OpteeTemplate, CleansNestedTemplatesDownToFiveLevels) {
  for (const std::uint32_t type : kTemplates) {
    EXPECT_THAT(clean(TemplateBuilder().nested(type, {})), IsOk());
    EXPECT_THAT(clean(TemplateBuilder().nested(type, TemplateBuilder().text(CKA_SIGN, "long"))), IsRv(Rv::function_failed));
    EXPECT_THAT(clean(TemplateBuilder().nested(type, TemplateBuilder().ulong(CKA_UNIQUE_ID, 1))), IsRv(Rv::template_inconsistent));
    EXPECT_THAT(clean(TemplateBuilder().text(type, "abc")), IsRv(Rv::arguments_bad));
  }
  TemplateBuilder nested = TemplateBuilder().flag(CKA_SIGN, true);
  for (int level = 1; level <= 5; ++level) {
    nested = TemplateBuilder().nested(CKA_WRAP_TEMPLATE, nested);
    EXPECT_THAT(clean(nested), IsOk()) << level;
  }
  EXPECT_THAT(clean(TemplateBuilder().nested(CKA_WRAP_TEMPLATE, nested)), IsRv(Rv::template_inconsistent));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
