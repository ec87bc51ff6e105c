#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/optee_history.h"
#include "secure/pkcs11/attributes/optee_template.h"
#include "secure/pkcs11/attributes/policy.h"
#include "secure/pkcs11/attributes/value_check.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

enum class Occasion : std::uint8_t { set, copy };

/// Question is one value that is to change.
struct Question {
  Change change;
  bool now;
  bool wanted;
  Occasion occasion;
  const Actor& actor;
};

bool allows(const Question& question) {
  // OP-TEE looks at the value there is, not at the new one (ABI section 10.6).
  const bool by_value_alone = question.actor.dialect == Dialect::optee;
  switch (question.change) {
    case Change::never:
      return false;
    case Change::always:
      return true;
    case Change::to_true_only:
      return !question.now || (question.wanted && !by_value_alone);
    case Change::to_false_only:
      return question.now || (!question.wanted && !by_value_alone);
    case Change::by_security_officer:
      return question.actor.is_security_officer;
    case Change::on_copy:
      return question.occasion == Occasion::copy;
  }
  return false;
}

Result<void> require_allowed(const AttributeRow& row, const AttributeSet& current, ByteView value, Occasion occasion,
                             const Actor& actor) {
  const bool wanted = value.size() == 1 && value[0] == std::byte{1};
  if (!allows({row.change_in(actor.dialect), current.flag(row.type), wanted, occasion, actor}))
    return fail(Rv::attribute_read_only, "attribute does not change so");
  return {};
}

Result<AttributeSet> changed_by_standard(const AttributeSet& current, const wire::Template& change, Occasion occasion,
                                         const Actor& actor) {
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
    HF_TRY(require_allowed(*row, current, attribute.value, occasion, actor));
    given.set(attribute.type, to_bytes(attribute.value));
    result.set(attribute.type, to_bytes(attribute.value));
    return {};
  };
  HF_TRY(for_each_attribute(change, apply));
  return result;
}

// OP-TEE ABI section 10.6: of a trusted certificate only what any object lets change.
bool is_fixed_by_trust(const AttributeSet& object, const AttributeRow& row) {
  if (object.object_class().value != CKO_CERTIFICATE || !object.flag(ck::AttributeType{CKA_TRUSTED})) return false;
  for (const AttributeRow& common : storage_attribute_rows())
    if (common.type == row.type) return false;
  return true;
}

// OP-TEE ABI section 5.5: per attribute, what the object does not have, then what does not change; of duplicates the last
// counts.
Result<AttributeSet> changed_by_optee(const AttributeSet& current, const wire::Template& change, Occasion occasion,
                                      const Actor& actor) {
  HF_ASSIGN_OR_RETURN(const std::vector<wire::Attribute> clean, clean_template(change));
  const Policy policy = policy_of(current);
  AttributeSet result = current;
  for (const wire::Attribute& attribute : clean) {
    if (optee_history(current, attribute.type).has_value()) return fail(Rv::attribute_read_only, "an object's past does not change");
    const AttributeRow* const row = policy.find(attribute.type);
    const bool has = row != nullptr && (current.contains(row->type) || is_secret(current, row->type));
    if (!has) return fail(Rv::attribute_type_invalid, "object has no such attribute");
    if (row->at_rest == AtRest::secret || is_fixed_by_trust(current, *row))
      return fail(Rv::attribute_read_only, "attribute of this object does not change");
    HF_TRY(require_allowed(*row, current, attribute.value, occasion, actor));
    result.set(attribute.type, to_bytes(attribute.value));
  }
  return result;
}

Result<AttributeSet> changed(const AttributeSet& current, const wire::Template& change, Occasion occasion, const Actor& actor) {
  switch (actor.dialect) {
    case Dialect::standard:
      return changed_by_standard(current, change, occasion, actor);
    case Dialect::optee:
      return changed_by_optee(current, change, occasion, actor);
  }
  return fail(Rv::general_error, "unknown dialect");
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

std::vector<ck::AttributeType> misplaced_secrets(const AttributeSet& object) {
  std::vector<ck::AttributeType> found;
  const Policy policy = policy_of(object);
  const bool is_private = object.flag(ck::AttributeType{CKA_PRIVATE});
  for (const auto& [type, value] : object) {
    const AttributeRow* const row = policy.find(type);
    if (row != nullptr && (row->at_rest == AtRest::secret || (row->at_rest == AtRest::secret_if_private && is_private)))
      found.push_back(type);
  }
  return found;
}

Result<void> settle_secrets(ObjectContent& object) {
  for (const ck::AttributeType type : misplaced_secrets(object.attributes)) {
    HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(*object.attributes.find(type)));
    object.secrets.set(type, std::move(secret));
    object.attributes.erase(type);
  }
  return {};
}

}  // namespace holdfast::secure::pkcs11
