// holdfast-bench compares PKCS#11 modules with libcrypto in process, all in one interleaved run. See script/bench.
#include <CLI/CLI.hpp>
#include <memory>
#include <string>
#include <vector>

#include "libcrypto_subject.h"
#include "measure.h"
#include "pkcs11_subject.h"
#include "report.h"

int main(int argc, char** argv) {
  using namespace holdfast::bench;
  std::vector<std::string> modules;
  std::string json, only;
  bool quick = false;
  Plan plan;
  CLI::App app(
      "Measures PKCS#11 modules against libcrypto in this process. It makes a token in each module's first slot.",
      "holdfast-bench");
  app.add_option("--module", modules, "NAME=PATH of a PKCS#11 module; may be repeated");
  app.add_option("--threads", plan.threads, "Numbers of threads to measure")->delimiter(',');
  app.add_option("--only", only, "Only operations whose name contains this");
  app.add_option("--json", json, "Write the results here, too");
  app.add_flag("--quick", quick, "Fewer and shorter rounds: shows that it works, not how fast it is");
  CLI11_PARSE(app, argc, argv);
  if (quick) {
    plan.rounds = 3;
    plan.slice = std::chrono::milliseconds(15);
  }

  std::vector<std::unique_ptr<Subject>> subjects;
  subjects.push_back(make_libcrypto_subject());
  for (const std::string& module : modules) {
    const std::size_t equals = module.find('=');
    if (equals == std::string::npos) give_up("--module wants NAME=PATH, not " + module);
    subjects.push_back(make_pkcs11_subject(module.substr(0, equals), module.substr(equals + 1)));
  }

  std::vector<WorkloadResult> results;
  for (const Workload& workload : all_workloads()) {
    if (workload.name().find(only) == std::string::npos) continue;
    for (const int threads : plan.threads) results.push_back(measure(subjects, workload, threads, plan));
  }
  print_table(results);
  if (!json.empty()) write_json(json, results, plan);
  return 0;
}
