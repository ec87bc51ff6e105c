#include <sstream>

#include "cli/doctor_checks.h"
#include "cli/places.h"
#include "cli/process.h"

namespace holdfast::cli {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

/// Lines of the form: key = 'text'  or  key = number.
SettingsInForce parse_settings(const std::string& text) {
  SettingsInForce settings;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    std::string value = line.substr(equals + 3);
    if (value.size() >= 2 && value.front() == '\'') value = value.substr(1, value.size() - 2);
    settings[line.substr(0, equals)] = value;
  }
  return settings;
}

}  // namespace

Findings check_daemon(const Options& options, SettingsInForce& settings) {
  const std::string daemon = find_daemon();
  if (daemon.empty())
    return {{Grade::problem, "holdfastd", "is neither beside this program nor at " HOLDFAST_DAEMON_PATH, "install Holdfast"}};
  Findings findings;
  const Finished version = run_program(daemon, {"--version"});
  if (first_line(version.output) != "holdfastd " HOLDFAST_VERSION)
    findings.push_back({Grade::problem, "holdfastd", daemon + " says '" + first_line(version.output) + "', this program is " HOLDFAST_VERSION,
                        "install one version of all parts"});
  else
    findings.push_back({Grade::ok, "holdfastd", daemon + ", version " HOLDFAST_VERSION, ""});
  std::vector<std::string> arguments{"--show-config"};
  if (!options.config.empty()) arguments.insert(arguments.end(), {"--config", options.config});
  const Finished shown = run_program(daemon, arguments);
  if (shown.exit_code != 0)
    findings.push_back({Grade::problem, "configuration", first_line(shown.output), ""});
  else
    findings.push_back({Grade::ok, "configuration", "valid", ""});
  settings = shown.exit_code == 0 ? parse_settings(shown.output) : SettingsInForce{};
  return findings;
}

}  // namespace holdfast::cli
