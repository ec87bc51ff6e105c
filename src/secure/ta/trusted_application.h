#pragma once

#include <sys/types.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/tee_result.h"

namespace holdfast::secure::ta {

/// Uuid in network octet order, as GlobalPlatform writes it on the wire.
struct Uuid {
  std::array<std::uint8_t, 16> octets{};
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

/// Login is the method a client asked to be identified by (TEE Client API 1.0, table 4-4).
enum class Login : std::uint32_t { public_login = 0, user = 1, group = 2, application = 4, user_application = 5, group_application = 6 };

/// ClientIdentity is what the kernel says of the peer; nothing in it comes from the client's own words but the method.
struct ClientIdentity {
  Login login = Login::public_login;
  Uuid uuid;  // nil for public_login; else the version-5 UUID of uid, gid or executable
  pid_t pid = 0;
  uid_t uid = 0;
  gid_t gid = 0;
};

/// SharedMemref is memory that the client can change at any moment.
/// Copy in once, bound first, then parse the copy. The streaming views exist for data whose change harms only the
/// client that made it (digest, MAC and cipher input without padding or tag); nothing may be decided from them.
class SharedMemref {
 public:
  SharedMemref() = default;
  SharedMemref(std::byte* data, std::size_t size) : data_(data), size_(size), reported_size_(size) {}

  /// size is the server's own copy of the length, fixed for the call. 0 bytes present is not the same as absent.
  std::size_t size() const noexcept { return size_; }

  /// copy_in fills `out` from `offset`; false when the range does not lie inside.
  [[nodiscard]] bool copy_in(std::size_t offset, MutableByteView out) const noexcept {
    if (offset > size_ || out.size() > size_ - offset) return false;
    if (!out.empty()) std::memcpy(out.data(), data_ + offset, out.size());
    // Without this the compiler could take the bytes from shared memory again instead of from the copy.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    return true;
  }
  /// copy_out writes `bytes` at `offset`; false, with nothing written, when the range does not lie inside.
  [[nodiscard]] bool copy_out(std::size_t offset, ByteView bytes) noexcept {
    if (offset > size_ || bytes.size() > size_ - offset) return false;
    if (!bytes.empty()) std::memcpy(data_ + offset, bytes.data(), bytes.size());
    return true;
  }
  ByteView streaming_input() const noexcept { return {data_, size_}; }
  MutableByteView streaming_output() noexcept { return {data_, size_}; }

  /// set_reported_size is what the client reads as the size after the call; above size() it is the size needed.
  void set_reported_size(std::size_t size) noexcept { reported_size_ = size; }
  std::size_t reported_size() const noexcept { return reported_size_; }

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t reported_size_ = 0;
};

enum class ParamType : std::uint8_t {
  none = 0,
  value_input = 1,
  value_output = 2,
  value_inout = 3,
  memref_input = 5,
  memref_output = 6,
  memref_inout = 7,
};

struct Param {
  ParamType type = ParamType::none;
  std::uint32_t a = 0;  // value parameters
  std::uint32_t b = 0;
  SharedMemref memref;  // memref parameters
};
using Params = std::array<Param, 4>;

/// TaSession is what a trusted application gave for an open session; only it knows the meaning.
struct TaSession {
  std::uint64_t id = 0;
};

/// TrustedApplication has the entry points of the GlobalPlatform Internal Core API (section 4.3). One instance serves all
/// sessions of all clients ("single instance, multiple sessions, kept alive"), chosen by its UUID:
///  - Create and Destroy are the constructor and the destructor; at the latter no session is open;
///  - open_session is given what the kernel says of the client. Its refusal reaches the client with the application as its
///    origin, and is not followed by close_session;
///  - invoke_command runs on many threads at once, for one session too. Outputs and sizes reach the client whatever the
///    result. It may ask is_cancellation_requested (secure/ta/cancellation.h);
///  - close_session is called once for every session opened, when no call of that session runs: because the client asked,
///    or died, or the world stops.
/// An exception ends the call with out_of_memory or generic and the TEE as its origin; the session goes on.
class TrustedApplication {
 public:
  TrustedApplication() = default;
  TrustedApplication(const TrustedApplication&) = delete;
  TrustedApplication& operator=(const TrustedApplication&) = delete;
  virtual ~TrustedApplication() = default;

  virtual Uuid uuid() const = 0;
  virtual Expected<TaSession, TeeResult> open_session(const ClientIdentity& client, Params& params) = 0;
  virtual TeeResult invoke_command(TaSession session, std::uint32_t command, Params& params) = 0;
  virtual void close_session(TaSession session) = 0;
};

}  // namespace holdfast::secure::ta
