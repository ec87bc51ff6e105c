#pragma once

#include <cstdint>

namespace holdfast::transport {

// What passes over a client's socket (SOCK_SEQPACKET), one message per packet: docs/formats/transport.md.
// No command and no data ever does.

inline constexpr std::uint32_t kHelloMagic = 0x48544648;  // "HFTH"
inline constexpr std::uint16_t kProtocolVersion = 1;

/// Hello is the client's first message: the protocol versions it can speak.
struct Hello {
  std::uint32_t magic = kHelloMagic;
  std::uint16_t lowest_version = kProtocolVersion;
  std::uint16_t highest_version = kProtocolVersion;
  std::uint32_t flags = 0;
  std::uint32_t reserved = 0;
};
static_assert(sizeof(Hello) == 16);

/// Welcome answers it. With result success it carries two descriptors: region, epoch page.
struct Welcome {
  std::uint32_t magic = kHelloMagic;
  std::uint32_t version = kProtocolVersion;
  std::uint32_t result = 0;  // TeeResult
  std::uint32_t slots = 0;
};
static_assert(sizeof(Welcome) == 16);

enum class RequestKind : std::uint32_t {
  start_slot = 1,   // argument: slot that has a request and no thread; not answered
  make_window = 2,  // argument: bytes, a power of two; answered by WindowReply
  drop_window = 3,  // argument: window id; not answered
};

struct Request {
  std::uint32_t kind = 0;
  std::uint32_t argument = 0;
};
static_assert(sizeof(Request) == 8);

/// WindowReply carries the window's descriptor when result is success.
struct WindowReply {
  std::uint32_t result = 0;  // TeeResult
  std::uint32_t id = 0;
};
static_assert(sizeof(WindowReply) == 8);

}  // namespace holdfast::transport
