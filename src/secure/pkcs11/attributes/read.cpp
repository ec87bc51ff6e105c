#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
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

/// Reader answers one attribute after the other and remembers the gravest code.
class Reader {
 public:
  Reader(const AttributeSet& object, SecretSource& secrets, MutableByteView out)
      : object_(object), policy_(policy_of(object)), secrets_(secrets), out_(out) {}

  void head(const wire::Template& request) {
    out_.u32(static_cast<std::uint32_t>(request.attributes.size()));
    out_.u32(request.count);
  }

  Result<void> answer(const wire::Attribute& asked) {
    const AttributeRow* const row = policy_.find(asked.type);
    if (row == nullptr || row->read == Read::never) return unavailable(asked, Rv::attribute_type_invalid);
    if (is_secret(object_, asked.type)) {
      if (!is_revealable(object_)) return unavailable(asked, Rv::attribute_sensitive);
      HF_ASSIGN_OR_RETURN(const SecretSet* const set, secrets_.secrets());
      const SecretBytes* const value = set->find(asked.type);
      if (value == nullptr) return unavailable(asked, Rv::attribute_type_invalid);
      return put(asked, wire::SecretCodec::see(*value));
    }
    const Bytes* const value = object_.find(asked.type);
    if (value == nullptr) return unavailable(asked, Rv::attribute_type_invalid);
    return put(asked, *value);
  }

  Rv status() const { return status_; }

 private:
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
  Result<void> unavailable(const wire::Attribute& asked, Rv code) {
    if (gravity(code) > gravity(status_)) status_ = code;
    return entry(asked, kUnavailable, {});
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
  wire::FieldWriter out_;
  Rv status_ = Rv::ok;
};

}  // namespace

Result<AttributeReply> read_attributes(const AttributeSet& object, SecretSource& secrets, const wire::Template& request) {
  AttributeReply reply;
  HF_ASSIGN_OR_RETURN(reply.reply, SecretBytes::allocate(wire::kTemplateHeadBytes + request.attributes.size()));
  Reader reader(object, secrets, wire::SecretCodec::fill(reply.reply));
  reader.head(request);
  const Result<void> outcome =
      for_each_attribute(request, [&](const wire::Attribute& asked) { return reader.answer(asked); });
  if (!outcome && outcome.error().rv == Rv::function_failed) return fail(Rv::arguments_bad, "template runs past its end");
  HF_TRY(outcome);
  reply.status = reader.status();
  return reply;
}

}  // namespace holdfast::secure::pkcs11
