#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <variant>

#include "cli/commands.h"

namespace holdfast::cli {

/// Failure is an exit code and what to print with it.
struct Failure {
  ExitCode code = ExitCode::problem;
  std::string message;
};

/// report_slots asks a running secure world through the module: {"library": …, "slots": [{"id", …, "token": …}, …]}.
std::variant<nlohmann::json, Failure> report_slots(const Options& options);

}  // namespace holdfast::cli
