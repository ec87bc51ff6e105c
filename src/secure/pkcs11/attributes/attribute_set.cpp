#include "secure/pkcs11/attributes/attribute_set.h"

#include <pkcs11/pkcs11.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "wire/codec.h"
#include "wire/template.h"

namespace holdfast::secure::pkcs11 {

const Bytes* AttributeSet::find(ck::AttributeType type) const {
  const auto it = values_.find(type);
  return it == values_.end() ? nullptr : &it->second;
}

bool AttributeSet::flag(ck::AttributeType type) const {
  const Bytes* const value = find(type);
  return value != nullptr && value->size() == 1 && (*value)[0] != std::byte{0};
}

std::optional<std::uint32_t> AttributeSet::ulong(ck::AttributeType type) const {
  const Bytes* const value = find(type);
  if (value == nullptr || value->size() != 4) return std::nullopt;
  return *ByteReader(*value).u32();
}

void AttributeSet::set_flag(ck::AttributeType type, bool value) { set(type, Bytes{value ? std::byte{1} : std::byte{0}}); }

void AttributeSet::set_ulong(ck::AttributeType type, std::uint32_t value) {
  set(type, std::move(ByteWriter().u32(value)).take());
}

ck::ObjectClass AttributeSet::object_class() const {
  return ck::ObjectClass{ulong(ck::AttributeType{CKA_CLASS}).value_or(0xFFFFFFFF)};
}

ck::KeyType AttributeSet::key_type() const {
  return ck::KeyType{ulong(ck::AttributeType{CKA_KEY_TYPE}).value_or(0xFFFFFFFF)};
}

Bytes AttributeSet::serialise() const {
  ByteWriter out;
  for (const auto& [type, value] : values_) out.u32(type.value).sized(value);
  return std::move(out).take();
}

Result<AttributeSet> AttributeSet::parse(ByteView bytes) {
  AttributeSet set;
  ByteReader in(bytes);
  while (in.remaining() != 0) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t type, in.u32());
    HF_ASSIGN_OR_RETURN(const ByteView value, in.sized(wire::kMaxTemplateBytes));
    set.set(ck::AttributeType{type}, to_bytes(value));
  }
  return set;
}

const SecretBytes* SecretSet::find(ck::AttributeType type) const {
  const auto it = values_.find(type);
  return it == values_.end() ? nullptr : &it->second;
}

Result<SecretSet> SecretSet::clone() const {
  SecretSet copy;
  for (const auto& [type, value] : values_) {
    HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(wire::SecretCodec::see(value)));
    copy.set(type, std::move(secret));
  }
  return copy;
}

Result<SecretBytes> SecretSet::serialise() const {
  std::size_t size = 0;
  for (const auto& [type, value] : values_) size += wire::kAttributeHeadBytes + value.size();
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  wire::FieldWriter writer(wire::SecretCodec::fill(out));
  for (const auto& [type, value] : values_) {
    writer.u32(type.value);
    writer.u32(static_cast<std::uint32_t>(value.size()));
    writer.raw(wire::SecretCodec::see(value));
  }
  return out;
}

Result<SecretSet> SecretSet::parse(const SecretBytes& bytes) {
  SecretSet set;
  ByteReader in(wire::SecretCodec::see(bytes));
  while (in.remaining() != 0) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t type, in.u32());
    HF_ASSIGN_OR_RETURN(const ByteView value, in.sized(wire::kMaxTemplateBytes));
    HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(value));
    set.set(ck::AttributeType{type}, std::move(secret));
  }
  return set;
}

}  // namespace holdfast::secure::pkcs11
