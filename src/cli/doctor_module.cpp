#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/doctor_checks.h"
#include "cli/module.h"
#include "cli/places.h"
#include "cli/slot_report.h"

namespace holdfast::cli {
namespace {

namespace fs = std::filesystem;

/// Where p11-kit reads module configurations: p11-kit's pkcs11.conf(5).
std::vector<fs::path> p11_kit_directories() {
  std::vector<fs::path> directories{HOLDFAST_P11_KIT_CONFIGS, "/etc/pkcs11/modules"};
  if (const char* const config = std::getenv("XDG_CONFIG_HOME"); config != nullptr && *config == '/')
    directories.push_back(fs::path(config) / "pkcs11/modules");
  else if (const char* const home = std::getenv("HOME"))
    directories.push_back(fs::path(home) / ".config/pkcs11/modules");
  return directories;
}

/// The value of the "module:" line, when it is about Holdfast.
std::string holdfast_module_in(const fs::path& file) {
  constexpr std::string_view kKey = "module:";
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kKey)) continue;
    const std::size_t begin = line.find_first_not_of(" \t", kKey.size());
    if (begin == std::string::npos) continue;
    const std::string value = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    if (value.ends_with("libholdfast-pkcs11.so")) return value;
  }
  return {};
}

Finding judge_registration(const fs::path& file, const std::string& module) {
  const std::string path = module.starts_with('/') ? module : HOLDFAST_MODULE_DIRECTORY "/" + module;
  if (::access(path.c_str(), R_OK) == 0) return {Grade::ok, "p11-kit", file.string() + " names " + path, ""};
  return {Grade::problem, "p11-kit", file.string() + " names " + path + ", which is not there", "correct the path, or remove the file"};
}

}  // namespace

Findings check_module(const Options& options) {
  const std::string path = options.module.empty() ? find_module() : options.module;
  if (path.empty())
    return {{Grade::problem, "module", "libholdfast-pkcs11.so is not in " HOLDFAST_MODULE_DIRECTORY, "install it, or set HOLDFAST_MODULE"}};
  // Loading it initialises it too, which needs no secure world.
  const auto loaded = Module::load(path);
  if (const auto* const failure = std::get_if<NotLoaded>(&loaded))
    return {{Grade::problem, "module", path + " does not load: " + failure->cause, "install a module built for this system"}};
  return {{Grade::ok, "module", path, ""}};
}

Findings check_answers(const Options& options) {
  if (listening_socket().empty()) return {};
  const auto outcome = report_slots(options);
  if (const auto* const failure = std::get_if<Failure>(&outcome))
    return {{Grade::problem, "secure world", failure->message, "see the log of holdfastd"}};
  Findings findings;
  const nlohmann::json& slots = std::get<nlohmann::json>(outcome)["slots"];
  findings.push_back({Grade::ok, "secure world", "answers, with " + std::to_string(slots.size()) + " slots", ""});
  for (const auto& slot : slots)
    if (slot.contains("token_error"))
      findings.push_back({Grade::problem, "token", "slot " + slot["id"].dump() + ": " + slot["token_error"].get<std::string>(),
                          "the log names the record that does not check out; restore the store from its backup"});
  return findings;
}

Findings check_p11_kit() {
  Findings findings;
  for (const fs::path& directory : p11_kit_directories()) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
      if (entry.path().extension() != ".module") continue;
      const std::string module = holdfast_module_in(entry.path());
      if (!module.empty()) findings.push_back(judge_registration(entry.path(), module));
    }
  }
  if (findings.empty())
    findings.push_back({Grade::note, "p11-kit", "does not know the module, so programs that go through p11-kit do not find it",
                        "install holdfast.module into " HOLDFAST_P11_KIT_CONFIGS});
  return findings;
}

}  // namespace holdfast::cli
