#include <cstdio>

#include "cli/commands.h"
#include "cli/description.h"
#include "cli/slot_report.h"

namespace holdfast::cli {
namespace {

std::string summary(const nlohmann::json& slot) {
  if (slot.contains("token_error")) return "token unusable: " + slot["token_error"].get<std::string>();
  const nlohmann::json& token = slot["token"];
  if (!has_flag(token, "token initialized")) return "uninitialized";
  std::string text = token["label"].get<std::string>() + "  serial " + token["serial"].get<std::string>();
  if (!has_flag(token, "PIN initialized")) text += ", no user PIN yet";
  if (has_flag(token, "user PIN locked")) text += ", user PIN locked";
  if (has_flag(token, "SO PIN locked")) text += ", SO PIN locked";
  return text;
}

}  // namespace

ExitCode run_slots(const Options& options) {
  const auto outcome = report_slots(options);
  if (const auto* const failure = std::get_if<Failure>(&outcome)) {
    std::fprintf(stderr, "holdfast: %s\n", failure->message.c_str());
    return failure->code;
  }
  const nlohmann::json& slots = std::get<nlohmann::json>(outcome)["slots"];
  if (options.format == Format::json) {
    std::printf("%s\n", slots.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return ExitCode::ok;
  }
  for (const auto& slot : slots) std::printf("%lu  %s\n", slot["id"].get<unsigned long>(), summary(slot).c_str());
  return ExitCode::ok;
}

}  // namespace holdfast::cli
