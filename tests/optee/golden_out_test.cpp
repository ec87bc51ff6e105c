// Our module against a foreign libteec.so.2 sends what OP-TEE's libckteec sends: the same parameter 0 for the same
// call.
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <iostream>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "optee/call_text.h"
#include "optee/golden_calls.h"
#include "optee/table.h"
#include "optee/vocabulary.h"

namespace holdfast::optee {
namespace {

const std::filesystem::path kFolder = HOLDFAST_OPTEE_FOLDER;

/// invocation is how the stand-in writes a vector's command and parameter 0 down (standin/recorder.h).
std::pair<std::string, std::string> invocation(const Row& row) {
  NoNames names;
  const Parameters parameters = parse_parameters(row.call.parameters, names);
  return {"cmd=" + std::to_string(command_named(row.call.command).value()) + " ",
          " p0=" + hex(parameters[0].bytes) + " "};
}

class GoldenVectors : public ::testing::Test {
 protected:
  void SetUp() override {
    record_ = std::filesystem::temp_directory_path() / ("holdfast-golden-" + std::to_string(::getpid()));
    ASSERT_EQ(::setenv("HOLDFAST_STANDIN_RECORD", record_.c_str(), 1), 0);
  }
  void TearDown() override { std::filesystem::remove(record_); }

  /// recorded gives what was sent for one call.
  std::vector<std::string> recorded(const Call& call) {
    std::filesystem::remove(record_);
    {
      Application application(objects_);
      call(application);
    }
    std::ifstream in(record_);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }

  std::filesystem::path record_;
  const std::map<std::string, std::string> objects_ = read_objects(kFolder / "conformance" / "objects.txt");
};

/// miss is empty when one of the lines is the vector.
std::string miss(const Row& row, const std::vector<std::string>& lines) {
  const auto [command, request] = invocation(row);
  std::string seen;
  for (const std::string& line : lines) {
    if (!line.starts_with(command)) continue;
    if (line.find(request) != std::string::npos) return {};
    seen += "\n  sent   " + line;
  }
  return "\n  wanted " + command + request + (seen.empty() ? "\n  sent nothing of this command" : seen);
}

TEST_F(GoldenVectors, AreWhatTheModuleSendsToAForeignWorld) {
  Application::prepare_token();
  std::size_t replayed = 0;
  for (const Row& row : read_table(kFolder / "golden_vectors.txt")) {
    const std::string name = split(row.text, '|').back();
    if (name.starts_with("in only: ")) continue;
    const auto call = golden_calls().find(name);
    if (call == golden_calls().end()) {
      ADD_FAILURE_AT(row.file.c_str(), row.line) << "no call named " << name;
      continue;
    }
    try {
      const std::string fault = miss(row, recorded(call->second));
      if (!fault.empty()) ADD_FAILURE_AT(row.file.c_str(), row.line) << name << fault;
    } catch (const std::exception& fault) {
      ADD_FAILURE_AT(row.file.c_str(), row.line) << name << ": " << fault.what();
    }
    ++replayed;
  }
  std::cout << replayed << " vectors sent by the module\n";
  EXPECT_EQ(replayed, golden_calls().size());
}

}  // namespace
}  // namespace holdfast::optee
