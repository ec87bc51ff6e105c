// What libckteec takes from libteec beside the TEE Client API.
#include <cstdio>
#include <cstdlib>
#include <stdarg.h>

extern "C" {

/// _dprintf prints a trace line of OP-TEE's clients. libteec writes it to standard output, which belongs to the
/// program; here it goes to standard error, and only when HOLDFAST_DEBUG is set.
TEEC_EXPORT void _dprintf(const char* function, int line, int level, const char* prefix, const char* format, ...)
    __attribute__((format(printf, 5, 6)));

void _dprintf(const char* function, int line, int level, const char* prefix, const char* format, ...) {
  if (::secure_getenv("HOLDFAST_DEBUG") == nullptr || format == nullptr) return;
  char text[256];
  va_list arguments;
  va_start(arguments, format);
  std::vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  std::fprintf(stderr, "%s [%d] %s:%d: %s\n", prefix != nullptr ? prefix : "TEEC", level,
               function != nullptr ? function : "-", line, text);
}

}  // extern "C"
