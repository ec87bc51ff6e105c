#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/doctor_checks.h"

namespace holdfast::cli {
namespace {

const char* name_of(Grade grade) {
  switch (grade) {
    case Grade::ok: return "ok";
    case Grade::note: return "note";
    case Grade::problem: return "problem";
  }
  return "?";
}

void print(const Finding& finding) {
  const std::string remedy = finding.remedy.empty() ? "" : "; " + finding.remedy;
  std::printf("%-8s %s: %s%s\n", name_of(finding.grade), finding.subject.c_str(), finding.text.c_str(), remedy.c_str());
}

nlohmann::json describe(const Findings& findings) {
  nlohmann::json list = nlohmann::json::array();
  for (const Finding& finding : findings)
    list.push_back({{"grade", name_of(finding.grade)}, {"subject", finding.subject}, {"text", finding.text}, {"remedy", finding.remedy}});
  return list;
}

}  // namespace

ExitCode run_doctor(const Options& options) {
  Findings all;
  const auto add = [&](const Findings& findings) { all.insert(all.end(), findings.begin(), findings.end()); };
  SettingsInForce settings;
  add(check_daemon(options, settings));
  add(check_sockets());
  add(check_state(settings));
  add(check_root_key(settings));
  add(check_module(options));
  add(check_answers(options));
  add(check_p11_kit());
  if (options.format == Format::json)
    std::printf("%s\n", describe(all).dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  else
    std::ranges::for_each(all, print);
  const bool broken = std::ranges::any_of(all, [](const Finding& finding) { return finding.grade == Grade::problem; });
  return broken ? ExitCode::problem : ExitCode::ok;
}

}  // namespace holdfast::cli
