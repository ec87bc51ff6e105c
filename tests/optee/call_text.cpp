#include "optee/call_text.h"

#include <charconv>
#include <stdexcept>

#include "base/byte_writer.h"
#include "optee/vocabulary.h"

namespace holdfast::optee {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view token) {
  throw std::runtime_error(std::string(what) + ": " + std::string(token));
}

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::uint32_t number(std::string_view text) {
  const bool is_hex = text.starts_with("0x");
  const std::string_view digits = is_hex ? text.substr(2) : text;
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, is_hex ? 16 : 10);
  if (error != std::errc{} || end != digits.data() + digits.size()) refuse("not a number", text);
  return value;
}

std::byte hex_byte(std::string_view digits) {
  if (digits.size() != 2) refuse("not a hexadecimal byte", digits);
  return static_cast<std::byte>(number("0x" + std::string(digits)));
}

Bytes bytes_of(std::string_view digits) {
  if (digits.size() % 2 != 0) refuse("odd hexadecimal", digits);
  Bytes bytes;
  for (std::size_t i = 0; i < digits.size(); i += 2) bytes.push_back(hex_byte(digits.substr(i, 2)));
  return bytes;
}

std::uint32_t constant(std::string_view name) {
  const auto value = constant_named(name);
  if (!value) refuse("unknown constant", name);
  return *value;
}

Bytes u32(std::uint32_t value) { return std::move(ByteWriter().u32(value)).take(); }

Bytes attribute_value(std::string_view text, Names& names) {
  if (text.empty()) return {};
  if (text == "true") return {std::byte{1}};
  if (text == "false") return {std::byte{0}};
  if (text[0] == '?') return Bytes(number(text.substr(1)));
  if (text[0] == '[') {
    ByteWriter array;
    for (const std::string& name : split(text.substr(1, text.size() - 2), ',')) array.u32(constant(name));
    return std::move(array).take();
  }
  return encode(text, names);
}

/// attribute_list writes {NAME=value …} with its head (ABI 4.2).
Bytes attribute_list(std::string_view text, Names& names) {
  ByteWriter list;
  std::uint32_t count = 0;
  for (const std::string& item : split(text, ' ')) {
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    if (equals == std::string::npos) refuse("attribute without value", item);
    const std::string_view name = std::string_view(item).substr(0, equals);
    const auto type = is_digit(name[0]) ? number(name) : attribute_named(name);
    if (!type) refuse("unknown attribute", name);
    list.u32(*type).sized(attribute_value(std::string_view(item).substr(equals + 1), names));
    ++count;
  }
  return std::move(ByteWriter().u32(static_cast<std::uint32_t>(list.size())).u32(count).raw(list.view())).take();
}

/// mechanism writes NAME[parameters] (ABI 4.4).
Bytes mechanism(std::string_view text, Names& names) {
  const std::size_t bracket = text.find('[');
  const std::string_view name = text.substr(0, bracket);
  const auto type = is_digit(name[0]) ? number(name) : mechanism_named(name);
  if (!type) refuse("unknown mechanism", name);
  ByteWriter parameters;
  for (const std::string& item : split(text.substr(bracket + 1, text.size() - bracket - 2), ','))
    parameters.raw(encode(item, names));
  return std::move(ByteWriter().u32(*type).sized(parameters.view())).take();
}

Bytes encode_token(std::string_view token, Names& names) {
  if (token.front() == '\'') return to_bytes(as_bytes(token.substr(1, token.size() - 2)));
  if (token.front() == '{') return attribute_list(token.substr(1, token.size() - 2), names);
  if (token.front() == '$') return names.blob(token.substr(1));
  if (token.back() == ']') return mechanism(token, names);
  if (token.front() == 'x') return bytes_of(token.substr(1));
  if (is_lower(token.front())) return u32(names.handle(token));
  if (is_upper(token.front())) return u32(constant(token));
  const std::size_t star = token.find('*');
  if (star == std::string_view::npos) return u32(number(token));
  return Bytes(number(token.substr(0, star)), hex_byte(token.substr(star + 1)));
}

Bytes bulk(std::string_view text, Names& names) {
  Bytes bytes;
  if (text == "0") return bytes;
  for (const std::string& piece : split(text, '+')) {
    const Bytes more = encode_token(piece, names);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

Parameter parse_parameter(std::string_view text, Names& names) {
  using Kind = Parameter::Kind;
  if (text.empty() || text == "-") return {};
  if (text == "value") return {.kind = Kind::value};
  if (text.starts_with("in:")) return {.kind = Kind::input, .bytes = bulk(text.substr(3), names)};
  if (text.starts_with("inout:")) return {.kind = Kind::inout, .bytes = bulk(text.substr(6), names)};
  if (text.starts_with("out:")) return {.kind = Kind::output, .bytes = Bytes(number(text.substr(4)))};
  refuse("unknown parameter", text);
}

/// parse_request reads parameter 0: inout, unless a word in front says what is wrong with it.
Parameter parse_request(std::string_view text, Names& names) {
  using Kind = Parameter::Kind;
  Kind kind = Kind::inout;
  if (text.starts_with("!")) {
    const std::string_view word = text.substr(1, text.find(' ') - 1);
    text = text.find(' ') == std::string_view::npos ? std::string_view() : trim(text.substr(text.find(' ')));
    if (word == "absent") return {};
    if (word == "value") return {.kind = Kind::value};
    if (word != "in" && word != "out") refuse("unknown parameter", word);
    kind = word == "in" ? Kind::input : Kind::output;
  }
  return {.kind = kind, .bytes = encode(text, names)};
}

}  // namespace

std::uint32_t NoNames::handle(std::string_view name) { refuse("no handle", name); }
Bytes NoNames::blob(std::string_view name) { refuse("no bytes", name); }

std::string hex(ByteView bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string digits;
  for (const std::byte byte : bytes) {
    digits += kDigits[std::to_integer<unsigned>(byte) >> 4];
    digits += kDigits[std::to_integer<unsigned>(byte) & 15];
  }
  return digits;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  int depth = 0;
  bool is_quoted = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && depth == 0 && !is_quoted)) {
      pieces.emplace_back(trim(text.substr(start, i - start)));
      start = i + 1;
      continue;
    }
    if (text[i] == '\'') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (text[i] == '{' || text[i] == '[') ++depth;
    if (text[i] == '}' || text[i] == ']') --depth;
  }
  if (depth != 0 || is_quoted) refuse("unbalanced", text);
  return pieces;
}

Bytes encode(std::string_view tokens, Names& names) {
  Bytes bytes;
  for (const std::string& token : split(tokens, ' ')) {
    if (token.empty()) continue;
    const Bytes more = encode_token(token, names);
    bytes.insert(bytes.end(), more.begin(), more.end());
  }
  return bytes;
}

Parameters parse_parameters(std::string_view text, Names& names) {
  const std::vector<std::string> parts = split(text, '/');
  if (parts.size() > TEEC_CONFIG_PAYLOAD_REF_COUNT) refuse("too many parameters", text);
  Parameters parameters;
  parameters[0] = parse_request(parts[0], names);
  for (std::size_t i = 1; i < parts.size(); ++i) parameters[i] = parse_parameter(parts[i], names);
  return parameters;
}

}  // namespace holdfast::optee
