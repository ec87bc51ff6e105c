#include "cryptoki/read_attributes.h"

#include <algorithm>
#include <array>

#include "base/byte_reader.h"
#include "cryptoki/attribute_value.h"
#include "cryptoki/optee/edwards_point.h"
#include "wire/attribute_encoding.h"

namespace holdfast::cryptoki {
namespace {

using wire::AttributeEncoding;

constexpr std::uint32_t kUnavailableOnWire = 0xFFFFFFFF;
constexpr std::size_t kWireUlong = sizeof(std::uint32_t);
/// The largest value one request has room for.
constexpr std::size_t kLargestValue = wire::kMaxTemplateBytes - wire::kAttributeHeadBytes;

/// An attribute type beyond 32 bits has no form on the wire: it is called invalid.
bool has_wire_type(const CK_ATTRIBUTE& attribute) { return attribute.type < kUnavailableOnWire; }

bool is_template(const CK_ATTRIBUTE& attribute) {
  return has_wire_type(attribute) && encoding_of(attribute) == AttributeEncoding::attribute_array;
}

/// Templates are asked for one by one (TemplateQuestion), as their size on the wire does not follow from the caller's.
bool is_askable(const CK_ATTRIBUTE& attribute) { return has_wire_type(attribute) && !is_template(attribute); }

/// room_on_wire is how large a value the request leaves room for: as large as the caller's, in the wire's units.
std::size_t room_on_wire(const CK_ATTRIBUTE& attribute) {
  if (attribute.pValue == nullptr) return 0;
  switch (encoding_of(attribute)) {
    case AttributeEncoding::ulong:
      return kWireUlong;
    case AttributeEncoding::mechanism_array:
      return std::min<std::size_t>(attribute.ulValueLen / sizeof(CK_ULONG), kLargestValue / kWireUlong) * kWireUlong;
    case AttributeEncoding::raw:
    case AttributeEncoding::attribute_array:
      break;
  }
  return std::min<std::size_t>(attribute.ulValueLen, kLargestValue);
}

bool is_raw_edwards_point(const CK_ATTRIBUTE& attribute, std::size_t size) {
  return attribute.type == CKA_EC_POINT && size == optee::kRawEdwardsPoint;
}

/// take_edwards_point puts the octet string around the point that OP-TEE tells without (optee/edwards_point.h).
Result<void> take_edwards_point(CK_ATTRIBUTE& attribute, ByteView room) {
  std::array<std::byte, optee::kEdwardsPointHead.size() + optee::kRawEdwardsPoint> wrapped{};
  if (room.size() < optee::kRawEdwardsPoint) return take_value(attribute, wrapped.size(), wrapped);
  const auto rest = std::copy(optee::kEdwardsPointHead.begin(), optee::kEdwardsPointHead.end(), wrapped.begin());
  std::copy_n(room.begin(), optee::kRawEdwardsPoint, rest);
  return take_value(attribute, wrapped.size(), wrapped);
}

/// Severity orders the three codes that speak of single attributes: the call returns the gravest one.
int severity(Rv rv) {
  switch (rv) {
    case Rv::buffer_too_small:
      return 3;
    case Rv::attribute_type_invalid:
      return 2;
    case Rv::attribute_sensitive:
      return 1;
    case Rv::ok:
      return 0;
    default:
      return 4;
  }
}
Rv graver(Rv a, Rv b) { return severity(a) >= severity(b) ? a : b; }

/// ask sends the attributes that can be asked for; the answer has the request's layout, so that values lie where their
/// placeholders were, whatever sizes the answer tells.
class Question {
 public:
  explicit Question(std::span<CK_ATTRIBUTE> attributes) : attributes_(attributes) {
    for (const CK_ATTRIBUTE& attribute : attributes_) {
      if (!is_askable(attribute)) continue;
      list_bytes_ += wire::kAttributeHeadBytes + room_on_wire(attribute);
      ++count_;
    }
  }
  bool fits() const { return list_bytes_ <= wire::kMaxTemplateBytes; }

  Result<Rv> ask(const Client& client, ck::SessionHandle session, ck::ObjectHandle object) const {
    HF_ASSIGN_OR_RETURN(const SecretBytes list, placeholders());
    HF_ASSIGN_OR_RETURN(SecretBytes answer, SecretBytes::allocate(wire::kTemplateHeadBytes + list_bytes_));
    const wire::GetAttributeValue::Request request{
        .session = session,
        .object = object,
        .attributes = {.attributes = wire::SecretCodec::see(list), .count = count_}};
    HF_ASSIGN_OR_RETURN(const Outcome outcome,
                        client.fetch<wire::GetAttributeValue>(request, wire::SecretCodec::fill(answer)));
    if (severity(outcome.rv) > 3) return fail(outcome.rv, "no attributes told");
    if (outcome.size != answer.size()) return fail(Rv::general_error, "answer of another layout");
    return read(wire::SecretCodec::see(answer), outcome.rv, client.connection().is_plain_optee());
  }

 private:
  Result<SecretBytes> placeholders() const {
    HF_ASSIGN_OR_RETURN(SecretBytes list, SecretBytes::allocate(list_bytes_));
    MutableByteView rest = wire::SecretCodec::fill(list);
    for (const CK_ATTRIBUTE& attribute : attributes_) {
      if (!is_askable(attribute)) continue;
      const std::size_t room = room_on_wire(attribute);
      wire::FieldWriter head(rest);
      head.u32(static_cast<std::uint32_t>(attribute.type));
      head.u32(static_cast<std::uint32_t>(room));
      rest = rest.subspan(wire::kAttributeHeadBytes + room);
    }
    return list;
  }

  Result<Rv> read(ByteView answer, Rv rv, bool is_plain_optee) const {
    ByteReader reader(answer);
    HF_TRY(reader.take(wire::kTemplateHeadBytes));
    for (CK_ATTRIBUTE& attribute : attributes_) {
      if (is_template(attribute)) continue;
      if (!is_askable(attribute)) {
        attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        rv = graver(rv, Rv::attribute_type_invalid);
        continue;
      }
      const std::size_t room_bytes = room_on_wire(attribute);
      HF_TRY(reader.u32());
      HF_ASSIGN_OR_RETURN(const std::uint32_t size, reader.u32());
      HF_ASSIGN_OR_RETURN(const ByteView room, reader.take(room_bytes));
      if (size == kUnavailableOnWire) {
        attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
        continue;
      }
      const auto taken = is_plain_optee && is_raw_edwards_point(attribute, size)
                             ? take_edwards_point(attribute, room)
                             : take_value(attribute, size, room);
      if (!taken) {
        if (taken.error().rv != Rv::buffer_too_small) return Unexpected<Error>{taken.error()};
        rv = graver(rv, Rv::buffer_too_small);
      }
    }
    return rv;
  }

  std::span<CK_ATTRIBUTE> attributes_;
  std::size_t list_bytes_ = 0;
  std::uint32_t count_ = 0;
};

/// TemplateQuestion asks for one attribute that is a template: for its size, then for itself.
class TemplateQuestion {
 public:
  TemplateQuestion(const Client& client, ck::SessionHandle session, ck::ObjectHandle object)
      : client_(client), session_(session), object_(object) {}

  Result<Rv> ask(CK_ATTRIBUTE& attribute) const {
    if (client_.connection().is_plain_optee()) return unavailable(attribute, Rv::attribute_type_invalid);
    const ck::AttributeType type{static_cast<std::uint32_t>(attribute.type)};
    HF_ASSIGN_OR_RETURN(const Answer sizing, fetch(type, 0));
    if (sizing.rv != Rv::ok) return unavailable(attribute, sizing.rv);
    HF_ASSIGN_OR_RETURN(const Answer answer, fetch(type, sizing.size));
    if (answer.rv != Rv::ok || answer.size != sizing.size) return unavailable(attribute, answer.rv);
    return give(attribute, answer);
  }

 private:
  struct Answer {
    Rv rv;
    std::size_t size;
    SecretBytes list;  // the reply with its heads
  };
  static constexpr std::size_t kHeads = wire::kTemplateHeadBytes + wire::kAttributeHeadBytes;

  static Result<Rv> unavailable(CK_ATTRIBUTE& attribute, Rv rv) {
    attribute.ulValueLen = CK_UNAVAILABLE_INFORMATION;
    return rv;
  }

  static Result<Rv> give(CK_ATTRIBUTE& attribute, const Answer& answer) {
    const ByteView value = wire::SecretCodec::see(answer.list).subspan(kHeads, answer.size);
    const Result<void> taken = take_template(attribute, value);
    if (taken) return Rv::ok;
    if (taken.error().rv == Rv::buffer_too_small) return Rv::buffer_too_small;
    return Unexpected<Error>{taken.error()};
  }

  Result<Answer> fetch(ck::AttributeType type, std::size_t room) const {
    HF_ASSIGN_OR_RETURN(SecretBytes list, SecretBytes::allocate(wire::kAttributeHeadBytes + room));
    wire::FieldWriter head(wire::SecretCodec::fill(list));
    head.u32(type.value);
    head.u32(static_cast<std::uint32_t>(room));
    HF_ASSIGN_OR_RETURN(SecretBytes reply, SecretBytes::allocate(wire::kTemplateHeadBytes + list.size()));
    const wire::GetAttributeValue::Request request{
        .session = session_, .object = object_, .attributes = {.attributes = wire::SecretCodec::see(list), .count = 1}};
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client_.fetch<wire::GetAttributeValue>(request, wire::SecretCodec::fill(reply)));
    if (severity(outcome.rv) > 3) return fail(outcome.rv, "template is not told");
    if (outcome.size != reply.size()) return fail(Rv::general_error, "answer of another layout");
    ByteReader reader(wire::SecretCodec::see(reply));
    HF_TRY(reader.take(wire::kTemplateHeadBytes + sizeof(std::uint32_t)));
    HF_ASSIGN_OR_RETURN(const std::uint32_t size, reader.u32());
    if (outcome.rv == Rv::ok && size > kLargestValue) return fail(Rv::general_error, "template above the limit");
    return Answer{.rv = outcome.rv, .size = size, .list = std::move(reply)};
  }

  const Client& client_;
  const ck::SessionHandle session_;
  const ck::ObjectHandle object_;
};

}  // namespace

Result<void> read_attributes(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             std::span<CK_ATTRIBUTE> attributes) {
  Rv rv = Rv::ok;
  if (const Question all(attributes); all.fits()) {
    HF_ASSIGN_OR_RETURN(rv, all.ask(client, session, object));
  } else {
    // The caller's buffers are together larger than one request: one question each.
    for (std::size_t i = 0; i < attributes.size(); ++i) {
      HF_ASSIGN_OR_RETURN(const Rv one, Question(attributes.subspan(i, 1)).ask(client, session, object));
      rv = graver(rv, one);
    }
  }
  for (CK_ATTRIBUTE& attribute : attributes) {
    if (!is_template(attribute)) continue;
    HF_ASSIGN_OR_RETURN(const Rv one, TemplateQuestion(client, session, object).ask(attribute));
    rv = graver(rv, one);
  }
  if (rv != Rv::ok) return fail(rv);
  return {};
}

}  // namespace holdfast::cryptoki
