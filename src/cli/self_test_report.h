#pragma once

#include <string>
#include <variant>

#include <nlohmann/json.hpp>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::cli {

/// self_test_report asks the secure world what its self-test found: "families", an array of "family", "answers" and, where one
/// failed, "failed_mechanism". Fails as TokenLink does.
Result<nlohmann::json> self_test_report();

/// describe_self_test makes that of the wire's bytes, which the secure world sent: bytes that are no report are
/// Rv::general_error.
Result<nlohmann::json> describe_self_test(ByteView report);

/// self_test_text tells it to a person: one line for all that passed, one for each family that did not.
std::string self_test_text(const nlohmann::json& report);

}  // namespace holdfast::cli
