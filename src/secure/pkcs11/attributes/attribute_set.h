#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "ck/handles.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::pkcs11 {

/// AttributeSet holds checked attributes of an object that are no secret; a Template is what a caller sent.
/// Values have the wire's encoding: CK_BBOOL one byte, CK_ULONG four, mechanism arrays four each (wire/attribute_encoding.h).
class AttributeSet {
 public:
  const Bytes* find(ck::AttributeType type) const;
  bool contains(ck::AttributeType type) const { return find(type) != nullptr; }
  /// flag reads a CK_BBOOL; absent is false.
  bool flag(ck::AttributeType type) const;
  std::optional<std::uint32_t> ulong(ck::AttributeType type) const;

  void set(ck::AttributeType type, Bytes value) { values_[type] = std::move(value); }
  void set_flag(ck::AttributeType type, bool value);
  void set_ulong(ck::AttributeType type, std::uint32_t value);
  void erase(ck::AttributeType type) { values_.erase(type); }

  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  std::size_t size() const { return values_.size(); }

  ck::ObjectClass object_class() const;
  /// key_type is CKK_VENDOR_DEFINED's neighbour 0xFFFFFFFF when there is none.
  ck::KeyType key_type() const;

  /// serialise writes u32 type, u32 size, value for each attribute in the order of types; parse undoes it.
  Bytes serialise() const;
  static Result<AttributeSet> parse(ByteView bytes);

  friend bool operator==(const AttributeSet&, const AttributeSet&) = default;

 private:
  std::map<ck::AttributeType, Bytes> values_;
};

/// SecretSet holds the attributes of an object that are secret: CKA_VALUE of a key, private RSA components.
class SecretSet {
 public:
  const SecretBytes* find(ck::AttributeType type) const;
  void set(ck::AttributeType type, SecretBytes value) { values_.insert_or_assign(type, std::move(value)); }
  bool empty() const { return values_.empty(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }

  Result<SecretSet> clone() const;
  /// serialise writes the set into one secret, laid out as AttributeSet::serialise does; parse undoes it.
  Result<SecretBytes> serialise() const;
  static Result<SecretSet> parse(const SecretBytes& bytes);

 private:
  std::map<ck::AttributeType, SecretBytes> values_;
};

/// ObjectContent is all that an object says of itself, before it gets a handle and a place.
struct ObjectContent {
  AttributeSet attributes;
  SecretSet secrets;
};

}  // namespace holdfast::secure::pkcs11
