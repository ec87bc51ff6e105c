// OP-TEE's trusted application as a table: in this state, this command with these arguments answers this code. The
// rows are in conformance/*.txt; a client that never says HELLO sends them through libteec.so.2 to a real daemon.
#include <gtest/gtest.h>
#include <iostream>
#include <set>

#include "optee/scenario.h"
#include "optee/vocabulary.h"
#include "support/daemon.h"

namespace holdfast::optee {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(HOLDFAST_OPTEE_FOLDER) / "conformance";

class ConformanceTable : public ::testing::TestWithParam<std::filesystem::path> {};

TEST_P(ConformanceTable, Holds) {
  const auto daemon = testing::Daemon::start(World::daemon_options());
  World world(daemon->socket(), read_objects(kFolder / "objects.txt"));
  const std::vector<Row> rows = read_table(GetParam());
  for (const Row& row : rows) {
    const std::string fault = run_row(world, row);
    if (!fault.empty()) ADD_FAILURE_AT(row.file.c_str(), row.line) << row.text << "\n  " << fault;
  }
  std::cout << rows.size() << " rows\n";
}

INSTANTIATE_TEST_SUITE_P(Optee, ConformanceTable, ::testing::ValuesIn(tables(kFolder)),
                         [](const auto& file) { return file.param.stem().string(); });

TEST(ConformanceTables, HaveSixHundredRowsAndEveryCommand) {
  std::size_t count = 0;
  std::set<std::uint32_t> commands;
  for (const std::filesystem::path& file : tables(kFolder)) {
    for (const Row& row : read_table(file)) {
      ++count;
      commands.insert(command_named(row.call.command).value());
    }
  }
  std::cout << "conformance table: " << count << " rows\n";
  EXPECT_GE(count, 600u);
  constexpr std::uint32_t kCommands = 53;
  for (std::uint32_t command = 0; command < kCommands; ++command) EXPECT_TRUE(commands.contains(command)) << command;
}

}  // namespace
}  // namespace holdfast::optee
