#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "optee/tee_client.h"

namespace holdfast::optee {

/// Names resolves the words of a table that stand for handles, and the blobs that earlier answers left.
class Names {
 public:
  virtual ~Names() = default;
  virtual std::uint32_t handle(std::string_view name) = 0;
  virtual Bytes blob(std::string_view name) = 0;
};

/// NoNames is for texts that stand alone.
class NoNames : public Names {
 public:
  std::uint32_t handle(std::string_view name) override;
  Bytes blob(std::string_view name) override;
};

std::string hex(ByteView bytes);

// The functions below throw std::runtime_error on what they do not understand: a table with a typing mistake fails.

/// encode gives the bytes of a list of tokens; the grammar is in conformance/README.md.
Bytes encode(std::string_view tokens, Names& names);
/// parse_parameters reads "p0 / p1 / p2 / p3"; what is left out is absent.
Parameters parse_parameters(std::string_view text, Names& names);

/// split cuts at `separator`, but not inside quotes, braces or brackets, and trims the pieces.
std::vector<std::string> split(std::string_view text, char separator);

}  // namespace holdfast::optee
