#pragma once

#include <string>

#include "launcher/problem.h"

namespace holdfast::launcher {

/// Programs are the executables of the two worlds.
struct Programs {
  std::string secure_world;
  std::string supplicant;
};

/// find_programs looks into `libexec`, or when that is empty beside this executable and in ../libexec/holdfast.
Outcome<Programs> find_programs(const std::string& libexec);

}  // namespace holdfast::launcher
