#include "launcher/problem.h"

#include <unistd.h>

#include <system_error>

namespace holdfast::launcher {

Unexpected<Problem> system_problem(std::string cause, int error, std::string remedy) {
  return problem(ExitCode::setup, std::move(cause) + ": " + std::generic_category().message(error), std::move(remedy));
}

void say(const char* level, const std::string& text) {
  const std::string line = std::string("holdfastd: ") + level + ": " + text + "\n";
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace holdfast::launcher
