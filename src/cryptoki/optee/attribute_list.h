#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "secret/secret_bytes.h"
#include "wire/codec.h"
#include "wire/template.h"

namespace holdfast::cryptoki::optee {

/// AttributeList is a template taken apart, to be changed and put together again. It holds views only: what they look at
/// must outlive it.
class AttributeList {
 public:
  static Result<AttributeList> parse(const wire::Template& list);

  const wire::Attribute* find(CK_ATTRIBUTE_TYPE type) const;
  bool has(CK_ATTRIBUTE_TYPE type) const { return find(type) != nullptr; }
  /// number is empty unless the attribute is there and has the size of a number.
  std::optional<std::uint32_t> number(CK_ATTRIBUTE_TYPE type) const;
  bool is_true(CK_ATTRIBUTE_TYPE type) const;

  /// add puts an attribute at the end; `value` must last.
  void add(CK_ATTRIBUTE_TYPE type, ByteView value);
  void add_if_absent(CK_ATTRIBUTE_TYPE type, ByteView value) {
    if (!has(type)) add(type, value);
  }
  void clear() { attributes_.clear(); }
  template <class Predicate>
  void remove_if(Predicate&& predicate) {
    std::erase_if(attributes_, predicate);
  }
  std::vector<wire::Attribute>& all() { return attributes_; }
  const std::vector<wire::Attribute>& all() const { return attributes_; }

  /// write puts the list into `memory` and gives the template that lies there.
  Result<wire::Template> write(SecretBytes& memory) const;

 private:
  std::vector<wire::Attribute> attributes_;
};

}  // namespace holdfast::cryptoki::optee
