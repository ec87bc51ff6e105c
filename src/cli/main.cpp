#include <CLI/CLI.hpp>
#include <iostream>

#include "cli/commands.h"

namespace holdfast::cli {
namespace {

struct Command {
  const char* name;
  const char* help;
  ExitCode (*run)(const Options&);
};

constexpr Command kCommands[] = {
    {"status", "Show the worlds, the library, and each slot with its token", &run_status},
    {"slots", "Show one line per slot", &run_slots},
    {"policy", "Show which legacy a token refuses, or change it; the SO PIN is read from the terminal or standard input", &run_policy},
    {"doctor", "Check the set-up; each finding is a line with its remedy", &run_doctor},
};

int run(int argc, const char* const* argv) {
  CLI::App app("holdfast looks after a Holdfast token.", "holdfast");
  app.footer("Exit codes: 0 well, 1 a problem was found or answered, 2 wrong option, 3 nobody listens, 4 no module.");
  app.set_version_flag("--version", "holdfast " HOLDFAST_VERSION);
  app.require_subcommand(1);
  Options options;
  bool json = false;
  for (const Command& command : kCommands) {
    CLI::App* const sub = app.add_subcommand(command.name, command.help);
    if (command.run == &run_policy) {
      sub->add_option("--slot", options.slot, "Slot of the token");
      sub->add_option("--refuse", options.refuse, "Legacy to refuse from now on: small-rsa,md5-signing,sha1-signing,md5,dsa-signing,triple-des");
      sub->add_option("--allow", options.allow, "Legacy to serve from now on");
    } else {
      sub->add_option("--module", options.module, "libholdfast-pkcs11.so to go through");
    }
    sub->add_flag("--json", json, "Print JSON");
    if (command.run == &run_doctor) sub->add_option("--config", options.config, "Configuration file of holdfastd to check");
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error, std::cout, std::cerr) == 0 ? 0 : static_cast<int>(ExitCode::usage);
  }
  options.format = json ? Format::json : Format::text;
  for (const Command& command : kCommands)
    if (app.got_subcommand(command.name)) return static_cast<int>(command.run(options));
  return static_cast<int>(ExitCode::usage);
}

}  // namespace
}  // namespace holdfast::cli

int main(int argc, char** argv) { return holdfast::cli::run(argc, argv); }
