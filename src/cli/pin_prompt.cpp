#include "cli/pin_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "wire/codec.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kMaxPinBytes = 1024;

/// NoEcho keeps what is typed off the screen.
class NoEcho {
 public:
  explicit NoEcho(const char* prompt) : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    if (!is_terminal_) return;
    std::fprintf(stderr, "%s: ", prompt);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
  }
  ~NoEcho() {
    if (!is_terminal_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;

 private:
  termios before_{};
  bool is_terminal_;
};

}  // namespace

Result<TypedPin> read_pin(const char* prompt) {
  HF_ASSIGN_OR_RETURN(SecretBytes bytes, SecretBytes::allocate(kMaxPinBytes + 1));
  TypedPin pin{.bytes = std::move(bytes)};
  const MutableByteView room = wire::SecretCodec::fill(pin.bytes);
  const NoEcho silence(prompt);
  while (pin.size < room.size()) {
    // One byte at a time: what follows the line belongs to somebody else.
    const ssize_t count = ::read(STDIN_FILENO, &room[pin.size], 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || room[pin.size] == std::byte{'\n'}) return pin;
    ++pin.size;
  }
  return fail(Rv::pin_len_range, "the line is longer than any PIN");
}

}  // namespace holdfast::cli
