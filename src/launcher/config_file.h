#pragma once

#include <string>
#include <string_view>

#include "launcher/settings.h"

namespace holdfast::launcher {

/// parse_config reads TOML text; `name` is the file's name for messages. Unknown keys and values out of range are refused
/// with "name:line: cause; remedy".
Outcome<Choices> parse_config(std::string_view text, const std::string& name);

enum class MissingFile { is_empty, is_a_problem };
Outcome<Choices> read_config(const std::string& path, MissingFile missing);

}  // namespace holdfast::launcher
