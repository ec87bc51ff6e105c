// Published test vectors through the shared object, against a real daemon. One case for each file in data/.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>

#include "vectors/runner.h"

namespace holdfast::vectors {
namespace {

std::filesystem::path folder(const char* variable) {
  const char* const path = std::getenv(variable);
  if (path == nullptr) throw std::runtime_error(std::string(variable) + " names no folder");
  return path;
}

std::vector<std::string> families() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(HF_VECTOR_DATA))
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  return names;
}

/// Header lines of a data file look like "# Vectors: 812".
std::string header(const std::filesystem::path& file, const std::string& name) {
  const std::string start = "# " + name + ": ";
  std::ifstream in(file);
  for (std::string line; std::getline(in, line) && line.starts_with('#');)
    if (line.starts_with(start)) return line.substr(start.size());
  throw std::runtime_error(file.string() + " does not say its " + name);
}

/// write_count leaves a line for summary.py: vectors run, vectors left out, mechanisms left out.
void write_count(const std::string& family, const Runner& runner) {
  std::size_t left_out = 0;
  std::string mechanisms;
  for (const auto& [name, count] : runner.left_out()) {
    left_out += count;
    mechanisms += " " + name;
  }
  std::filesystem::create_directories(folder("HF_VECTOR_COUNTS"));
  std::ofstream(folder("HF_VECTOR_COUNTS") / (family + ".count")) << runner.ran() << " " << left_out << mechanisms << "\n";
}

class Vectors : public conformance::TokenTest, public ::testing::WithParamInterface<std::string> {
 protected:
  static void SetUpTestSuite() { daemon_options = {"--refuse-legacy", "none"}; }
};

TEST_P(Vectors, AllHold) {
  const std::filesystem::path file = std::filesystem::path(HF_VECTOR_DATA) / (GetParam() + ".txt");
  Runner runner(session_, conformance::kSlot, header(file, "Needs libcrypto"));
  read_vectors(file, [&](const Line& line) { runner.run(line); });
  write_count(GetParam(), runner);
  RecordProperty("vectors", static_cast<int>(runner.ran()));
  std::cout << GetParam() << ": " << runner.ran() << " vectors";
  if (runner.failed() != 0) std::cout << ", " << runner.failed() << " failed";
  for (const auto& [mechanism, count] : runner.left_out())
    std::cout << "\n  " << count << " left out: this libcrypto or the module has no " << mechanism << " for them";
  std::cout << "\n";
  EXPECT_EQ(runner.failed(), 0u);
  std::size_t total = runner.ran();
  for (const auto& [mechanism, count] : runner.left_out()) total += count;
  EXPECT_EQ(total, std::stoul(header(file, "Vectors"))) << "the file holds another number than it says";
  EXPECT_THAT(runner.missing(), ::testing::IsEmpty()) << "libcrypto has them, and the module does not offer them";
}

INSTANTIATE_TEST_SUITE_P(, Vectors, ::testing::ValuesIn(families()),
                         [](const ::testing::TestParamInfo<std::string>& family) { return family.param; });

}  // namespace
}  // namespace holdfast::vectors
