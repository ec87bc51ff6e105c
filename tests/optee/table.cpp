#include "optee/table.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>

#include "optee/call_text.h"

namespace holdfast::optee {
namespace {

constexpr std::size_t kColumns = 5;
constexpr const char* kObjectsFile = "objects.txt";

/// cut_off takes what stands behind `mark` away from `text`.
std::string cut_off(std::string& text, const std::string& mark) {
  const std::size_t found = text.rfind(mark);
  if (found == std::string::npos) return {};
  std::string tail = text.substr(found + mark.size());
  text.resize(found);
  return tail;
}

Step parse_step(std::string text) {
  Step step;
  if (const std::string names = cut_off(text, " => "); !names.empty()) step.names = split(names, ',');
  if (const std::string expected = cut_off(text, " -> "); !expected.empty()) step.expected = expected;
  if (const std::size_t colon = text.find(": "); colon < text.find(' ')) {
    step.client = text.substr(0, colon);
    text = text.substr(colon + 2);
  }
  const std::size_t space = text.find(' ');
  step.command = text.substr(0, space);
  if (space != std::string::npos) step.parameters = text.substr(space + 1);
  return step;
}

Row parse_row(const std::string& text) {
  const std::vector<std::string> columns = split(text, '|');
  if (columns.size() != kColumns) throw std::runtime_error("a row has five columns");
  if (columns[4].empty()) throw std::runtime_error("a row names the section it follows from");
  Row row;
  row.text = text;
  const std::size_t semicolon = columns[1].find(';');
  row.state = split(columns[1].substr(0, semicolon), ';').front();
  if (semicolon != std::string::npos) row.steps = parse_steps(columns[1].substr(semicolon + 1));
  row.call = parse_step(columns[0] + " " + columns[2]);
  row.call.expected = columns[3];
  return row;
}

void for_each_line(const std::filesystem::path& file, const std::function<void(const std::string&, int)>& visit) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line[0] == '#') continue;
    try {
      visit(line, number);
    } catch (const std::exception& fault) {
      throw std::runtime_error(file.string() + ":" + std::to_string(number) + ": " + fault.what());
    }
  }
}

}  // namespace

std::vector<Step> parse_steps(const std::string& text) {
  std::vector<Step> steps;
  for (const std::string& step : split(text, ';'))
    if (!step.empty()) steps.push_back(parse_step(step));
  return steps;
}

std::vector<Row> read_table(const std::filesystem::path& file) {
  std::vector<Row> rows;
  for_each_line(file, [&](const std::string& line, int number) {
    Row row = parse_row(line);
    row.file = file.string();
    row.line = number;
    rows.push_back(std::move(row));
  });
  return rows;
}

std::map<std::string, std::string> read_objects(const std::filesystem::path& file) {
  std::map<std::string, std::string> objects;
  for_each_line(file, [&](const std::string& line, int) {
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos) throw std::runtime_error("an object is name = {attributes}");
    objects[split(line.substr(0, equals), ' ').front()] = line.substr(equals + 3);
  });
  return objects;
}

std::vector<std::filesystem::path> tables(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".txt" && entry.path().filename() != kObjectsFile) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace holdfast::optee
