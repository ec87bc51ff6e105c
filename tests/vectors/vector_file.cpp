#include "vectors/vector_file.h"

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "ck/names.h"

namespace holdfast::vectors {
namespace {

using NameOf = const char* (*)(std::uint32_t);
using Numbers = std::map<std::string, std::uint32_t>;

/// numbers_below asks for the name of every number up to a limit, and so turns a function of ck/names.h round.
Numbers numbers_below(std::uint32_t limit, NameOf name_of) {
  Numbers numbers;
  for (std::uint32_t number = 0; number < limit; ++number) numbers.emplace(name_of(number), number);
  return numbers;
}

std::uint32_t look_up(const Numbers& numbers, const std::string& name) {
  const auto found = numbers.find(name);
  if (found == numbers.end()) throw std::runtime_error("no constant is called " + name);
  return found->second;
}

unsigned digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  throw std::runtime_error("not a hexadecimal digit");
}

Line parse(const std::string& text, std::size_t number, const std::string& source) {
  Line line{.number = number, .source = source, .words = {}, .fields = Fields()};
  std::map<std::string, std::string> fields;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      line.words.push_back(std::move(word));
    } else {
      fields.emplace(word.substr(0, equals), word.substr(equals + 1));
    }
  }
  line.fields = Fields(std::move(fields));
  return line;
}

}  // namespace

Bytes Fields::bytes(const std::string& name) const {
  const std::string digits = word(name);
  if (digits.size() % 2 != 0) throw std::runtime_error("half a byte in " + name);
  Bytes out(digits.size() / 2);
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::byte>(digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]));
  return out;
}

CK_ULONG Fields::number(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) throw std::runtime_error("no field " + name);
  return std::stoul(found->second);
}

CK_ULONG Fields::number_or(const std::string& name, CK_ULONG otherwise) const {
  return has(name) ? number(name) : otherwise;
}

std::string Fields::word(const std::string& name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::string() : found->second;
}

void read_vectors(const std::filesystem::path& file, const std::function<void(const Line&)>& use) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  std::string source;
  std::size_t number = 0;
  for (std::string text; std::getline(in, text);) {
    ++number;
    if (text.empty() || text.front() == '#') continue;
    if (text.starts_with("from ")) {
      source = text.substr(5);
    } else {
      use(parse(text, number, source));
    }
  }
}

CK_MECHANISM_TYPE mechanism_number(const std::string& name) {
  static const Numbers numbers = numbers_below(0x5000, &ck::name_of_mechanism);
  return look_up(numbers, name);
}
CK_ATTRIBUTE_TYPE attribute_number(const std::string& name) {
  static const Numbers numbers = numbers_below(0x800, &ck::name_of_attribute);
  return look_up(numbers, name);
}
CK_KEY_TYPE key_type_number(const std::string& name) {
  static const Numbers numbers = numbers_below(0x100, &ck::name_of_key_type);
  return look_up(numbers, name);
}

}  // namespace holdfast::vectors
