#pragma once

#include <optional>
#include <string>

#include "launcher/settings.h"

namespace holdfast::launcher {

/// CommandLine is what holdfastd was asked for on its command line.
struct CommandLine {
  Choices choices;
  std::optional<std::string> config;
  int ready_fd = -1;
  bool show_config = false;
};

/// Finished means that parsing already did all there was to do (--help, --version, or a mistake that was reported).
struct Finished {
  int exit_code = 0;
};

Expected<CommandLine, Finished> parse_command_line(int argc, const char* const* argv);

}  // namespace holdfast::launcher
