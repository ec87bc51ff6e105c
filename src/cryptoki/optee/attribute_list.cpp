#include "cryptoki/optee/attribute_list.h"

namespace holdfast::cryptoki::optee {

Result<AttributeList> AttributeList::parse(const wire::Template& list) {
  AttributeList parsed;
  HF_TRY(wire::for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    parsed.attributes_.push_back(attribute);
    return {};
  }));
  return parsed;
}

const wire::Attribute* AttributeList::find(CK_ATTRIBUTE_TYPE type) const {
  for (const wire::Attribute& attribute : attributes_)
    if (attribute.type.value == type) return &attribute;
  return nullptr;
}

std::optional<std::uint32_t> AttributeList::number(CK_ATTRIBUTE_TYPE type) const {
  const wire::Attribute* const found = find(type);
  if (found == nullptr || found->value.size() != sizeof(std::uint32_t)) return std::nullopt;
  return *ByteReader(found->value).u32();
}

bool AttributeList::is_true(CK_ATTRIBUTE_TYPE type) const {
  const wire::Attribute* const found = find(type);
  return found != nullptr && found->value.size() == 1 && found->value[0] != std::byte{0};
}

void AttributeList::add(CK_ATTRIBUTE_TYPE type, ByteView value) {
  attributes_.push_back({ck::AttributeType{static_cast<std::uint32_t>(type)}, value});
}

Result<wire::Template> AttributeList::write(SecretBytes& memory) const {
  std::size_t size = 0;
  for (const wire::Attribute& attribute : attributes_) size += wire::kAttributeHeadBytes + attribute.value.size();
  HF_ASSIGN_OR_RETURN(SecretBytes fresh, SecretBytes::allocate(size));
  wire::FieldWriter out(wire::SecretCodec::fill(fresh));
  for (const wire::Attribute& attribute : attributes_) {
    out.u32(attribute.type.value);
    out.u32(static_cast<std::uint32_t>(attribute.value.size()));
    out.raw(attribute.value);
  }
  memory = std::move(fresh);
  return wire::Template{.attributes = wire::SecretCodec::see(memory),
                        .count = static_cast<std::uint32_t>(attributes_.size())};
}

}  // namespace holdfast::cryptoki::optee
