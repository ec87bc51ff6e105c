#pragma once

#include <cstdint>

namespace holdfast::ck {

/// The name_of functions give the standard's name for a number ("CKM_AES_GCM"), or "unknown" where it has none, as for
/// vendor-defined numbers. For logs and messages; the result is a string literal. Of numbers with several names they
/// give the present one.
const char* name_of_mechanism(std::uint32_t type);
const char* name_of_attribute(std::uint32_t type);
const char* name_of_rv(std::uint32_t value);
const char* name_of_class(std::uint32_t object_class);
const char* name_of_key_type(std::uint32_t type);

}  // namespace holdfast::ck
