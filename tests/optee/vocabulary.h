#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast::optee {

// The names that a table may use for numbers: the standard's without their prefixes, and OP-TEE's of its commands.
std::optional<std::uint32_t> command_named(std::string_view name);
std::optional<std::uint32_t> attribute_named(std::string_view name);
std::optional<std::uint32_t> mechanism_named(std::string_view name);
/// constant_named looks among classes, key types, commands, mechanisms and the few words of the tables' own.
std::optional<std::uint32_t> constant_named(std::string_view name);
std::optional<std::uint32_t> return_code_named(std::string_view name);
std::optional<std::uint32_t> tee_result_named(std::string_view name);

/// Names for messages: the name without its prefix, or the number.
std::string name_of_return_code(std::uint32_t code);
std::string name_of_tee_result(std::uint32_t result);

}  // namespace holdfast::optee
