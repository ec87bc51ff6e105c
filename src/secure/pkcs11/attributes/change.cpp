#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"
#include "secure/pkcs11/attributes/value_check.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

enum class Occasion : std::uint8_t { set, copy };

bool allows(Change change, bool now, ByteView value, Occasion occasion, const Actor& actor) {
  const bool wanted = value.size() == 1 && value[0] == std::byte{1};
  switch (change) {
    case Change::never:
      return false;
    case Change::always:
      return true;
    case Change::to_true_only:
      return wanted || !now;
    case Change::to_false_only:
      return !wanted || now;
    case Change::by_security_officer:
      return actor.is_security_officer;
    case Change::on_copy:
      return occasion == Occasion::copy;
  }
  return false;
}

Result<AttributeSet> changed(const AttributeSet& current, const wire::Template& change, Occasion occasion, const Actor& actor) {
  const Policy policy = policy_of(current);
  AttributeSet result = current;
  AttributeSet given;
  const auto apply = [&](const wire::Attribute& attribute) -> Result<void> {
    const AttributeRow* const row = policy.find(attribute.type);
    if (row == nullptr) return fail(Rv::attribute_type_invalid, "objects of this class have no such attribute");
    if (const Bytes* const earlier = given.find(attribute.type); earlier != nullptr && !equal(*earlier, attribute.value))
      return fail(Rv::template_inconsistent, "one attribute with two values");
    if (row->at_rest == AtRest::secret) return fail(Rv::attribute_read_only, "key material does not change");
    HF_TRY(check_value_shape(row->shape, attribute.value));
    if (!allows(row->change, current.flag(attribute.type), attribute.value, occasion, actor))
      return fail(Rv::attribute_read_only, "attribute does not change so");
    given.set(attribute.type, to_bytes(attribute.value));
    result.set(attribute.type, to_bytes(attribute.value));
    return {};
  };
  HF_TRY(for_each_attribute(change, apply));
  return result;
}

}  // namespace

Result<AttributeSet> changed_attributes(const AttributeSet& current, const wire::Template& change, const Actor& actor) {
  return changed(current, change, Occasion::set, actor);
}

Result<AttributeSet> copied_attributes(const AttributeSet& source, const wire::Template& change, const Actor& actor) {
  HF_ASSIGN_OR_RETURN(AttributeSet copy, changed(source, change, Occasion::copy, actor));
  const ck::AttributeType is_private{CKA_PRIVATE};
  if (source.flag(is_private) && !copy.flag(is_private))
    return fail(Rv::template_inconsistent, "a private object has no public copy");
  return copy;
}

Result<void> settle_secrets(ObjectContent& object) {
  std::vector<ck::AttributeType> moving;
  for (const auto& [type, value] : object.attributes)
    if (is_secret(object.attributes, type)) moving.push_back(type);
  for (const ck::AttributeType type : moving) {
    HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(*object.attributes.find(type)));
    object.secrets.set(type, std::move(secret));
    object.attributes.erase(type);
  }
  return {};
}

}  // namespace holdfast::secure::pkcs11
