#pragma once

#include <cstring>
#include <deque>
#include <initializer_list>
#include <string_view>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"

namespace holdfast::testing {

/// Attributes builds a template and owns its values.
class Attributes {
 public:
  Attributes() = default;
  Attributes(Attributes&&) = default;
  Attributes& operator=(Attributes&&) = default;

  Attributes& number(CK_ATTRIBUTE_TYPE type, CK_ULONG value) { return put(type, &value, sizeof value); }
  Attributes& flag(CK_ATTRIBUTE_TYPE type, bool value) {
    const CK_BBOOL byte = value ? CK_TRUE : CK_FALSE;
    return put(type, &byte, sizeof byte);
  }
  Attributes& bytes(CK_ATTRIBUTE_TYPE type, ByteView value) { return put(type, value.data(), value.size()); }
  Attributes& text(CK_ATTRIBUTE_TYPE type, std::string_view value) { return put(type, value.data(), value.size()); }
  Attributes& numbers(CK_ATTRIBUTE_TYPE type, std::initializer_list<CK_ULONG> values) {
    return put(type, std::data(values), values.size() * sizeof(CK_ULONG));
  }
  /// nested puts a template into the template; `inner` must outlive this.
  Attributes& nested(CK_ATTRIBUTE_TYPE type, Attributes& inner) {
    list_.push_back({type, inner.data(), inner.count() * sizeof(CK_ATTRIBUTE)});
    return *this;
  }
  /// all adds the attributes of another, which must outlive this.
  Attributes& all(Attributes& other) {
    list_.insert(list_.end(), other.list_.begin(), other.list_.end());
    return *this;
  }

  CK_ATTRIBUTE_PTR data() { return list_.data(); }
  CK_ULONG count() const { return list_.size(); }

 private:
  Attributes& put(CK_ATTRIBUTE_TYPE type, const void* value, std::size_t size) {
    values_.push_back(to_bytes(as_bytes(value, size)));
    list_.push_back({type, values_.back().data(), size});
    return *this;
  }
  std::deque<Bytes> values_;  // keeps addresses
  std::vector<CK_ATTRIBUTE> list_;
};

}  // namespace holdfast::testing
