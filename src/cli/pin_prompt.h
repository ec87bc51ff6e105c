#pragma once

#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::cli {

/// TypedPin is a PIN as it was read: the first `size` bytes.
struct TypedPin {
  SecretBytes bytes;
  std::size_t size = 0;
};

/// read_pin reads one line from standard input: without echo, after `prompt`, when it is a terminal. A PIN never stands
/// on the command line, where every process of the machine can read it. Rv::pin_len_range for a line that no PIN can be.
Result<TypedPin> read_pin(const char* prompt);

}  // namespace holdfast::cli
