#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

#include <holdfast/tee_client_api.h>

#include "base/unique_fd.h"
#include "secure/runtime/runtime.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::transport_test {

/// EchoApplication answers each command with something that its caller can verify.
class EchoApplication final : public secure::ta::TrustedApplication {
 public:
  static constexpr secure::ta::Uuid kUuid{{0xec, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};
  enum Command : std::uint32_t {
    kEcho = 1,         // p0 value inout: b = ~a; p1 memref in is copied to p2 memref out
    kNeedMore = 2,     // p0 memref out: reports twice the size as needed, short_buffer
    kDescribe = 3,     // p0 value out: a = types of p1..p3, b = sizes p1 + p2
    kSleep = 4,        // p0 value in: milliseconds; ends early when asked to
    kCountOpen = 5,    // p0 value out: a = open sessions, b = sessions closed so far
    kFail = 6,         // p0 value in: the result to give
    kReverse = 7,      // p0 memref inout: bytes reversed in place, reported size halved
    kWhoAmI = 8,       // p0 memref out: the 16 octets of the client's UUID; p1 value out: a = login, b = gid
    kRefuse = 0xFFFF,  // as every unknown command: not_supported
  };

  secure::ta::Uuid uuid() const override { return kUuid; }
  Expected<secure::ta::TaSession, TeeResult> open_session(const secure::ta::ClientIdentity& client,
                                                          secure::ta::Params& params) override;
  TeeResult invoke_command(secure::ta::TaSession session, std::uint32_t command, secure::ta::Params& params) override;
  void close_session(secure::ta::TaSession session) override;

 private:
  std::mutex lock_;  // guards the two below
  std::map<std::uint64_t, secure::ta::ClientIdentity> clients_;
  std::uint64_t last_ = 0;
  std::atomic<std::uint32_t> open_{0};
  std::atomic<std::uint32_t> closed_{0};
};

/// TestWorld runs a secure world with an EchoApplication, as threads of this process or as a process of its own.
class TestWorld {
 public:
  enum class Where : std::uint8_t { thread, process };
  /// Furnish adds applications of a test's own, before the world serves.
  using Furnish = std::function<void(secure::runtime::Runtime&)>;
  explicit TestWorld(Where where, const secure::runtime::Limits& limits = {}, Furnish furnish = {});
  ~TestWorld();
  TestWorld(const TestWorld&) = delete;
  TestWorld& operator=(const TestWorld&) = delete;

  /// open_to_all lets other users' processes connect.
  void open_to_all() const;
  const char* socket_path() const { return path_.c_str(); }
  pid_t pid() const { return process_; }
  void kill();
  void stop();

 private:
  void serve(UniqueFd listener, int stop_fd, const secure::runtime::Limits& limits, const Furnish& furnish);

  std::string folder_;
  std::string path_;
  UniqueFd stop_;
  std::thread thread_;
  pid_t process_ = -1;
};

/// TestClient is a context with one session open to the EchoApplication.
class TestClient {
 public:
  explicit TestClient(const char* socket_path);
  ~TestClient();
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  TEEC_Result invoke(std::uint32_t command, TEEC_Operation& operation, std::uint32_t* origin = nullptr);
  /// echo sends `size` bytes and is true when they and the value came back right.
  bool echo(std::uint32_t value, std::size_t size);

  TEEC_Context context{};
  TEEC_Session session{};
  TEEC_Result opened = TEEC_ERROR_GENERIC;
};

TEEC_UUID to_teec(const secure::ta::Uuid& uuid);

}  // namespace holdfast::transport_test
