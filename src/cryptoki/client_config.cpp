#include "cryptoki/client_config.h"

#include <array>
#include <atomic>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

#include "base/unique_fd.h"

namespace holdfast::cryptoki {
namespace {

constexpr std::size_t kMostConfigBytes = 64 * 1024;
constexpr const char* kSystemFile = "/etc/holdfast/client.conf";

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

void set(std::string_view key, std::string_view value, ClientConfig& config) {
  if (key == "ec-point") {
    if (value == "by-version") config.points = PointForm::by_version;
    if (value == "der") config.points = PointForm::der;
    if (value == "raw") config.points = PointForm::raw;
  } else if (key == "interface") {
    if (value == "2.40") config.default_interface = {2, 40};
    if (value == "3.0") config.default_interface = {3, 0};
    if (value == "3.2") config.default_interface = {3, 2};
  }
}

/// read_file is empty for anything but a regular file of moderate size.
std::string read_file(const char* path) {
  const UniqueFd file(::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat facts {};
  if (!file.is_open() || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  if (facts.st_size < 0 || static_cast<std::size_t>(facts.st_size) > kMostConfigBytes) return {};
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t got = ::read(file.get(), text.data() + done, text.size() - done);
    if (got <= 0) break;
    done += static_cast<std::size_t>(got);
  }
  text.resize(done);
  return text;
}

/// program_name is the file name of what runs: not argv[0], which a program may change.
std::string program_name() {
  std::array<char, 4096> path;
  const ssize_t length = ::readlink("/proc/self/exe", path.data(), path.size());
  if (length <= 0) return {};
  const std::string_view whole(path.data(), static_cast<std::size_t>(length));
  return std::string(whole.substr(whole.rfind('/') + 1));
}

/// user_file is empty when there is no absolute place for it.
std::string user_file() {
  const char* const config = ::secure_getenv("XDG_CONFIG_HOME");
  if (config != nullptr && config[0] == '/') return std::string(config) + "/holdfast/client.conf";
  const char* const home = ::secure_getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.config/holdfast/client.conf";
  return {};
}

ClientConfig read_config() {
  ClientConfig config;
  const std::string program = program_name();
  apply_settings(read_file(kSystemFile), program, config);
  if (const std::string path = user_file(); !path.empty()) apply_settings(read_file(path.c_str()), program, config);
  if (const char* const value = ::secure_getenv("HOLDFAST_EC_POINT")) set("ec-point", value, config);
  if (const char* const value = ::secure_getenv("HOLDFAST_INTERFACE")) set("interface", value, config);
  return config;
}

struct Known {
  bool is_known = false;
  ClientConfig config;
};
// No lock that a child could inherit from a thread it does not have: two threads may read the same files at once.
static_assert(std::atomic<Known>::is_always_lock_free);
constinit std::atomic<Known> known{};

}  // namespace

void apply_settings(std::string_view text, std::string_view program, ClientConfig& config) {
  // What stands before the first section is for all programs, and can only stand there.
  bool is_for_us = true;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || line.front() == '#') continue;
    const std::size_t equals = line.find('=');
    if (line.front() == '[') {
      is_for_us = line.back() == ']' && line.substr(1, line.size() - 2) == program;
    } else if (is_for_us && equals != std::string_view::npos) {
      set(trimmed(line.substr(0, equals)), trimmed(line.substr(equals + 1)), config);
    }
  }
}

ClientConfig client_config() {
  Known now = known.load(std::memory_order_acquire);
  if (!now.is_known) {
    now = {.is_known = true, .config = read_config()};
    known.store(now, std::memory_order_release);
  }
  return now.config;
}

}  // namespace holdfast::cryptoki
