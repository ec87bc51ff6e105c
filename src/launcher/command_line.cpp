#include "launcher/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

namespace holdfast::launcher {
namespace {

std::string option_name(const SettingRow& row) {
  std::string name = "--" + std::string(row.key);
  std::ranges::replace(name, '_', '-');
  return name;
}

/// CLI11 wants each check's complaint as a text, empty when all is well.
void add_setting(CLI::App& app, const SettingRow& row, Choices& choices) {
  if (row.text != nullptr) {
    app.add_option(option_name(row), choices.*row.text, std::string(row.help))->check([&row](const std::string& value) {
      return complaint_about(row, std::string_view(value)).value_or("");
    });
  } else {
    app.add_option(option_name(row), choices.*row.number, std::string(row.help))->check(CLI::Range(row.min, row.max));
  }
}

}  // namespace

Expected<CommandLine, Finished> parse_command_line(int argc, const char* const* argv) {
  CommandLine line;
  CLI::App app("holdfastd starts Holdfast's secure world and its supplicant and keeps them running, in the foreground.", "holdfastd");
  app.footer("Exit codes: 0 stopped when asked, 2 wrong option or configuration, 3 set-up, 4 already running,\n"
             "5 the secure world refuses the store, 6 a world cannot start.");
  for (const SettingRow& row : setting_rows()) add_setting(app, row, line.choices);
  app.get_option("--libexec")->envname("HOLDFAST_LIBEXEC");
  app.add_option("--config", line.config, "Configuration file (TOML) instead of the default one");
  app.add_option("--ready-fd", line.ready_fd, "Inherited descriptor that gets one byte when clients are served")
      ->check(CLI::Range(0, 1 << 20));
  app.add_flag_function("--foreground", [](std::int64_t) {}, "Stay in the foreground, which is the only way to run");
  app.add_flag("--show-config", line.show_config, "Print the settings in force and end");
  app.set_version_flag("--version", "holdfastd " HOLDFAST_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error, std::cout, std::cerr);
    return Unexpected<Finished>{{code == 0 ? 0 : static_cast<int>(ExitCode::usage)}};
  }
  return line;
}

}  // namespace holdfast::launcher
