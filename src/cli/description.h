#pragma once

#include <pkcs11/pkcs11.h>

#include <nlohmann/json.hpp>
#include <span>
#include <string>

namespace holdfast::cli {

/// The structures of the standard as JSON: padded texts without their blanks, flags by name.
nlohmann::json describe(const CK_INFO& info);
nlohmann::json describe(const CK_SLOT_INFO& info);
nlohmann::json describe(const CK_TOKEN_INFO& info);

std::string padded_text(std::span<const CK_UTF8CHAR> field);

/// has_flag looks a flag up in what describe(const CK_TOKEN_INFO&) made.
bool has_flag(const nlohmann::json& token, const char* name);

}  // namespace holdfast::cli
