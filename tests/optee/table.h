#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace holdfast::optee {

/// Step is one invocation: "COMMAND parameters -> EXPECTED => names". OK and no names when they are left out.
struct Step {
  std::string client;  // empty for the row's own
  std::string command;
  std::string parameters;
  std::string expected = "OK";
  std::vector<std::string> names;
};

/// Row is one line of a table: the steps lead from the named state to the call under test.
struct Row {
  std::string file;
  int line = 0;
  std::string text;
  std::string state;
  std::vector<Step> steps;
  Step call;
};

// Both throw std::runtime_error on a line that does not follow conformance/README.md.
std::vector<Row> read_table(const std::filesystem::path& file);
/// read_objects gives the template of each named object.
std::map<std::string, std::string> read_objects(const std::filesystem::path& file);

std::vector<Step> parse_steps(const std::string& text);
/// tables lists the files of a folder that hold rows, in order of their names.
std::vector<std::filesystem::path> tables(const std::filesystem::path& folder);

}  // namespace holdfast::optee
