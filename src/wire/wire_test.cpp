#include <gtest/gtest.h>

#include <set>
#include <string>

#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::wire {
namespace {

Bytes hex(std::string_view text) {
  Bytes out;
  std::string digits;
  for (const char c : text)
    if (c != ' ') digits += c;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2)
    out.push_back(static_cast<std::byte>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  return out;
}
Bytes repeated(std::size_t n, unsigned value) { return Bytes(n, std::byte(value)); }
Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

template <class C>
Bytes encoded(const typename C::Request& request) {
  Bytes out(encoded_size(C::kRequest, request));
  encode(C::kRequest, request, out);
  return out;
}

// Bytes captured from OP-TEE's libckteec (OP-TEE ABI section 18): what it sends, we send, and what it sends, we read.
constexpr ck::SessionHandle kSession{1};
constexpr ck::ObjectHandle kKey{2};

TEST(GoldenVectors, Ping) { EXPECT_EQ(encoded<Ping>({.ignored = 0}), hex("00000000")); }
TEST(GoldenVectors, SlotList) { EXPECT_EQ(encoded<SlotList>({.ignored = 5}), hex("05000000")); }
TEST(GoldenVectors, MechanismInfo) {
  EXPECT_EQ(encoded<MechanismInfo>({.slot = ck::SlotId{0}, .mechanism = ck::MechanismType{0x1040}}),
            hex("00000000 40100000"));
}
TEST(GoldenVectors, OpenSession) {
  EXPECT_EQ(encoded<OpenSession>({.slot = ck::SlotId{0}, .flags = 6}), hex("00000000 06000000"));
}
TEST(GoldenVectors, CloseAllSessions) { EXPECT_EQ(encoded<CloseAllSessions>({.slot = ck::SlotId{2}}), hex("02000000")); }

TEST(GoldenVectors, InitToken) {
  InitToken::Request request{.slot = ck::SlotId{2}, .pin = as_bytes("sopin"), .label = {}};
  request.label.fill(std::byte{0x20});
  request.label[0] = std::byte{'t'};
  request.label[1] = std::byte{'o'};
  request.label[2] = std::byte{'k'};
  EXPECT_EQ(encoded<InitToken>(request),
            hex("02000000 05000000 746F6B") + repeated(29, 0x20) + hex("736F70696E"));
  request.pin = {};
  EXPECT_EQ(encoded<InitToken>(request), hex("02000000 00000000 746F6B") + repeated(29, 0x20));
}
TEST(GoldenVectors, InitPin) {
  EXPECT_EQ(encoded<InitPin>({.session = kSession, .pin = as_bytes("1234")}), hex("01000000 04000000 31323334"));
}
TEST(GoldenVectors, SetPin) {
  const Bytes wire = hex("01000000 04000000 06000000 6F6C6431 6E657770696E");
  EXPECT_EQ(encoded<SetPin>({.session = kSession, .old_pin = as_bytes("old1"), .new_pin = as_bytes("newpin")}), wire);
  const auto read = decode<SetPin::Request>(SetPin::kRequest, wire);
  ASSERT_TRUE(read);
  EXPECT_EQ(as_text(read->old_pin), "old1");
  EXPECT_EQ(as_text(read->new_pin), "newpin");
}
TEST(GoldenVectors, Login) {
  EXPECT_EQ(encoded<Login>({.session = kSession, .user_type = 1, .pin = as_bytes("1234")}),
            hex("01000000 01000000 04000000 31323334"));
}
TEST(GoldenVectors, CreateObjectWithNestedAndArrayAttributes) {
  const Bytes list = hex("00000000 04000000 04000000 00010000 04000000 1F000000 01000000 01000000 01 11000000 10000000") +
                     repeated(16, 0x22) +
                     hex("00060040 08000000 82100000 87100000 11020040 11000000 09000000 01000000 62010000 01000000 01");
  const Bytes wire = hex("01000000 62000000 06000000") + list;
  ASSERT_EQ(list.size(), 0x62u);
  EXPECT_EQ(encoded<CreateObject>({.session = kSession, .attributes = {.attributes = list, .count = 6}}), wire);
  const auto read = decode<CreateObject::Request>(CreateObject::kRequest, wire);
  ASSERT_TRUE(read);
  std::vector<std::uint32_t> types;
  ASSERT_TRUE(for_each_attribute(read->attributes, [&](const Attribute& a) -> Result<void> {
    types.push_back(a.type.value);
    return {};
  }));
  EXPECT_EQ(types, (std::vector<std::uint32_t>{0x0, 0x100, 0x1, 0x11, 0x40000600, 0x40000211}));
}
TEST(GoldenVectors, DestroyObject) {
  EXPECT_EQ(encoded<DestroyObject>({.session = kSession, .object = kKey}), hex("01000000 02000000"));
}
TEST(GoldenVectors, EncryptInitWithEachParameterShape) {
  const auto init = [](std::uint32_t type, const Bytes& param) {
    return encoded<EncryptInit>({.session = kSession, .key = kKey, .mechanism = {ck::MechanismType{type}, param}});
  };
  EXPECT_EQ(init(0x1082, repeated(16, 0x33)), hex("01000000 02000000 82100000 10000000") + repeated(16, 0x33));
  EXPECT_EQ(init(0x1086, hex("01000000") + repeated(16, 0x44)),
            hex("01000000 02000000 86100000 14000000 01000000") + repeated(16, 0x44));
  EXPECT_EQ(init(0x1087, hex("0C000000") + repeated(12, 0x33) + hex("05000000") + repeated(5, 0x22) + hex("80000000")),
            hex("01000000 02000000 87100000 1D000000 0C000000") + repeated(12, 0x33) + hex("05000000") +
                repeated(5, 0x22) + hex("80000000"));
  EXPECT_EQ(init(0x0009, hex("50020000 02000000 01000000 03000000 222222")),
            hex("01000000 02000000 09000000 13000000 50020000 02000000 01000000 03000000 222222"));
}
TEST(GoldenVectors, SignInit) {
  EXPECT_EQ(encoded<SignInit>({.session = kSession, .key = kKey, .mechanism = {ck::MechanismType{0x1041}, {}}}),
            hex("01000000 02000000 41100000 00000000"));
}
TEST(GoldenVectors, ReleaseActiveProcessing) {
  EXPECT_EQ(encoded<ReleaseActiveProcessing>({.session = kSession, .command = EncryptOneshot::kId}),
            hex("01000000 17000000"));
  EXPECT_EQ(encoded<ReleaseActiveProcessing>({.session = kSession, .command = SignUpdate::kId}),
            hex("01000000 1B000000"));
}
TEST(GoldenVectors, GenerateKey) {
  const Bytes list = hex("61010000 04000000 20000000");
  EXPECT_EQ(encoded<GenerateKey>({.session = kSession,
                                  .mechanism = {ck::MechanismType{0x1080}, {}},
                                  .attributes = {.attributes = list, .count = 1}}),
            hex("01000000 80100000 00000000 0C000000 01000000 61010000 04000000 20000000"));
}
TEST(GoldenVectors, FindObjectsInitWithAnEmptyTemplate) {
  EXPECT_EQ(encoded<FindObjectsInit>({.session = kSession, .attributes = {}}), hex("01000000 00000000 00000000"));
}
TEST(GoldenVectors, CopyObject) {
  const Bytes list = hex("62010000 01000000 01");
  EXPECT_EQ(encoded<CopyObject>({.session = kSession, .object = kKey, .attributes = {.attributes = list, .count = 1}}),
            hex("01000000 02000000 09000000 01000000 62010000 01000000 01"));
}
TEST(GoldenVectors, DeriveKey) {
  const Bytes point = hex("04") + repeated(64, 0x55);
  const Bytes list = hex("00000000 04000000 04000000 00010000 04000000 1F000000");
  EXPECT_EQ(encoded<DeriveKey>(
                {.session = kSession,
                 .parent = kKey,
                 .mechanism = {ck::MechanismType{0x1050}, hex("01000000 00000000 41000000") + point},
                 .attributes = {.attributes = list, .count = 2}}),
            hex("01000000 02000000 50100000 4D000000 01000000 00000000 41000000") + point + hex("18000000 02000000") + list);
}
TEST(GoldenVectors, DigestInitAndKey) {
  EXPECT_EQ(encoded<DigestInit>({.session = kSession, .mechanism = {ck::MechanismType{0x250}, {}}}),
            hex("01000000 50020000 00000000"));
  EXPECT_EQ(encoded<DigestKey>({.session = kSession, .object = kKey}), hex("01000000 02000000"));
}
TEST(GoldenVectors, WrapKey) {
  EXPECT_EQ(encoded<WrapKey>({.session = kSession,
                              .wrapping_key = kKey,
                              .key = ck::ObjectHandle{5},
                              .mechanism = {ck::MechanismType{0x1054},
                                            hex("00010000 50020000 02000000 01000000 03000000 222222")}}),
            hex("01000000 02000000 05000000 54100000 17000000 00010000 50020000 02000000 01000000 03000000 222222"));
}
TEST(GoldenVectors, UnwrapKey) {
  const Bytes list = hex("00000000 04000000 04000000 00010000 04000000 1F000000");
  EXPECT_EQ(encoded<UnwrapKey>({.session = kSession,
                                .unwrapping_key = kKey,
                                .mechanism = {ck::MechanismType{0x1082}, repeated(16, 0x33)},
                                .attributes = {.attributes = list, .count = 2}}),
            hex("01000000 02000000 82100000 10000000") + repeated(16, 0x33) + hex("18000000 02000000") + list);
}

TEST(Schema, FixedReplySizesAreOpTees) {
  EXPECT_EQ(fixed_size(Ping::kReply), 12u);
  EXPECT_EQ(fixed_size(SlotInfo::kReply), 104u);
  EXPECT_EQ(fixed_size(TokenInfo::kReply), 160u);
  EXPECT_EQ(fixed_size(MechanismInfo::kReply), 12u);
  EXPECT_EQ(fixed_size(SessionInfo::kReply), 16u);
  EXPECT_EQ(fixed_size(GenerateKeyPair::kReply), 8u);
  EXPECT_EQ(fixed_size(UnwrapKey::kReply), 4u);
}

TEST(Schema, NumbersOpTeesCommandsFrom0To52WithoutGapOrDouble) {
  std::set<std::uint32_t> ids;
  std::size_t commands = 0;
  for_each_command([&]<class C>() {
    ids.insert(C::kId.value);
    ++commands;
  });
  EXPECT_EQ(ids.size(), commands);
  for (std::uint32_t id = 0; id <= 52; ++id) EXPECT_TRUE(ids.contains(id)) << id;
  ids.erase(ids.begin(), ids.upper_bound(52));
  for (const std::uint32_t id : ids) EXPECT_TRUE(id & 0x80000000u) << id;
}

TEST(Schema, EveryRequestRefusesTruncationAndTrailingBytes) {
  for_each_command([&]<class C>() {
    const typename C::Request request{};
    Bytes wire = encoded<C>(request);
    EXPECT_TRUE(decode<typename C::Request>(C::kRequest, wire)) << C::kName;
    wire.push_back(std::byte{0});
    EXPECT_EQ(decode<typename C::Request>(C::kRequest, wire).error().rv, Rv::arguments_bad) << C::kName;
    wire.resize(wire.size() - 2);
    EXPECT_EQ(decode<typename C::Request>(C::kRequest, wire).error().rv, Rv::arguments_bad) << C::kName;
  });
}

TEST(Template, RefusesAnAttributeThatRunsPastItsList) {
  const Bytes list = hex("03000000 10000000 41");
  const auto outcome = for_each_attribute({.attributes = list, .count = 1}, [](const Attribute&) -> Result<void> { return {}; });
  EXPECT_EQ(outcome.error().rv, Rv::function_failed);
}

TEST(Codec, RefusesAPinFieldAboveItsLimit) {
  const Bytes wire = hex("01000000 01000000 FFFFFFFF");
  EXPECT_EQ(decode<Login::Request>(Login::kRequest, wire).error().rv, Rv::arguments_bad);
}

}  // namespace
}  // namespace holdfast::wire
