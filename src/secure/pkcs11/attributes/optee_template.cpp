#include "secure/pkcs11/attributes/optee_template.h"

#include <algorithm>
#include <array>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/value_check.h"
#include "wire/attribute_encoding.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::byte kTrue{1};
constexpr std::byte kFalse{0};

/// known_shape gives the shape of an attribute that OP-TEE's templates may hold (ABI section 8.6); null when it is unknown
/// there. An attribute has one shape in all classes.
const Shape* known_shape(ck::AttributeType type) {
  static constexpr Shape kMechanismType = Shape::ulong;
  static constexpr Shape kHidden = Shape::bytes;
  if (type.value == CKA_MECHANISM_TYPE) return &kMechanismType;  // of mechanism objects, which nobody has
  if (type.value == CKA_UNIQUE_ID) return nullptr;               // ours
  if (is_hidden(type)) return &kHidden;
  static const std::array kAll = {storage_attribute_rows(),    data_attribute_rows(),       certificate_attribute_rows(), x_509_attribute_rows(),
                                  key_attribute_rows(),        public_key_attribute_rows(), private_key_attribute_rows(),
                                  secret_key_attribute_rows(), rsa_public_attribute_rows(), rsa_private_attribute_rows(),
                                  ec_public_attribute_rows(),  ec_private_attribute_rows()};
  for (const RowSpan rows : kAll)
    for (const AttributeRow& row : rows)
      if (row.type == type && row.in_optee) return &row.shape;
  return nullptr;
}

bool is_class_or_type(ck::AttributeType type) { return type.value == CKA_CLASS || type.value == CKA_KEY_TYPE; }

bool is_boolean(ck::AttributeType type) {
  const Shape* const shape = known_shape(type);
  return shape != nullptr && *shape == Shape::boolean;
}

/// Cleaner builds the clean list in its three passes.
class Cleaner {
 public:
  explicit Cleaner(int depth) : depth_(depth) {}

  Result<void> take_class_and_type(const wire::Attribute& attribute) {
    if (!is_class_or_type(attribute.type)) return {};
    if (attribute.value.size() != 4) return fail(Rv::template_inconsistent, "class or type of a wrong size");
    return take_once(attribute.type, attribute.value);
  }

  Result<void> take_boolean(const wire::Attribute& attribute) {
    if (!is_boolean(attribute.type)) return {};
    if (attribute.value.size() != 1) return fail(Rv::function_failed, "boolean of a wrong size");
    return take_once(attribute.type, {attribute.value[0] == kFalse ? &kFalse : &kTrue, 1});
  }

  Result<void> take_rest(const wire::Attribute& attribute) {
    const Shape* const shape = known_shape(attribute.type);
    if (shape == nullptr) return fail(Rv::template_inconsistent, "unknown attribute");
    if (is_class_or_type(attribute.type) || *shape == Shape::boolean) return {};
    HF_ASSIGN_OR_RETURN(const ByteView value, sized(attribute, *shape));
    list_.push_back({attribute.type, value});
    return {};
  }

  std::vector<wire::Attribute> take() && { return std::move(list_); }

 private:
  Result<void> take_once(ck::AttributeType type, ByteView value) {
    const auto earlier = std::find_if(list_.begin(), list_.end(), [&](const wire::Attribute& a) { return a.type == type; });
    if (earlier == list_.end()) {
      list_.push_back({type, value});
    } else if (!equal(earlier->value, value)) {
      return fail(Rv::template_inconsistent, "one attribute with two values");
    }
    return {};
  }

  Result<ByteView> sized(const wire::Attribute& attribute, Shape shape) const;

  const int depth_;
  std::vector<wire::Attribute> list_;
};

Result<std::vector<wire::Attribute>> clean(const wire::Template& attributes, int depth) {
  if (depth > wire::kMaxTemplateNesting) return fail(Rv::template_inconsistent, "templates nested too deeply");
  Cleaner cleaner(depth);
  HF_TRY(for_each_attribute(attributes, [&](const wire::Attribute& a) { return cleaner.take_class_and_type(a); }));
  HF_TRY(for_each_attribute(attributes, [&](const wire::Attribute& a) { return cleaner.take_boolean(a); }));
  HF_TRY(for_each_attribute(attributes, [&](const wire::Attribute& a) { return cleaner.take_rest(a); }));
  return std::move(cleaner).take();
}

// libckteec sends CKA_JAVA_MIDP_SECURITY_DOMAIN as wide as the caller's CK_ULONG (ABI section 4.3, "Trap").
bool is_wide_midp_domain(const wire::Attribute& attribute) {
  if (attribute.type.value != CKA_JAVA_MIDP_SECURITY_DOMAIN || attribute.value.size() != 8) return false;
  const ByteView upper = attribute.value.subspan(4);
  return std::all_of(upper.begin(), upper.end(), [](std::byte b) { return b == std::byte{0}; });
}

Result<ByteView> Cleaner::sized(const wire::Attribute& attribute, Shape shape) const {
  const ByteView value = attribute.value;
  switch (shape) {
    case Shape::ulong:
      if (is_wide_midp_domain(attribute)) return value.first(4);
      if (value.size() != 4) return fail(Rv::template_inconsistent, "number of a wrong size");
      return value;
    case Shape::date:
      if (!value.empty() && value.size() != 8) return fail(Rv::template_inconsistent, "date of a wrong size");
      HF_TRY(check_value_shape(shape, value));
      return value;
    case Shape::attribute_list: {
      const Result<wire::Template> nested = nested_template(value);
      if (!nested) return fail(Rv::arguments_bad, "nested template is not as long as it says");
      HF_TRY(clean(*nested, depth_ + 1));
      return value;
    }
    case Shape::boolean:
    case Shape::bytes:
    case Shape::mechanism_array:
      return value;
  }
  return value;
}

}  // namespace

Result<std::vector<wire::Attribute>> clean_template(const wire::Template& attributes) { return clean(attributes, 0); }

}  // namespace holdfast::secure::pkcs11
