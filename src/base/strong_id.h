#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace holdfast {

/// StrongId keeps integers that mean different things apart: a session handle does not convert to an object handle.
template <class Tag, class Integer = std::uint32_t>
struct StrongId {
  using integer_type = Integer;
  Integer value = 0;

  constexpr StrongId() = default;
  explicit constexpr StrongId(Integer v) : value(v) {}
  friend constexpr auto operator<=>(const StrongId&, const StrongId&) = default;
};

}  // namespace holdfast

template <class Tag, class Integer>
struct std::hash<holdfast::StrongId<Tag, Integer>> {
  std::size_t operator()(const holdfast::StrongId<Tag, Integer>& id) const noexcept {
    return std::hash<Integer>{}(id.value);
  }
};
