#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::cli {

/// ExitCode is what a script sees of `holdfast`.
enum class ExitCode : int {
  ok = 0,
  problem = 1,      // doctor found something; a request was answered with an error
  usage = 2,
  not_running = 3,  // nobody listens
  no_module = 4,    // the module is missing or does not load
};

enum class Format { text, json };

struct Options {
  std::string module;  // empty: find it
  Format format = Format::text;
  std::string config;  // doctor: the configuration to check instead of the default one
  std::uint32_t slot = 0;                  // policy: whose
  std::vector<std::string> refuse, allow;  // policy: what to change; nothing only shows it
};

/// run_status shows the worlds, the library, and each slot with its token.
ExitCode run_status(const Options& options);
/// run_slots shows one line per slot.
ExitCode run_slots(const Options& options);
/// run_doctor checks a set-up; each finding is one line with its remedy.
ExitCode run_doctor(const Options& options);
/// run_policy shows which legacy a token refuses, and changes it with the security officer's PIN.
ExitCode run_policy(const Options& options);

}  // namespace holdfast::cli
