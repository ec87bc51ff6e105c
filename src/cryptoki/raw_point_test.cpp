#include <algorithm>

#include "base/byte_writer.h"
#include "cryptoki/interfaces.h"
#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki::testing {
namespace {

constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

/// A world with one public key, whose point is a DER octet string.
class RawPoint : public InitialisedModuleTest {
 protected:
  void SetUp() override {
    InitialisedModuleTest::SetUp();
    FakeWorld::on_command([this](const Call& call) -> std::optional<Answer> {
      if (call.command != wire::GetAttributeValue::kId) return std::nullopt;
      return answer(call.read<wire::GetAttributeValue>().attributes);
    });
    CK_VERSION version{3, 2};
    CK_INTERFACE_PTR found = nullptr;
    ASSERT_EQ(C_GetInterface(nullptr, &version, &found, 0), CKR_OK);
    newest_ = static_cast<CK_FUNCTION_LIST_3_2_PTR>(found->pFunctionList);
  }

  Answer answer(const wire::Template& request) const {
    ByteWriter out;
    out.u32(static_cast<std::uint32_t>(request.attributes.size())).u32(request.count);
    Rv rv = Rv::ok;
    const auto visited = wire::for_each_attribute(request, [&](const wire::Attribute& asked) -> Result<void> {
      const Bytes value = asked.type.value == CKA_KEY_TYPE ? words({static_cast<std::uint32_t>(key_type_)}) : point_;
      Bytes room(asked.value.size());
      std::uint32_t size = static_cast<std::uint32_t>(value.size());
      if (asked.type.value == CKA_VALUE) {
        size = kUnavailable;
        rv = Rv::attribute_sensitive;
      } else if (room.size() >= value.size()) {
        std::copy(value.begin(), value.end(), room.begin());
      } else if (!room.empty()) {
        size = kUnavailable;
        rv = Rv::buffer_too_small;
      }
      out.u32(asked.type.value).u32(size).raw(room);
      return {};
    });
    EXPECT_TRUE(visited);
    return {.rv = rv, .output = std::move(out).take()};
  }
  static Bytes octets(std::size_t count) { return Bytes(count, std::byte{0x5A}); }
  static Bytes der(const Bytes& inside) {
    Bytes out{std::byte{4}, static_cast<std::byte>(inside.size())};
    out.insert(out.end(), inside.begin(), inside.end());
    return out;
  }
  /// read gives the point as one of the two functions tells it, after asking for its length.
  Bytes read(CK_C_GetAttributeValue function) const {
    CK_ATTRIBUTE attribute{CKA_EC_POINT, nullptr, 0};
    EXPECT_EQ(function(kSession, kKey, &attribute, 1), CKR_OK);
    Bytes value(attribute.ulValueLen);
    attribute.pValue = value.data();
    EXPECT_EQ(function(kSession, kKey, &attribute, 1), CKR_OK);
    EXPECT_EQ(attribute.ulValueLen, value.size());
    return value;
  }

  CK_KEY_TYPE key_type_ = CKK_EC_EDWARDS;
  Bytes point_ = der(octets(32));
  CK_FUNCTION_LIST_3_2_PTR newest_ = nullptr;
};

TEST_F(RawPoint, IsToldByTheTableOf32Alone) {
  for (const CK_KEY_TYPE type : {CKK_EC_EDWARDS, CKK_EC_MONTGOMERY}) {
    key_type_ = type;
    for (const std::size_t bytes : {32u, 56u, 57u}) {
      point_ = der(octets(bytes));
      EXPECT_EQ(read(newest_->C_GetAttributeValue), octets(bytes));
      EXPECT_EQ(read(&C_GetAttributeValue), point_);
    }
  }
}

TEST_F(RawPoint, IsNoBusinessOfOtherCurves) {
  key_type_ = CKK_EC;
  point_ = der(octets(57));  // P-224 has points of 57 bytes, as Ed448 has
  EXPECT_EQ(read(newest_->C_GetAttributeValue), point_);
}

TEST_F(RawPoint, FitsABufferOfItsOwnSize) {
  Bytes value(32);
  CK_ATTRIBUTE attribute{CKA_EC_POINT, value.data(), 32};
  EXPECT_EQ(newest_->C_GetAttributeValue(kSession, kKey, &attribute, 1), CKR_OK);
  EXPECT_EQ(value, octets(32));
  attribute.ulValueLen = 31;
  EXPECT_EQ(newest_->C_GetAttributeValue(kSession, kKey, &attribute, 1), CKR_BUFFER_TOO_SMALL);
  EXPECT_EQ(attribute.ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(RawPoint, LeavesTheOtherAttributesAsTheyAre) {
  Bytes value(32);
  CK_KEY_TYPE type = 0;
  CK_ATTRIBUTE attributes[] = {
      {CKA_KEY_TYPE, &type, sizeof type}, {CKA_EC_POINT, value.data(), 32}, {CKA_VALUE, nullptr, 0}};
  EXPECT_EQ(newest_->C_GetAttributeValue(kSession, kKey, attributes, 3), CKR_ATTRIBUTE_SENSITIVE);
  EXPECT_EQ(type, CKK_EC_EDWARDS);
  EXPECT_EQ(value, octets(32));
  EXPECT_EQ(attributes[1].ulValueLen, 32u);
  EXPECT_EQ(attributes[2].ulValueLen, CK_UNAVAILABLE_INFORMATION);
}

TEST_F(RawPoint, ThatIsNoOctetStringStaysAsItIs) {
  for (const Bytes& odd : {Bytes{}, Bytes{std::byte{4}}, octets(32), Bytes{std::byte{4}, std::byte{9}, std::byte{1}}}) {
    point_ = odd;
    EXPECT_EQ(read(newest_->C_GetAttributeValue), odd);
  }
}

TEST_F(RawPoint, OtherErrorsTouchNothing) {
  FakeWorld::on_command([](const Call&) { return Answer{.rv = Rv::object_handle_invalid}; });
  CK_ATTRIBUTE attribute{CKA_EC_POINT, nullptr, 77};
  EXPECT_EQ(newest_->C_GetAttributeValue(kSession, kKey, &attribute, 1), CKR_OBJECT_HANDLE_INVALID);
  EXPECT_EQ(attribute.ulValueLen, 77u);
}

}  // namespace
}  // namespace holdfast::cryptoki::testing
