#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/edwards_point.h"
#include "secure/pkcs11/attributes/optee_history.h"
#include "secure/pkcs11/attributes/policy.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

// PKCS#11 3.1 §4.7: key material is told only when the key is extractable and not sensitive. A data object's value is its own.
bool is_revealable(const AttributeSet& object) {
  if (object.object_class() == ck::ObjectClass{CKO_DATA}) return true;
  return object.flag(ck::AttributeType{CKA_EXTRACTABLE}) && !object.flag(ck::AttributeType{CKA_SENSITIVE});
}

/// is_key_material names what OP-TEE guards on secret and private keys before it looks whether they have it (ABI section
/// 4.5, 3).
bool is_key_material(ck::AttributeType type) {
  switch (type.value) {
    case CKA_VALUE:
    case CKA_PRIVATE_EXPONENT:
    case CKA_PRIME_1:
    case CKA_PRIME_2:
    case CKA_EXPONENT_1:
    case CKA_EXPONENT_2:
    case CKA_COEFFICIENT:
      return true;
    default:
      return false;
  }
}

bool is_secret_or_private_key(const AttributeSet& object) {
  const std::uint32_t object_class = object.object_class().value;
  return object_class == CKO_SECRET_KEY || object_class == CKO_PRIVATE_KEY;
}

/// usual_value is that of an attribute which an object does not have because it is older than the attribute, or comes from
/// OP-TEE's dialect, which knows fewer.
std::optional<Bytes> usual_value(const AttributeRow& row) {
  switch (row.fallback) {
    case Fallback::none:
      return std::nullopt;
    case Fallback::empty:
      return Bytes{};
    case Fallback::no:
    case Fallback::usage:
      return Bytes{std::byte{0}};
    case Fallback::yes:
      return Bytes{std::byte{1}};
    case Fallback::number:
      return std::move(ByteWriter().u32(row.number)).take();
    case Fallback::zero:
      return Bytes(4);
  }
  return std::nullopt;
}

/// Reader answers one attribute after the other and remembers the gravest code.
class Reader {
 public:
  Reader(const AttributeSet& object, SecretSource& secrets, Dialect dialect, MutableByteView out)
      : object_(object), policy_(policy_of(object)), secrets_(secrets), dialect_(dialect), out_(out) {}

  void head(const wire::Template& request) {
    out_.u32(static_cast<std::uint32_t>(request.attributes.size()));
    out_.u32(request.count);
  }

  Result<void> answer(const wire::Attribute& asked) { return speaks_optee() ? answer_optee(asked) : answer_standard(asked); }

  Rv status() const { return status_; }

 private:
  bool speaks_optee() const { return dialect_ == Dialect::optee; }

  Result<void> answer_standard(const wire::Attribute& asked) {
    const AttributeRow* const row = policy_.find(asked.type);
    if (row == nullptr) return unavailable(asked, Rv::attribute_type_invalid);
    if (is_secret(object_, asked.type)) return answer_secret(asked);
    const std::optional<Bytes> usual = object_.contains(asked.type) ? std::nullopt : usual_value(*row);
    return usual.has_value() ? put(asked, *usual) : answer_open(asked);
  }

  // ABI section 4.5, and 11.1 for points.
  Result<void> answer_optee(const wire::Attribute& asked) {
    const AttributeRow* row = policy_.find(asked.type);
    if (row != nullptr && !row->in_optee) row = nullptr;
    if (row != nullptr && row->read == Read::not_in_optee) return untouched(asked, Rv::attribute_type_invalid);
    if (is_key_material(asked.type) && is_secret_or_private_key(object_) && !is_revealable(object_))
      return unavailable(asked, Rv::attribute_sensitive);
    if (const std::optional<bool> past = optee_history(object_, asked.type))
      return put(asked, Bytes{std::byte{static_cast<unsigned char>(*past ? 1 : 0)}});
    if (row == nullptr || is_hidden_point(asked.type)) return unavailable(asked, Rv::attribute_type_invalid);
    if (is_secret(object_, asked.type)) return answer_secret(asked);
    const Bytes* const value = object_.find(asked.type);
    if (value != nullptr && is_edwards_point(object_, asked.type)) return put(asked, plain_edwards_point(*value));
    if (value != nullptr && is_wide_midp_domain(asked)) return put(asked, widened(*value));
    return answer_open(asked);
  }

  /// OP-TEE keeps the point of a private key on a Weierstrass curve to itself.
  bool is_hidden_point(ck::AttributeType type) const {
    return type.value == CKA_EC_POINT && object_.object_class().value == CKO_PRIVATE_KEY && object_.key_type().value == CKK_EC;
  }

  /// libckteec asks for this number in the width of the caller's CK_ULONG (ABI section 4.3, "Trap").
  static bool is_wide_midp_domain(const wire::Attribute& asked) {
    return asked.type.value == CKA_JAVA_MIDP_SECURITY_DOMAIN && asked.value.size() == 8;
  }
  static Bytes widened(Bytes number) {
    number.resize(8);
    return number;
  }

  Result<void> answer_secret(const wire::Attribute& asked) {
    if (!is_revealable(object_)) return unavailable(asked, Rv::attribute_sensitive);
    HF_ASSIGN_OR_RETURN(const SecretSet* const set, secrets_.secrets());
    const SecretBytes* const value = set->find(asked.type);
    if (value != nullptr) return put(asked, wire::SecretCodec::see(*value));
    // ABI section 10.4: in OP-TEE an RSA key has all its components, some of no bytes.
    return speaks_optee() ? put(asked, {}) : unavailable(asked, Rv::attribute_type_invalid);
  }

  Result<void> answer_open(const wire::Attribute& asked) {
    const Bytes* const value = object_.find(asked.type);
    return value == nullptr ? unavailable(asked, Rv::attribute_type_invalid) : put(asked, *value);
  }

  static int gravity(Rv rv) {
    switch (rv) {
      case Rv::buffer_too_small:
        return 3;
      case Rv::attribute_type_invalid:
        return 2;
      case Rv::attribute_sensitive:
        return 1;
      default:
        return 0;
    }
  }

  // The answer keeps the request's layout: whatever the size field says, the value's place is as large as was asked for.
  Result<void> entry(const wire::Attribute& asked, std::uint32_t size, ByteView value) {
    out_.u32(asked.type.value);
    out_.u32(size);
    out_.raw(value);
    out_.raw(Bytes(asked.value.size() - value.size()));
    return {};
  }
  void remember(Rv code) {
    if (gravity(code) > gravity(status_)) status_ = code;
  }
  Result<void> unavailable(const wire::Attribute& asked, Rv code) {
    remember(code);
    return entry(asked, kUnavailable, {});
  }
  Result<void> untouched(const wire::Attribute& asked, Rv code) {
    remember(code);
    return entry(asked, static_cast<std::uint32_t>(asked.value.size()), asked.value);
  }
  Result<void> put(const wire::Attribute& asked, ByteView value) {
    const auto size = static_cast<std::uint32_t>(value.size());
    if (asked.value.empty()) return entry(asked, size, {});
    if (asked.value.size() < value.size()) return unavailable(asked, Rv::buffer_too_small);
    return entry(asked, size, value);
  }

  const AttributeSet& object_;
  Policy policy_;
  SecretSource& secrets_;
  const Dialect dialect_;
  wire::FieldWriter out_;
  Rv status_ = Rv::ok;
};

}  // namespace

Result<AttributeReply> read_attributes(const AttributeSet& object, SecretSource& secrets, const wire::Template& request,
                                       Dialect dialect) {
  AttributeReply reply;
  HF_ASSIGN_OR_RETURN(reply.reply, SecretBytes::allocate(wire::kTemplateHeadBytes + request.attributes.size()));
  Reader reader(object, secrets, dialect, wire::SecretCodec::fill(reply.reply));
  reader.head(request);
  const Result<void> outcome =
      for_each_attribute(request, [&](const wire::Attribute& asked) { return reader.answer(asked); });
  if (!outcome && outcome.error().rv == Rv::function_failed) return fail(Rv::arguments_bad, "template runs past its end");
  HF_TRY(outcome);
  reply.status = reader.status();
  return reply;
}

}  // namespace holdfast::secure::pkcs11
