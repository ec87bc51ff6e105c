#include "base/log.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

namespace holdfast::log {
namespace {

constinit std::atomic<int> sink{2};
constinit std::atomic<const char*> process{"holdfast"};
constinit std::atomic<Level> threshold{Level::info};

const char* name_of(Level level) {
  switch (level) {
    case Level::debug: return "debug";
    case Level::info: return "info";
    case Level::warning: return "warning";
    case Level::error: return "error";
  }
  return "?";
}

}  // namespace

void set_sink(int fd) noexcept { sink.store(fd); }
void set_process(const char* name) noexcept {
  process.store(name);
  // A program that was run by descriptor has none yet.
  ::prctl(PR_SET_NAME, name);
}
void set_level(Level level) noexcept { threshold.store(level); }

void write(Level level, const char* message, std::initializer_list<Field> fields) noexcept {
  const int fd = sink.load(std::memory_order_relaxed);
  if (fd < 0 || level < threshold.load(std::memory_order_relaxed)) return;
  char line[512];
  std::size_t used = 0;
  const auto append = [&](int written) {
    if (written > 0) used = std::min(used + static_cast<std::size_t>(written), sizeof line - 2);
  };
  append(std::snprintf(line, sizeof line - 1, "%s: %s: %s", process.load(), name_of(level), message));
  for (const Field& field : fields)
    append(std::snprintf(line + used, sizeof line - 1 - used, " %s=%llu", field.name,
                         static_cast<unsigned long long>(field.value)));
  line[used++] = '\n';
  // A log that cannot be written must not stop the work it reports on.
  [[maybe_unused]] const ssize_t ignored = ::write(fd, line, used);
}

void error(const Error& error) noexcept {
  write(Level::error, error.why, {{"rv", static_cast<std::uint64_t>(error.rv)}, {"line", error.where.line()}});
}

}  // namespace holdfast::log
