#include <cstdio>
#include <string>

#include "cli/commands.h"
#include "cli/description.h"
#include "cli/places.h"
#include "cli/self_test_report.h"
#include "cli/slot_report.h"
#include "cli/worlds.h"

namespace holdfast::cli {
namespace {

/// The processes are what this user can see; that the secure world answers was found out by asking it.
nlohmann::json describe(const Worlds& worlds, bool answers) {
  const auto process = [](pid_t pid) { return pid != 0 ? nlohmann::json(pid) : nlohmann::json(); };
  return {{"launcher", {{"pid", process(worlds.launcher)}}},
          {"secure_world", {{"pid", process(worlds.secure_world)}, {"answers", answers}}},
          {"supplicant", {{"pid", process(worlds.supplicant)}}}};
}

std::string process_text(pid_t pid) { return pid != 0 ? "running, pid " + std::to_string(pid) : "not seen from here"; }

std::string list_text(const nlohmann::json& list) {
  std::string text;
  for (const auto& item : list) text += (text.empty() ? "" : ", ") + item.get<std::string>();
  return text;
}

void print(const char* name, const std::string& value) { std::printf("  %-14s %s\n", name, value.c_str()); }

void print_slot(const nlohmann::json& slot) {
  std::printf("\nSlot %lu: %s\n", slot["id"].get<unsigned long>(), slot["description"].get<std::string>().c_str());
  if (slot.contains("token_error")) return print("token", slot["token_error"]);
  const nlohmann::json& token = slot["token"];
  if (!has_flag(token, "token initialized")) return print("token", "uninitialized");
  print("label", token["label"].get<std::string>());
  print("model", token["model"].get<std::string>() + ", " + token["manufacturer"].get<std::string>());
  print("serial", token["serial"]);
  print("flags", list_text(token["flags"]));
  print("PIN length", std::to_string(token["pin_min"].get<unsigned long>()) + " to " + std::to_string(token["pin_max"].get<unsigned long>()));
}

}  // namespace

ExitCode run_status(const Options& options) {
  const std::string socket = listening_socket();
  const Worlds worlds = socket.empty() ? Worlds{} : find_worlds(socket);
  auto outcome = report_slots(options);
  const auto* const failure = std::get_if<Failure>(&outcome);
  nlohmann::json report = failure == nullptr ? std::get<nlohmann::json>(outcome) : nlohmann::json::object();
  report["socket"] = socket.empty() ? nlohmann::json() : nlohmann::json(socket);
  report["worlds"] = describe(worlds, failure == nullptr);
  if (failure != nullptr) report["error"] = failure->message;
  if (failure == nullptr) {
    // A secure world that is no Holdfast has none to tell.
    if (auto self_test = self_test_report()) report["self_test"] = *std::move(self_test);
  }

  if (options.format == Format::json) {
    std::printf("%s\n", report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else if (!socket.empty()) {
    std::printf("Worlds\n");
    print("socket", socket);
    print("holdfastd", process_text(worlds.launcher));
    print("secure world", process_text(worlds.secure_world) + (failure == nullptr ? ", answers" : ", does not answer"));
    print("supplicant", process_text(worlds.supplicant));
    if (report.contains("self_test")) print("self-test", self_test_text(report["self_test"]));
    if (failure == nullptr) {
      const nlohmann::json& library = report["library"];
      std::printf("\nLibrary\n");
      print("module", report["module"]);
      print("description", library["description"].get<std::string>() + " " + library["version"].get<std::string>());
      print("Cryptoki", library["cryptoki"]);
      for (const auto& slot : report["slots"]) print_slot(slot);
    }
  }
  if (failure == nullptr) return ExitCode::ok;
  std::fprintf(stderr, "holdfast: %s\n", failure->message.c_str());
  return failure->code;
}

}  // namespace holdfast::cli
