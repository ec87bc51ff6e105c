#pragma once

#include <string>
#include <vector>

namespace holdfast::cli {

/// Finished is the outcome of another program: its exit code (-1 when it did not run) and both outputs together.
struct Finished {
  int exit_code = -1;
  std::string output;
};
Finished run_program(const std::string& path, const std::vector<std::string>& arguments);

}  // namespace holdfast::cli
