#pragma once

#include <initializer_list>
#include <string_view>
#include <utility>

#include "base/byte_writer.h"
#include "wire/template.h"

namespace holdfast::testing {

/// Types is a list of the standard's numbers, at the width they have with us.
using Types = std::initializer_list<std::uint32_t>;

/// TemplateBuilder writes attribute lists as they lie on the wire. It writes what it is told, sound or not.
class TemplateBuilder {
 public:
  TemplateBuilder& raw(std::uint32_t type, ByteView value) {
    list_.u32(type).sized(value);
    ++count_;
    return *this;
  }
  TemplateBuilder& text(std::uint32_t type, std::string_view value) { return raw(type, as_bytes(value)); }
  TemplateBuilder& flag(std::uint32_t type, bool value) {
    const std::byte byte{static_cast<unsigned char>(value ? 1 : 0)};
    return raw(type, {&byte, 1});
  }
  TemplateBuilder& ulong(std::uint32_t type, std::uint32_t value) { return raw(type, ByteWriter().u32(value).view()); }
  TemplateBuilder& mechanisms(std::uint32_t type, std::initializer_list<std::uint32_t> values) {
    ByteWriter array;
    for (const std::uint32_t value : values) array.u32(value);
    return raw(type, array.view());
  }
  TemplateBuilder& nested(std::uint32_t type, const TemplateBuilder& inner) { return raw(type, inner.with_head()); }
  /// placeholder asks for an attribute of up to `size` bytes, for GET_ATTRIBUTE_VALUE.
  TemplateBuilder& placeholder(std::uint32_t type, std::size_t size) { return raw(type, Bytes(size)); }
  TemplateBuilder& add(const TemplateBuilder& other) {
    list_.raw(other.list_.view());
    count_ += other.count_;
    return *this;
  }

  /// view points into the builder.
  wire::Template view() const { return {.attributes = list_.view(), .count = count_}; }
  Bytes with_head() const {
    ByteWriter out;
    out.u32(static_cast<std::uint32_t>(list_.size())).u32(count_).raw(list_.view());
    return std::move(out).take();
  }

 private:
  ByteWriter list_;
  std::uint32_t count_ = 0;
};

}  // namespace holdfast::testing
