#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/result.h"

namespace holdfast::log {

enum class Level : std::uint8_t { debug, info, warning, error };

/// Field is one number beside a message. Messages and names are literals, so no secret and no peer's bytes can reach a log.
struct Field {
  const char* name;
  std::uint64_t value;
};

/// set_sink directs log lines to a descriptor (default: 2). A process that must stay silent sets -1.
void set_sink(int fd) noexcept;
/// set_process names the process in each line, and for ps; a literal.
void set_process(const char* name) noexcept;
void set_level(Level level) noexcept;

/// write prints one line with a single write(2); it allocates nothing and never fails the caller.
void write(Level level, const char* message, std::initializer_list<Field> fields = {}) noexcept;
void error(const Error& error) noexcept;

inline void info(const char* message, std::initializer_list<Field> fields = {}) noexcept { write(Level::info, message, fields); }
inline void warning(const char* message, std::initializer_list<Field> fields = {}) noexcept { write(Level::warning, message, fields); }
inline void error(const char* message, std::initializer_list<Field> fields = {}) noexcept { write(Level::error, message, fields); }
inline void debug(const char* message, std::initializer_list<Field> fields = {}) noexcept { write(Level::debug, message, fields); }

}  // namespace holdfast::log
