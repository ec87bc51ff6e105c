#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "workload.h"

namespace holdfast::bench {

struct Plan {
  int rounds = 15;
  std::chrono::milliseconds slice{60};
  std::vector<int> threads{1, 2};
};

/// Quartiles of a sample.
struct Quartiles {
  double lower = 0, median = 0, upper = 0;
};

struct SubjectResult {
  std::string subject;
  Quartiles operations_per_second;
  /// Against the first subject in the same round, so that what slows the machine down slows down both.
  Quartiles ratio;
};

struct WorkloadResult {
  Workload workload;
  int threads = 1;
  std::vector<SubjectResult> subjects;
};

/// measure lets the subjects take turns, slice by slice, on one workload. The first subject is what others are compared
/// with.
WorkloadResult measure(const std::vector<std::unique_ptr<Subject>>& subjects, const Workload& workload, int threads,
                       const Plan& plan);

}  // namespace holdfast::bench
