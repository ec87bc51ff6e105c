#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "secure/crypto/tree_hash.h"
#include "secure/crypto/xmss.h"

namespace holdfast::secure::crypto {

// Private to this folder: the parameter sets of RFC 8391, 5.3 and 5.4, and SP 800-208, tables 10 to 17.

/// XmssHash is a hash function and how its inputs are told apart: a number in front, padded to some bytes.
struct XmssHash {
  TreeFunction function = TreeFunction::sha256;
  std::size_t bytes = 0;    // n
  std::size_t padding = 0;  // bytes of the number
};

struct XmssParams {
  XmssHash hash;
  std::uint32_t height = 0;  // of all layers together
  std::uint32_t layers = 0;

  std::uint32_t tree_height() const { return height / layers; }
  // WOTS+ with w = 16 (RFC 8391, 3.1.1): two digits a byte, and three that check them.
  std::size_t chains() const { return 2 * hash.bytes + 3; }
};

/// The registries count all shapes of one hash before they go on to the next.
inline constexpr std::array<XmssHash, 7> kXmssHashes = {{
    {TreeFunction::sha256, 32, 32},
    {TreeFunction::sha512, 64, 64},
    {TreeFunction::shake128, 32, 32},
    {TreeFunction::shake256, 64, 64},
    {TreeFunction::sha256, 24, 4},
    {TreeFunction::shake256, 32, 32},
    {TreeFunction::shake256, 24, 4},
}};

struct XmssShape {
  std::uint32_t height;
  std::uint32_t layers;
};
inline constexpr std::array<XmssShape, 3> kSingleTreeShapes = {{{10, 1}, {16, 1}, {20, 1}}};
inline constexpr std::array<XmssShape, 8> kMultiTreeShapes = {
    {{20, 2}, {20, 4}, {40, 2}, {40, 4}, {40, 8}, {60, 3}, {60, 6}, {60, 12}}};

/// find_xmss_params gives the parameter set of an OID; both registries begin with 1.
constexpr std::optional<XmssParams> find_xmss_params(XmssKind kind, std::uint32_t oid) {
  const bool is_single = kind == XmssKind::single_tree;
  const std::size_t shapes = is_single ? kSingleTreeShapes.size() : kMultiTreeShapes.size();
  const std::size_t index = std::size_t{oid} - 1;
  if (oid == 0 || index >= shapes * kXmssHashes.size()) return std::nullopt;
  const XmssShape shape = is_single ? kSingleTreeShapes[index % shapes] : kMultiTreeShapes[index % shapes];
  return XmssParams{kXmssHashes[index / shapes], shape.height, shape.layers};
}

}  // namespace holdfast::secure::crypto
