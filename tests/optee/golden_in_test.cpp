// What OP-TEE's libckteec sends, byte for byte, through libteec.so.2 to a real daemon.
#include <gtest/gtest.h>

#include "optee/scenario.h"
#include "support/daemon.h"

namespace holdfast::optee {
namespace {

const std::filesystem::path kFolder = HOLDFAST_OPTEE_FOLDER;

TEST(GoldenVectors, AreUnderstoodByTheTrustedApplication) {
  const std::vector<Row> rows = read_table(kFolder / "golden_vectors.txt");
  ASSERT_GE(rows.size(), 40u);
  const Objects objects = read_objects(kFolder / "conformance" / "objects.txt");
  for (const Row& row : rows) {
    const auto daemon = testing::Daemon::start(World::daemon_options());
    World world(daemon->socket(), objects);
    const std::string fault = run_row(world, row);
    if (!fault.empty()) ADD_FAILURE_AT(row.file.c_str(), row.line) << row.text << "\n  " << fault;
  }
}

}  // namespace
}  // namespace holdfast::optee
