#include "report.h"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <openssl/crypto.h>
#include <thread>

namespace holdfast::bench {
namespace {

std::string text(double ratio) { return ratio < 0.1 ? fmt::format("{:.3f}", ratio) : fmt::format("{:.2f}", ratio); }

}  // namespace

void print_table(const std::vector<WorkloadResult>& results) {
  if (results.empty()) return;
  std::string head = fmt::format("{:<20} {:>7}", "operation", "threads");
  for (const SubjectResult& subject : results.front().subjects) head += fmt::format("  {:>26}", subject.subject);
  fmt::print("operations per second (median); ratio to {} in the same round: median [quartiles]\n\n{}\n",
             results.front().subjects.front().subject, head);
  for (const WorkloadResult& result : results) {
    std::string line = fmt::format("{:<20} {:>7}", result.workload.name(), result.threads);
    for (const SubjectResult& subject : result.subjects) {
      const double rate = subject.operations_per_second.median;
      const Quartiles& ratio = subject.ratio;
      const bool is_reference = &subject == &result.subjects.front();
      line += fmt::format("  {:>26}", is_reference ? fmt::format("{:.0f}/s", rate)
                                                   : fmt::format("{:.0f}/s {} [{} {}]", rate, text(ratio.median),
                                                                 text(ratio.lower), text(ratio.upper)));
    }
    fmt::print("{}\n", line);
  }
}

void write_json(const std::string& path, const std::vector<WorkloadResult>& results, const Plan& plan) {
  const auto three = [](const Quartiles& q) {
    return nlohmann::json{{"lower", q.lower}, {"median", q.median}, {"upper", q.upper}};
  };
  nlohmann::json document{{"cpus", std::thread::hardware_concurrency()},
                          {"libcrypto", OpenSSL_version(OPENSSL_VERSION)},
                          {"rounds", plan.rounds},
                          {"slice_ms", plan.slice.count()},
                          {"results", nlohmann::json::array()}};
  for (const WorkloadResult& result : results) {
    for (const SubjectResult& subject : result.subjects) {
      document["results"].push_back({{"operation", result.workload.name()},
                                     {"bytes", result.workload.bytes},
                                     {"threads", result.threads},
                                     {"subject", subject.subject},
                                     {"operations_per_second", three(subject.operations_per_second)},
                                     {"ratio", three(subject.ratio)}});
    }
  }
  std::ofstream file(path);
  file << document.dump(2) << '\n';
  if (!file.flush()) give_up("cannot write " + path);
}

}  // namespace holdfast::bench
