#include "launcher/config_file.h"

#include <cerrno>
#include <fstream>
#include <iterator>

// One translation unit uses the library, so it is compiled here, without exceptions.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace holdfast::launcher {
namespace {

std::string at(const std::string& name, const toml::source_region& source) {
  return name + ":" + std::to_string(source.begin.line) + ": ";
}

const SettingRow* find_row(std::string_view key) {
  for (const SettingRow& row : setting_rows())
    if (row.key == key) return &row;
  return nullptr;
}

std::string known_keys() {
  std::string keys;
  for (const SettingRow& row : setting_rows()) keys += (keys.empty() ? "" : ", ") + std::string(row.key);
  return keys;
}

std::optional<std::string> assign(const SettingRow& row, const toml::node& value, Choices& choices) {
  if (const auto* const text = value.as_string()) {
    if (auto complaint = complaint_about(row, std::string_view(text->get()))) return complaint;
    choices.*row.text = text->get();
    return std::nullopt;
  }
  if (const auto* const number = value.as_integer()) {
    if (auto complaint = complaint_about(row, number->get())) return complaint;
    choices.*row.number = static_cast<std::uint32_t>(number->get());
    return std::nullopt;
  }
  return row.number != nullptr ? "must be a whole number" : "must be a text in quotes";
}

}  // namespace

Outcome<Choices> parse_config(std::string_view text, const std::string& name) {
  const toml::parse_result parsed = toml::parse(text, name);
  if (!parsed)
    return problem(ExitCode::usage, at(name, parsed.error().source()) + "not valid TOML: " + std::string(parsed.error().description()),
                   "see https://toml.io");
  Choices choices;
  for (const auto& [key, value] : parsed.table()) {
    const SettingRow* const row = find_row(key.str());
    if (row == nullptr)
      return problem(ExitCode::usage, at(name, key.source()) + "unknown setting '" + std::string(key.str()) + "'",
                     "the settings are " + known_keys());
    if (const auto complaint = assign(*row, value, choices))
      return problem(ExitCode::usage, at(name, value.source()) + "the setting '" + std::string(key.str()) + "' " + *complaint,
                     "correct or remove it");
  }
  return choices;
}

Outcome<Choices> read_config(const std::string& path, MissingFile missing) {
  errno = 0;
  std::ifstream file(path);
  if (!file) {
    if (errno == ENOENT && missing == MissingFile::is_empty) return Choices{};
    return problem(ExitCode::usage, "cannot read the configuration file " + path, "check --config and the file's permissions");
  }
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return parse_config(text, path);
}

}  // namespace holdfast::launcher
