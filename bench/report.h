#pragma once

#include <string>
#include <vector>

#include "measure.h"

namespace holdfast::bench {

/// print_table writes one line per workload and number of threads: rates, and ratios as median [quartiles].
void print_table(const std::vector<WorkloadResult>& results);

/// write_json writes the same with the facts of the machine that a comparison needs.
void write_json(const std::string& path, const std::vector<WorkloadResult>& results, const Plan& plan);

}  // namespace holdfast::bench
