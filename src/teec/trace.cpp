// What OP-TEE's clients take from libteec beside the TEE Client API. Only in the drop-in library: the module prints nothing.
#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <stdarg.h>

namespace {

constexpr std::size_t kLongestLine = 256;

/// print_line writes one whole line, so that lines of several threads do not mix.
void print_line(std::FILE* to, const char* line) {
  const std::size_t length = std::strlen(line);
  std::fprintf(to, length != 0 && line[length - 1] == '\n' ? "%s" : "%s\n", line);
}

constexpr char kLevels[] = {'-', 'E', 'I', 'D', 'F'};  // error, information, debug, flow; 0 is not used

}  // namespace

extern "C" {

/// _dprintf prints a trace line to standard output, as OP-TEE's libteec does; without a function name, the text alone.
/// What libckteec is built to trace is its own choice: by default, errors.
TEEC_EXPORT void _dprintf(const char* function, int line, int level, const char* prefix, const char* format, ...)
    __attribute__((format(printf, 5, 6)));

void _dprintf(const char* function, int line, int level, const char* prefix, const char* format, ...) {
  if (format == nullptr) return;
  std::array<char, kLongestLine> text{};
  std::size_t used = 0;
  if (function != nullptr) {
    const char letter = kLevels[std::clamp(level, 0, 4)];
    const int written = std::snprintf(text.data(), text.size(), "%c/%s: %s:%d: ", letter,
                                      prefix != nullptr ? prefix : "TEEC", function, line);
    used = std::min(static_cast<std::size_t>(std::max(written, 0)), text.size() - 1);
  }
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text.data() + used, text.size() - used, format, arguments);
  va_end(arguments);
  print_line(stdout, text.data());
}

/// dump_buffer prints bytes as hexadecimal and text to standard error, sixteen a line, under a name.
TEEC_EXPORT void dump_buffer(const char* name, const std::uint8_t* buffer, std::size_t size);

void dump_buffer(const char* name, const std::uint8_t* buffer, std::size_t size) {
  print_line(stderr, name != nullptr ? name : "");
  if (buffer == nullptr) return;
  constexpr std::size_t kPerLine = 16;
  for (std::size_t start = 0; start < size; start += kPerLine) {
    const std::size_t count = std::min(kPerLine, size - start);
    std::array<char, 3 * kPerLine + 1> hexadecimal{};
    std::array<char, kPerLine + 1> text{};
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint8_t byte = buffer[start + i];
      std::snprintf(hexadecimal.data() + 3 * i, 4, "%02x ", byte);
      text[i] = std::isprint(byte) != 0 ? static_cast<char>(byte) : '.';
    }
    std::fprintf(stderr, "%-48s|%s|\n", hexadecimal.data(), text.data());
  }
}

}  // extern "C"
