#pragma once

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

namespace holdfast::testing {

/// expect_golden compares `text` with tests/golden/<name>. With HF_UPDATE_GOLDEN=1 in the environment it writes the
/// file instead; whoever does so reads the difference before committing it.
inline void expect_golden(const std::string& name, const std::string& text) {
  const std::string path = std::string(HOLDFAST_GOLDEN_DIR) + "/" + name;
  if (const char* const update = std::getenv("HF_UPDATE_GOLDEN"); update != nullptr && std::string(update) == "1") {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream golden;
  golden << file.rdbuf();
  EXPECT_EQ(text, golden.str()) << path << " differs; run with HF_UPDATE_GOLDEN=1 and review the change";
}

}  // namespace holdfast::testing
