#pragma once

#include <string>
#include <utility>

#include "base/expected.h"

namespace holdfast::launcher {

/// ExitCode is what service managers and scripts see of holdfastd.
enum class ExitCode : int {
  ok = 0,
  usage = 2,            // a wrong option or configuration file
  setup = 3,            // a directory, socket, key file or user is not as it must be
  already_running = 4,  // another holdfastd has the state or the socket
  refused = 5,          // the secure world refuses to serve this store; its log says why
  gave_up = 6,          // a world cannot start
};

/// Problem is why holdfastd stops, for a person: what is wrong and what to do about it, in one line.
/// It is made of paths, names and numbers; secrets never get near it.
struct Problem {
  ExitCode code = ExitCode::setup;
  std::string cause;
  std::string remedy;

  std::string line() const { return remedy.empty() ? cause : cause + "; " + remedy; }
};

template <class T>
using Outcome = Expected<T, Problem>;

inline Unexpected<Problem> problem(ExitCode code, std::string cause, std::string remedy = {}) {
  return {Problem{code, std::move(cause), std::move(remedy)}};
}
inline Unexpected<Problem> problem(std::string cause, std::string remedy = {}) {
  return problem(ExitCode::setup, std::move(cause), std::move(remedy));
}
/// system_problem adds what the kernel said.
Unexpected<Problem> system_problem(std::string cause, int error, std::string remedy = {});

/// say writes one line to standard error, in the form of base/log.h, with text that is not a literal.
void say(const char* level, const std::string& text);

}  // namespace holdfast::launcher
