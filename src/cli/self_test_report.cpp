#include "cli/self_test_report.h"

#include "base/byte_reader.h"
#include "ck/names.h"
#include "cli/token_link.h"
#include "wire/commands/self_test.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kMostReportBytes = 64 * 1024;
constexpr std::size_t kMostNameBytes = 256;

}  // namespace

Result<nlohmann::json> describe_self_test(ByteView report) {
  nlohmann::json families = nlohmann::json::array();
  ByteReader in(report);
  while (in.remaining() != 0) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t answers, in.u32());
    HF_ASSIGN_OR_RETURN(const std::uint32_t failed, in.u32());
    HF_ASSIGN_OR_RETURN(const ByteView name, in.sized(kMostNameBytes));
    nlohmann::json family{{"family", std::string(as_text(name))}, {"answers", answers}};
    if (failed != wire::kNoMechanism) family["failed_mechanism"] = ck::name_of_mechanism(failed);
    families.push_back(std::move(family));
  }
  return nlohmann::json{{"families", std::move(families)}};
}

Result<nlohmann::json> self_test_report() {
  HF_ASSIGN_OR_RETURN(const std::unique_ptr<TokenLink> link, TokenLink::open());
  HF_ASSIGN_OR_RETURN(const Bytes report, link->fetch<wire::SelfTestReport>({.ignored = 0}, kMostReportBytes));
  return describe_self_test(report);
}

std::string self_test_text(const nlohmann::json& report) {
  std::size_t passed = 0;
  std::uint64_t answers = 0;
  std::string failures;
  for (const auto& family : report["families"]) {
    if (family.contains("failed_mechanism")) {
      failures += "; FAILED and not offered: " + family["family"].get<std::string>() + " (" +
                  family["failed_mechanism"].get<std::string>() + ")";
      continue;
    }
    ++passed;
    answers += family["answers"].get<std::uint64_t>();
  }
  return std::to_string(answers) + " known answers of " + std::to_string(passed) + " families right" + failures;
}

}  // namespace holdfast::cli
