#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "launcher/problem.h"

namespace holdfast::launcher {

/// Choices are settings as somebody chose them, in one place: the command line or the configuration file.
struct Choices {
  std::optional<std::string> socket, state, root_key, user, backend, refuse_legacy, log_level, libexec;
  std::optional<std::uint32_t> slots, pin_cost, max_clients, max_clients_per_uid;
};

/// SettingRow is one setting: its key in the file is `key`, its option `--key` with dashes.
/// The command line, the file, --show-config and the documentation test all come from the rows.
struct SettingRow {
  std::string_view key;
  std::string_view help;
  std::optional<std::string> Choices::* text = nullptr;
  std::string_view one_of = {};  // for a text: the words allowed, separated by '|'; empty: any
  bool (*accepts)(std::string_view text) = nullptr;  // for a text of another form, which `help` explains
  std::optional<std::uint32_t> Choices::* number = nullptr;
  std::uint32_t min = 0;
  std::uint32_t max = 0;
};
std::span<const SettingRow> setting_rows();

/// complaint_about says what is wrong with a value, or nothing.
std::optional<std::string> complaint_about(const SettingRow& row, std::string_view text);
std::optional<std::string> complaint_about(const SettingRow& row, std::int64_t number);

/// Surroundings are what the defaults depend on.
struct Surroundings {
  uid_t uid = 0;
  std::string home, runtime_dir, data_home, config_home;  // empty when unset

  static Surroundings of_this_process();
  bool is_root() const { return uid == 0; }
};

/// Settings are complete: every path is absolute.
struct Settings {
  std::string socket;
  mode_t socket_mode = 0600;
  std::string state;
  std::string root_key;
  std::string user;     // empty: the one who starts holdfastd, or the default one for root
  std::string backend;  // empty: the supplicant's default
  std::string refuse_legacy;  // empty: the secure world's default
  std::string log_level;
  std::string libexec;  // empty: beside holdfastd, or in ../libexec/holdfast
  std::optional<std::uint32_t> slots, pin_cost, max_clients, max_clients_per_uid;

  std::string store() const { return state + "/store"; }
  std::string lock_file() const { return state + "/store.lock"; }
};

/// default_config_file is where the configuration is looked for; it need not exist.
std::string default_config_file(const Surroundings& around);
/// resolve lets the command line win over the file and the file over the defaults.
Outcome<Settings> resolve(const Choices& command_line, const Choices& file, const Surroundings& around);

/// as_toml prints the settings in force in the form of a configuration file.
std::string as_toml(const Settings& settings);

}  // namespace holdfast::launcher
