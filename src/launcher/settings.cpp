#include "launcher/settings.h"

#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "base/token_policy.h"

namespace holdfast::launcher {
namespace {

constexpr SettingRow kRows[] = {
    {.key = "socket", .help = "Where clients connect", .text = &Choices::socket},
    {.key = "state", .help = "Directory of the sealed store and of what belongs to it", .text = &Choices::state},
    {.key = "root_key", .help = "File of the root key; it must not lie inside the store", .text = &Choices::root_key},
    {.key = "user", .help = "User that the worlds run as when holdfastd is started as root", .text = &Choices::user},
    {.key = "backend", .help = "How the supplicant keeps records", .text = &Choices::backend, .one_of = "sqlite|memory"},
    {.key = "refuse_legacy",
     .help = "Legacy that new tokens refuse: none, or a list of small-rsa,md5-signing,sha1-signing,md5,dsa-signing,triple-des",
     .text = &Choices::refuse_legacy,
     .accepts = [](std::string_view text) { return TokenPolicy::parse(text).has_value(); }},
    {.key = "log_level", .help = "Least level that is logged", .text = &Choices::log_level, .one_of = "debug|info|warning|error"},
    {.key = "libexec", .help = "Directory of holdfast-secure-world and holdfast-supplicant", .text = &Choices::libexec},
    {.key = "slots", .help = "Number of slots", .number = &Choices::slots, .min = 1, .max = 256},
    {.key = "pin_cost", .help = "Cost of one PIN check: scrypt's N is 2 to this power", .number = &Choices::pin_cost, .min = 10, .max = 20},
    {.key = "max_clients", .help = "Client processes served at once", .number = &Choices::max_clients, .min = 1, .max = 65536},
    {.key = "max_clients_per_uid", .help = "Of these, from one user", .number = &Choices::max_clients_per_uid, .min = 1, .max = 65536},
};

bool is_one_of(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t bar = words.find('|');
    if (words.substr(0, bar) == word) return true;
    words = bar == std::string_view::npos ? std::string_view{} : words.substr(bar + 1);
  }
  return false;
}

std::string environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string{} : std::string(value);
}

/// The XDG specification tells programs to ignore relative paths in its variables.
std::string directory_or(const std::string& from_environment, const std::string& fallback) {
  return from_environment.starts_with('/') ? from_environment : fallback;
}

template <class T>
std::optional<T> first_of(const std::optional<T>& first, const std::optional<T>& second) {
  return first.has_value() ? first : second;
}

std::string absolute(const std::string& path) {
  std::error_code ignored;
  const std::filesystem::path whole = std::filesystem::absolute(path, ignored).lexically_normal();
  const std::string text = whole.string();
  return text.size() > 1 && text.ends_with('/') ? text.substr(0, text.size() - 1) : text;
}

std::string default_socket(const Surroundings& around) {
  if (around.is_root()) return "/run/holdfast/holdfast.sock";
  return directory_or(around.runtime_dir.empty() ? "" : around.runtime_dir + "/holdfast",
                      "/tmp/holdfast-" + std::to_string(around.uid)) +
         "/holdfast.sock";
}

std::string default_state(const Surroundings& around) {
  if (around.is_root()) return "/var/lib/holdfast";
  return directory_or(around.data_home, around.home + "/.local/share") + "/holdfast";
}

std::string config_directory(const Surroundings& around) {
  if (around.is_root()) return "/etc/holdfast";
  return directory_or(around.config_home, around.home + "/.config") + "/holdfast";
}

/// Away from the store, so that a copy of the store does not carry the key that opens it.
std::string default_root_key(const Surroundings& around) {
  return around.is_root() ? "/var/lib/holdfast-root/root.key" : config_directory(around) + "/root.key";
}

bool lies_inside(const std::string& path, const std::string& directory) {
  std::error_code ignored;
  const std::string inner = std::filesystem::weakly_canonical(path, ignored).string();
  const std::string outer = std::filesystem::weakly_canonical(directory, ignored).string();
  return inner.starts_with(outer + "/");
}

}  // namespace

std::span<const SettingRow> setting_rows() { return kRows; }

std::optional<std::string> complaint_about(const SettingRow& row, std::string_view text) {
  if (row.text == nullptr) return "must be a whole number";
  if (text.empty()) return "must not be empty";
  if (text.find('\0') != std::string_view::npos) return "must not contain a zero byte";
  if (!row.one_of.empty() && !is_one_of(row.one_of, text)) return "must be one of " + std::string(row.one_of);
  if (row.accepts != nullptr && !row.accepts(text)) return "names something unknown, or twice";
  return std::nullopt;
}

std::optional<std::string> complaint_about(const SettingRow& row, std::int64_t number) {
  if (row.number == nullptr) return "must be a text";
  if (number < row.min || number > row.max)
    return "must be between " + std::to_string(row.min) + " and " + std::to_string(row.max);
  return std::nullopt;
}

Surroundings Surroundings::of_this_process() {
  return {.uid = ::geteuid(),
          .home = environment("HOME"),
          .runtime_dir = environment("XDG_RUNTIME_DIR"),
          .data_home = environment("XDG_DATA_HOME"),
          .config_home = environment("XDG_CONFIG_HOME")};
}

std::string default_config_file(const Surroundings& around) { return config_directory(around) + "/holdfast.toml"; }

Outcome<Settings> resolve(const Choices& command_line, const Choices& file, const Surroundings& around) {
  const auto chosen = [&](auto member) { return first_of(command_line.*member, file.*member); };
  const auto state = chosen(&Choices::state);
  Settings settings{
      .socket = absolute(chosen(&Choices::socket).value_or(default_socket(around))),
      // The system's socket is for everybody: the PIN protects the token. A user's is for that user.
      .socket_mode = around.is_root() ? mode_t{0666} : mode_t{0600},
      .state = absolute(state.value_or(default_state(around))),
      .user = chosen(&Choices::user).value_or(""),
      .backend = chosen(&Choices::backend).value_or(""),
      .refuse_legacy = chosen(&Choices::refuse_legacy).value_or(""),
      .log_level = chosen(&Choices::log_level).value_or("info"),
      .slots = chosen(&Choices::slots),
      .pin_cost = chosen(&Choices::pin_cost),
      .max_clients = chosen(&Choices::max_clients),
      .max_clients_per_uid = chosen(&Choices::max_clients_per_uid),
  };
  const std::string key_default = state.has_value() ? settings.state + "/root.key" : default_root_key(around);
  settings.root_key = absolute(chosen(&Choices::root_key).value_or(key_default));
  if (const auto libexec = chosen(&Choices::libexec)) settings.libexec = absolute(*libexec);

  if (settings.socket.size() >= sizeof(sockaddr_un::sun_path) - 4)  // room for ".new"
    return problem(ExitCode::usage, "the socket path " + settings.socket + " is too long for the kernel", "choose one under 104 bytes");
  if (!around.is_root() && around.home.empty() && !state.has_value())
    return problem(ExitCode::usage, "HOME is not set", "set it, or give --state");
  if (lies_inside(settings.root_key, settings.store()))
    return problem(ExitCode::usage, "the root key " + settings.root_key + " lies inside the store " + settings.store(),
                   "keep it elsewhere: whoever copies the store must not get its key");
  return settings;
}

std::string as_toml(const Settings& settings) {
  std::string out;
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) out += std::string(key) + " = '" + value + "'\n";
  };
  const auto number = [&](const char* key, const std::optional<std::uint32_t>& value) {
    if (value) out += std::string(key) + " = " + std::to_string(*value) + "\n";
  };
  text("socket", settings.socket);
  text("state", settings.state);
  text("root_key", settings.root_key);
  text("user", settings.user);
  text("backend", settings.backend);
  text("refuse_legacy", settings.refuse_legacy);
  text("log_level", settings.log_level);
  text("libexec", settings.libexec);
  number("slots", settings.slots);
  number("pin_cost", settings.pin_cost);
  number("max_clients", settings.max_clients);
  number("max_clients_per_uid", settings.max_clients_per_uid);
  return out;
}

}  // namespace holdfast::launcher
