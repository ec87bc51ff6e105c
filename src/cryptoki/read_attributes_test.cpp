#include "cryptoki/read_attributes.h"

#include <map>
#include <string>

#include "base/byte_writer.h"
#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

/// A world with one object, which reads as OP-TEE ABI section 4.5 says.
class ReadAttributes : public InitialisedModuleTest {
 protected:
  void SetUp() override {
    InitialisedModuleTest::SetUp();
    values_[CKA_CLASS] = words({CKO_SECRET_KEY});
    values_[CKA_LABEL] = text("a label");
    values_[CKA_ID] = {};
    values_[CKA_ALLOWED_MECHANISMS] = words({CKM_AES_CBC, CKM_AES_GCM});
    values_[CKA_KEY_GEN_MECHANISM] = words({kUnavailable});
    values_[CKA_SENSITIVE] = text("\x01");
    FakeWorld::on_command([this](const Call& call) -> std::optional<Answer> {
      if (call.command != wire::GetAttributeValue::kId) return std::nullopt;
      return answer(call.read<wire::GetAttributeValue>().attributes);
    });
  }

  Answer answer(const wire::Template& request) {
    ByteWriter out;
    out.u32(static_cast<std::uint32_t>(request.attributes.size())).u32(request.count);
    Rv rv = Rv::ok;
    const auto visited = wire::for_each_attribute(request, [&](const wire::Attribute& asked) -> Result<void> {
      for (const std::byte byte : asked.value) EXPECT_EQ(byte, std::byte{0}) << "the caller's memory travelled";
      Bytes room(asked.value.size());
      std::uint32_t size = kUnavailable;
      if (asked.type.value == CKA_VALUE) {
        if (rv == Rv::ok) rv = Rv::attribute_sensitive;
      } else if (const auto found = values_.find(asked.type.value); found == values_.end()) {
        if (rv != Rv::buffer_too_small) rv = Rv::attribute_type_invalid;
      } else if (room.empty() || room.size() >= found->second.size()) {
        size = static_cast<std::uint32_t>(found->second.size());
        if (!room.empty()) std::copy(found->second.begin(), found->second.end(), room.begin());
      } else {
        rv = Rv::buffer_too_small;
      }
      out.u32(asked.type.value).u32(size).raw(room);
      return {};
    });
    EXPECT_TRUE(visited);
    return {.rv = rv, .output = std::move(out).take()};
  }

  template <std::size_t N>
  static CK_RV read(CK_ATTRIBUTE (&list)[N]) {
    return C_GetAttributeValue(kSession, kKey, list, N);
  }

  std::map<std::uint32_t, Bytes> values_;
};

TEST_F(ReadAttributes, FillsEachEncodingWhereverItStandsInTheTemplate) {
  CK_OBJECT_CLASS object_class = 0;
  CK_MECHANISM_TYPE allowed[4] = {};
  char label[16] = {};
  CK_BBOOL sensitive = 0;
  CK_ULONG generator = 0;
  CK_ATTRIBUTE list[] = {{CKA_ALLOWED_MECHANISMS, allowed, sizeof allowed},
                         {CKA_CLASS, &object_class, sizeof object_class},
                         {CKA_LABEL, label, sizeof label},
                         {CKA_SENSITIVE, &sensitive, 1},
                         {CKA_KEY_GEN_MECHANISM, &generator, sizeof generator}};
  ASSERT_EQ(read(list), CKR_OK);
  EXPECT_EQ(list[0].ulValueLen, 2 * sizeof(CK_ULONG));
  EXPECT_EQ(allowed[1], CKM_AES_GCM);
  EXPECT_EQ(object_class, CKO_SECRET_KEY);
  EXPECT_EQ(std::string(label, list[2].ulValueLen), "a label");
  EXPECT_EQ(sensitive, CK_TRUE);
  EXPECT_EQ(generator, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(ReadAttributes, NullAsksForTheSizeInTheCallersUnits) {
  CK_ATTRIBUTE list[] = {
      {CKA_CLASS, nullptr, 99}, {CKA_LABEL, nullptr, 0}, {CKA_ALLOWED_MECHANISMS, nullptr, 1}, {CKA_ID, nullptr, 5}};
  ASSERT_EQ(read(list), CKR_OK);
  EXPECT_EQ(list[0].ulValueLen, sizeof(CK_ULONG));
  EXPECT_EQ(list[1].ulValueLen, 7u);
  EXPECT_EQ(list[2].ulValueLen, 2 * sizeof(CK_ULONG));
  EXPECT_EQ(list[3].ulValueLen, 0u);
}

TEST_F(ReadAttributes, ShortBuffersAreTooSmallAndTheOthersStillFilled) {
  char label[3] = {};
  CK_ULONG number = 0;
  CK_MECHANISM_TYPE one = 0;
  CK_BYTE byte = 0x55;
  CK_ATTRIBUTE list[] = {{CKA_LABEL, label, sizeof label},
                         {CKA_CLASS, &number, sizeof number},
                         {CKA_ALLOWED_MECHANISMS, &one, sizeof one},
                         {CKA_KEY_GEN_MECHANISM, &byte, 1},
                         {CKA_LABEL, &byte, 0}};
  EXPECT_EQ(read(list), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(list[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(number, CKO_SECRET_KEY);
  EXPECT_EQ(list[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(list[3].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(list[4].ulValueLen, CK_UNAVAILABLE_INFORMATION) << "a buffer of no bytes is a buffer, not a query";
  EXPECT_EQ(byte, 0x55);
}

TEST_F(ReadAttributes, SensitiveAndUnknownAreSaidSoAndTheRestIsFilled) {
  char value[8] = {};
  char label[16] = {};
  CK_ATTRIBUTE sensitive[] = {{CKA_VALUE, value, sizeof value}, {CKA_LABEL, label, sizeof label}};
  EXPECT_EQ(read(sensitive), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_EQ(sensitive[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(sensitive[1].ulValueLen, 7u);
  CK_ATTRIBUTE unknown[] = {{CKA_MODULUS, value, sizeof value}, {CKA_LABEL, label, sizeof label}};
  EXPECT_EQ(read(unknown), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(unknown[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(unknown[1].ulValueLen, 7u);
}

TEST_F(ReadAttributes, WhatHasNoFormOnTheWireIsAnInvalidType) {
  char label[16] = {};
  CK_ATTRIBUTE list[] = {{1UL << 40 | CKA_LABEL, label, sizeof label}, {CKA_LABEL, label, sizeof label}};
  EXPECT_EQ(read(list), CKR_ATTRIBUTE_TYPE_INVALID);
  EXPECT_EQ(list[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(list[1].ulValueLen, 7u);
}

/// attribute_list is a template as the wire carries it in a value.
Bytes attribute_list(std::initializer_list<std::pair<std::uint32_t, Bytes>> attributes) {
  ByteWriter out;
  for (const auto& [type, value] : attributes) out.u32(type).sized(value);
  const Bytes list = std::move(out).take();
  return std::move(ByteWriter().u32(static_cast<std::uint32_t>(list.size())).u32(static_cast<std::uint32_t>(attributes.size())).raw(list)).take();
}

class ReadTemplates : public ReadAttributes {
 protected:
  ReadTemplates() {
    const Bytes inner = attribute_list({{CKA_SENSITIVE, text("\x01")}});
    values_[CKA_WRAP_TEMPLATE] = attribute_list(
        {{CKA_CLASS, words({CKO_SECRET_KEY})}, {CKA_LABEL, text("a label")}, {CKA_UNWRAP_TEMPLATE, inner}});
    values_[CKA_DERIVE_TEMPLATE] = {};
  }
};

TEST_F(ReadTemplates, TellTheirLengthInWholeAttributes) {
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, nullptr, 0}, {CKA_DERIVE_TEMPLATE, nullptr, 7}, {CKA_LABEL, nullptr, 0}};
  EXPECT_EQ(read(list), CKR_OK);
  EXPECT_EQ(list[0].ulValueLen, 3 * sizeof(CK_ATTRIBUTE));
  EXPECT_EQ(list[1].ulValueLen, 0u);
  EXPECT_EQ(list[2].ulValueLen, 7u);
}

TEST_F(ReadTemplates, TellTypesAndLengthsToElementsWithoutAPlace) {
  CK_ATTRIBUTE elements[3] = {};
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, elements, sizeof elements}};
  EXPECT_EQ(read(list), CKR_OK);
  EXPECT_EQ(elements[0].type, CKA_CLASS);
  EXPECT_EQ(elements[0].ulValueLen, sizeof(CK_ULONG));
  EXPECT_EQ(elements[1].type, CKA_LABEL);
  EXPECT_EQ(elements[1].ulValueLen, 7u);
  EXPECT_EQ(elements[2].type, CKA_UNWRAP_TEMPLATE);
  EXPECT_EQ(elements[2].ulValueLen, sizeof(CK_ATTRIBUTE));
}

TEST_F(ReadTemplates, FillEveryElementAndTheirTemplates) {
  CK_OBJECT_CLASS object_class = 0;
  char label[16] = {};
  CK_BBOOL sensitive = CK_FALSE;
  CK_ATTRIBUTE inner[1] = {{0, &sensitive, sizeof sensitive}};
  CK_ATTRIBUTE elements[3] = {{0, &object_class, sizeof object_class}, {0, label, sizeof label}, {0, inner, sizeof inner}};
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, elements, sizeof elements}};
  EXPECT_EQ(read(list), CKR_OK);
  EXPECT_EQ(object_class, CKO_SECRET_KEY);
  EXPECT_EQ(std::string_view(label, elements[1].ulValueLen), "a label");
  EXPECT_EQ(sensitive, CK_TRUE);
  EXPECT_EQ(inner[0].type, CKA_SENSITIVE);
}

TEST_F(ReadTemplates, SayWhichElementIsTooSmall) {
  CK_OBJECT_CLASS object_class = 0;
  char label[3] = {};
  CK_ATTRIBUTE elements[3] = {{0, &object_class, sizeof object_class}, {0, label, sizeof label}, {}};
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, elements, sizeof elements}};
  EXPECT_EQ(read(list), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(object_class, CKO_SECRET_KEY);
  EXPECT_EQ(elements[1].ulValueLen, CK_UNAVAILABLE_INFORMATION);
  EXPECT_EQ(elements[2].ulValueLen, sizeof(CK_ATTRIBUTE));
  CK_ATTRIBUTE few[] = {{CKA_WRAP_TEMPLATE, elements, 2 * sizeof(CK_ATTRIBUTE)}};
  EXPECT_EQ(read(few), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(few[0].ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(ReadTemplates, ThatLieAboutTheirLengthAreRefused) {
  Bytes lie = attribute_list({{CKA_SENSITIVE, text("\x01")}});
  lie.pop_back();
  values_[CKA_WRAP_TEMPLATE] = lie;
  CK_ATTRIBUTE elements[3] = {};
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, elements, sizeof elements}};
  EXPECT_EQ(read(list), CKR_GENERAL_ERROR);
}

TEST_F(ReadTemplates, DeeperThanAnyTheyWereMadeOfAreRefused) {
  Bytes deep = attribute_list({});
  for (int depth = 0; depth < 8; ++depth) deep = attribute_list({{CKA_WRAP_TEMPLATE, deep}});
  values_[CKA_WRAP_TEMPLATE] = deep;
  CK_ATTRIBUTE places[10] = {};
  for (int i = 0; i < 9; ++i) places[i] = {0, &places[i + 1], sizeof(CK_ATTRIBUTE)};
  CK_ATTRIBUTE list[] = {{CKA_WRAP_TEMPLATE, &places[0], sizeof(CK_ATTRIBUTE)}};
  EXPECT_EQ(read(list), CKR_GENERAL_ERROR);
}

TEST_F(ReadAttributes, BuffersOfAnyClaimedSizeWork) {
  char label[16] = {};
  CK_OBJECT_CLASS object_class = 0;
  CK_ATTRIBUTE list[] = {
      {CKA_LABEL, label, ~0UL - 1}, {CKA_CLASS, &object_class, sizeof object_class}, {CKA_LABEL, label, 70'000}};
  EXPECT_EQ(read(list), CKR_OK);
  EXPECT_EQ(list[0].ulValueLen, 7u);
  EXPECT_EQ(object_class, CKO_SECRET_KEY);
  EXPECT_EQ(list[2].ulValueLen, 7u);
}

TEST_F(ReadAttributes, OtherErrorsTouchNothing) {
  answer_with<wire::GetAttributeValue>({.rv = Rv::object_handle_invalid});
  char label[16] = {};
  CK_ATTRIBUTE list[] = {{CKA_LABEL, label, sizeof label}};
  EXPECT_EQ(read(list), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_EQ(list[0].ulValueLen, sizeof label);
}

TEST_F(ReadAttributes, AnswerOfAnotherLayoutIsRefused) {
  answer_with<wire::GetAttributeValue>({.output = Bytes(5)});
  char label[16] = {};
  CK_ATTRIBUTE list[] = {{CKA_LABEL, label, sizeof label}};
  EXPECT_EQ(read(list), CKR_GENERAL_ERROR);
  // A size that claims more than was asked for must not make the reader copy what is not there.
  answer_with<wire::GetAttributeValue>({.output = [] {
    Bytes lie = words({8 + 16, 1, CKA_LABEL, 17});
    lie.resize(8 + 8 + 16);
    return lie;
  }()});
  EXPECT_EQ(read(list), CKR_BUFFER_TOO_SMALL);
}

TEST_F(ReadAttributes, RefusesNullAndAbsurdTemplates) {
  CK_ATTRIBUTE one{CKA_LABEL, nullptr, 0};
  EXPECT_EQ(C_GetAttributeValue(kSession, kKey, nullptr, 1), CKR_ARGUMENTS_BAD);
  EXPECT_EQ(C_GetAttributeValue(kSession, kKey, &one, ~0UL), CKR_ARGUMENTS_BAD);
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
