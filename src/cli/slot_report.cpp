#include "cli/slot_report.h"

#include <cstdio>

#include "cli/description.h"
#include "cli/module.h"
#include "cli/places.h"

namespace holdfast::cli {
namespace {

Failure answered(const char* function, CK_RV rv) {
  char text[128];
  std::snprintf(text, sizeof text, "%s answers 0x%lx; see the log of holdfastd", function, rv);
  return {ExitCode::problem, text};
}

std::string places_text() {
  std::string text;
  for (const std::string& place : socket_places()) text += (text.empty() ? "" : " or ") + place;
  return text;
}

std::variant<nlohmann::json, Failure> report_slot(const Module& module, CK_SLOT_ID id) {
  CK_SLOT_INFO slot{};
  if (const CK_RV rv = module.calls().C_GetSlotInfo(id, &slot); rv != CKR_OK) return answered("C_GetSlotInfo", rv);
  nlohmann::json report = describe(slot);
  report["id"] = id;
  CK_TOKEN_INFO token{};
  const CK_RV rv = module.calls().C_GetTokenInfo(id, &token);
  // A token whose records do not check out is not recognised, and the others go on.
  if (rv == CKR_TOKEN_NOT_RECOGNIZED || rv == CKR_TOKEN_NOT_PRESENT || rv == CKR_DEVICE_ERROR)
    report["token_error"] = answered("C_GetTokenInfo", rv).message;
  else if (rv != CKR_OK)
    return answered("C_GetTokenInfo", rv);
  else
    report["token"] = describe(token);
  return report;
}

}  // namespace

std::variant<nlohmann::json, Failure> report_slots(const Options& options) {
  if (listening_socket().empty())
    return Failure{ExitCode::not_running, "Holdfast is not running: nobody listens at " + places_text() + "; try: holdfast doctor"};
  const std::string path = options.module.empty() ? find_module() : options.module;
  if (path.empty()) return Failure{ExitCode::no_module, "libholdfast-pkcs11.so is not found; give --module"};
  const auto loaded = Module::load(path);
  if (const auto* const failure = std::get_if<NotLoaded>(&loaded)) return Failure{ExitCode::no_module, failure->cause};
  const Module& module = std::get<Module>(loaded);
  CK_INFO info{};
  if (const CK_RV rv = module.calls().C_GetInfo(&info); rv != CKR_OK) return answered("C_GetInfo", rv);
  std::vector<CK_SLOT_ID> ids;
  if (const CK_RV rv = module.slots(ids); rv != CKR_OK) return answered("C_GetSlotList", rv);
  nlohmann::json report{{"module", path}, {"library", describe(info)}, {"slots", nlohmann::json::array()}};
  for (const CK_SLOT_ID id : ids) {
    auto slot = report_slot(module, id);
    if (std::holds_alternative<Failure>(slot)) return std::get<Failure>(slot);
    report["slots"].push_back(std::move(std::get<nlohmann::json>(slot)));
  }
  return report;
}

}  // namespace holdfast::cli
