#pragma once

#include "secure/pkcs11/attributes/row.h"

namespace holdfast::secure::pkcs11 {

// The rows that key types repeat.

/// parameter_row is a part that a new public key is made for: with its value, and before its pair is generated.
constexpr AttributeRow parameter_row(std::uint32_t type, Shape shape = Shape::bytes) {
  return {.type = ck::AttributeType{type}, .shape = shape, .create = Need::must, .generate = Need::must};
}

/// part_row is a part that an imported object brings and any other way of making one computes.
constexpr AttributeRow part_row(std::uint32_t type, Shape shape = Shape::bytes) {
  return {.type = ck::AttributeType{type}, .shape = shape, .create = Need::must, .generate = Need::never,
          .unwrap = Need::never, .derive = Need::never};
}

/// secret_part_row is a part that is key material.
constexpr AttributeRow secret_part_row(std::uint32_t type, Need create = Need::must) {
  return {.type = ck::AttributeType{type}, .create = create, .generate = Need::never, .unwrap = Need::never,
          .derive = Need::never, .read = Read::if_revealable, .at_rest = AtRest::secret};
}

/// computed_row is what only the token sets.
constexpr AttributeRow computed_row(std::uint32_t type, Shape shape) {
  return {.type = ck::AttributeType{type}, .shape = shape, .create = Need::never, .generate = Need::never,
          .unwrap = Need::never, .derive = Need::never};
}

/// use_row is a use that keys of the type have, or have not, when the template names none.
constexpr AttributeRow use_row(std::uint32_t type, Fallback fallback) {
  return {.type = ck::AttributeType{type}, .shape = Shape::boolean, .change = Change::always, .fallback = fallback};
}

}  // namespace holdfast::secure::pkcs11
