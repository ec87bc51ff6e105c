#include "launcher/programs.h"

#include <unistd.h>

#include <filesystem>
#include <vector>

namespace holdfast::launcher {
namespace {

std::vector<std::string> places(const std::string& libexec) {
  if (!libexec.empty()) return {libexec};
  std::error_code ignored;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
  return {self.string(), (self.parent_path() / "libexec/holdfast").string()};
}

}  // namespace

Outcome<Programs> find_programs(const std::string& libexec) {
  std::string tried;
  for (const std::string& place : places(libexec)) {
    const Programs programs{.secure_world = place + "/holdfast-secure-world", .supplicant = place + "/holdfast-supplicant"};
    if (::access(programs.secure_world.c_str(), X_OK) == 0 && ::access(programs.supplicant.c_str(), X_OK) == 0) return programs;
    tried += (tried.empty() ? "" : " or ") + place;
  }
  return problem("holdfast-secure-world and holdfast-supplicant are not in " + tried, "reinstall Holdfast, or give --libexec");
}

}  // namespace holdfast::launcher
