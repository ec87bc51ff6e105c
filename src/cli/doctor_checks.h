#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/commands.h"

namespace holdfast::cli {

enum class Grade { ok, note, problem };

/// Finding is one line of `holdfast doctor`.
struct Finding {
  Grade grade = Grade::ok;
  std::string subject;
  std::string text;
  std::string remedy;
};
using Findings = std::vector<Finding>;

/// Settings as holdfastd itself resolves them, by key.
using SettingsInForce = std::map<std::string, std::string>;

/// check_daemon looks for holdfastd, compares versions, and fetches the settings in force.
Findings check_daemon(const Options& options, SettingsInForce& settings);
/// check_sockets looks at every place where the module looks.
Findings check_sockets();
Findings check_state(const SettingsInForce& settings);
Findings check_root_key(const SettingsInForce& settings);
/// check_module loads the module; check_answers asks a running secure world through it.
Findings check_module(const Options& options);
Findings check_answers(const Options& options);
/// check_p11_kit looks whether programs that go through p11-kit find the module.
Findings check_p11_kit();

}  // namespace holdfast::cli
