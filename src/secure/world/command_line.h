#pragma once

#include <cstdint>

#include "base/log.h"
#include "base/result.h"
#include "base/token_policy.h"

namespace holdfast::secure::world {

/// CommandLine is what the launcher tells the secure world: inherited descriptors and limits.
struct CommandLine {
  int listen_fd = -1;
  int control_fd = -1;
  int link_fd = -1;
  int root_key_fd = -1;
  std::uint32_t slots = 3;
  std::uint8_t pin_cost = 15;  // log2 of scrypt's N
  std::uint32_t max_clients = 1024;
  std::uint32_t max_clients_per_uid = 256;
  TokenPolicy usual_policy = TokenPolicy::usual();  // of tokens that have none of their own
  log::Level log_level = log::Level::info;
};

/// parse reads the arguments; Rv::arguments_bad names the first that is unknown, missing or out of range.
Result<CommandLine> parse(int argc, char** argv);

}  // namespace holdfast::secure::world
