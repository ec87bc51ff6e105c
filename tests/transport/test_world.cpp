#include "transport/test_world.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "secure/ta/cancellation.h"
#include "support/sha1.h"

namespace holdfast::transport_test {

Expected<secure::ta::TaSession, TeeResult> EchoApplication::open_session(const secure::ta::ClientIdentity& client,
                                                                         secure::ta::Params&) {
  ++open_;
  const std::lock_guard lock(lock_);
  clients_[++last_] = client;
  return secure::ta::TaSession{last_};
}

void EchoApplication::close_session(secure::ta::TaSession session) {
  {
    const std::lock_guard lock(lock_);
    clients_.erase(session.id);
  }
  --open_;
  ++closed_;
}

TeeResult EchoApplication::invoke_command(secure::ta::TaSession session, std::uint32_t command, secure::ta::Params& params) {
  switch (command) {
    case kEcho: {
      params[0].b = ~params[0].a;
      if (params[1].type == secure::ta::ParamType::none) return TeeResult::success;
      secure::ta::SharedMemref& out = params[2].memref;
      out.set_reported_size(params[1].memref.size());
      return out.copy_out(0, params[1].memref.streaming_input()) ? TeeResult::success : TeeResult::short_buffer;
    }
    case kNeedMore:
      params[0].memref.set_reported_size(params[0].memref.size() * 2 + 10);
      return TeeResult::short_buffer;
    case kDescribe:
      params[0].a = 0;
      for (std::size_t i = 1; i < 4; ++i) params[0].a |= static_cast<std::uint32_t>(params[i].type) << (4 * i);
      params[0].b = static_cast<std::uint32_t>(params[1].memref.size() + params[2].memref.size());
      return TeeResult::success;
    case kSleep: {
      const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(params[0].a);
      while (std::chrono::steady_clock::now() < end) {
        if (secure::ta::is_cancellation_requested()) return TeeResult::cancel;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      return TeeResult::success;
    }
    case kCountOpen:
      params[0].a = open_.load();
      params[0].b = closed_.load();
      return TeeResult::success;
    case kFail:
      return static_cast<TeeResult>(params[0].a);
    case kReverse: {
      secure::ta::SharedMemref& memref = params[0].memref;
      Bytes copy(memref.size());
      if (!memref.copy_in(0, copy)) return TeeResult::bad_parameters;
      std::reverse(copy.begin(), copy.end());
      copy.resize(copy.size() / 2);
      memref.set_reported_size(copy.size());
      return memref.copy_out(0, copy) ? TeeResult::success : TeeResult::short_buffer;
    }
    case kWhoAmI: {
      const std::lock_guard lock(lock_);
      const secure::ta::ClientIdentity& client = clients_.at(session.id);
      params[1].a = static_cast<std::uint32_t>(client.login);
      params[1].b = client.gid;
      return params[0].memref.copy_out(0, as_bytes(client.uuid.octets.data(), client.uuid.octets.size()))
                 ? TeeResult::success
                 : TeeResult::short_buffer;
    }
    default:
      return TeeResult::not_supported;
  }
}

namespace {

/// executable_of_peer stands in for the launcher: the test's own processes may look.
Expected<std::string, TeeResult> executable_of_peer(const secure::runtime::Peer& peer) {
  std::error_code error;
  const auto path = std::filesystem::read_symlink("/proc/" + std::to_string(peer.credentials.pid) + "/exe", error);
  if (error) return Unexpected{TeeResult::access_denied};
  return path.string();
}

}  // namespace

TestWorld::TestWorld(Where where, const secure::runtime::Limits& limits, Furnish furnish) {
  char folder[] = "/tmp/hf-runtime-XXXXXX";
  EXPECT_NE(::mkdtemp(folder), nullptr);
  folder_ = folder;
  path_ = folder_ + "/s";
  UniqueFd listener(::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path_.c_str());
  EXPECT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener.get(), 128), 0);
  int pipe_ends[2];
  EXPECT_EQ(::pipe(pipe_ends), 0);
  UniqueFd stop_reader(pipe_ends[0]);
  stop_.reset(pipe_ends[1]);
  if (where == Where::thread) {
    thread_ = std::thread([this, limits, furnish, l = std::move(listener), r = std::move(stop_reader)]() mutable {
      serve(std::move(l), r.get(), limits, furnish);
    });
    return;
  }
  process_ = ::fork();
  if (process_ == 0) {
    stop_.reset();
    serve(std::move(listener), stop_reader.get(), limits, furnish);
    ::_exit(0);
  }
}

void TestWorld::serve(UniqueFd listener, int stop_fd, const secure::runtime::Limits& limits,
                      const Furnish& furnish) {
  auto runtime = secure::runtime::Runtime::create(
      {.listener = std::move(listener), .stop_fd = stop_fd, .limits = limits,
       .identity = {.sha1 = testing::sha1, .find_executable = executable_of_peer}});
  if (!runtime) return;
  (*runtime)->add(std::make_unique<EchoApplication>());
  if (furnish) furnish(**runtime);
  static_cast<void>((*runtime)->run());
}

void TestWorld::open_to_all() const {
  EXPECT_EQ(::chmod(folder_.c_str(), 0755), 0);
  EXPECT_EQ(::chmod(path_.c_str(), 0666), 0);
}

void TestWorld::kill() {
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

void TestWorld::stop() {
  stop_.reset();
  if (thread_.joinable()) thread_.join();
  if (process_ > 0) ::waitpid(process_, nullptr, 0);
  process_ = -1;
}

TestWorld::~TestWorld() {
  stop();
  ::unlink(path_.c_str());
  ::rmdir(folder_.c_str());
}

TEEC_UUID to_teec(const secure::ta::Uuid& uuid) {
  const auto& o = uuid.octets;
  const auto word = [&](std::size_t at, int bytes) {
    std::uint32_t value = 0;
    for (int i = 0; i < bytes; ++i) value = (value << 8) | o[at + static_cast<std::size_t>(i)];
    return value;
  };
  TEEC_UUID out{.timeLow = word(0, 4),
                .timeMid = static_cast<std::uint16_t>(word(4, 2)),
                .timeHiAndVersion = static_cast<std::uint16_t>(word(6, 2)),
                .clockSeqAndNode = {}};
  std::copy(o.begin() + 8, o.end(), out.clockSeqAndNode);
  return out;
}

TestClient::TestClient(const char* socket_path) {
  opened = TEEC_InitializeContext(socket_path, &context);
  if (opened != TEEC_SUCCESS) return;
  const TEEC_UUID uuid = to_teec(EchoApplication::kUuid);
  opened = TEEC_OpenSession(&context, &session, &uuid, TEEC_LOGIN_PUBLIC, nullptr, nullptr, nullptr);
}

TestClient::~TestClient() {
  if (opened == TEEC_SUCCESS) TEEC_CloseSession(&session);
  TEEC_FinalizeContext(&context);
}

TEEC_Result TestClient::invoke(std::uint32_t command, TEEC_Operation& operation, std::uint32_t* origin) {
  return TEEC_InvokeCommand(&session, command, &operation, origin);
}

bool TestClient::echo(std::uint32_t value, std::size_t size) {
  std::vector<std::uint8_t> in(size), out(size);
  for (std::size_t i = 0; i < size; ++i) in[i] = static_cast<std::uint8_t>(i * 31 + value);
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_VALUE_INOUT, TEEC_MEMREF_TEMP_INPUT, TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE);
  operation.params[0].value = {.a = value, .b = 0};
  operation.params[1].tmpref = {.buffer = in.data(), .size = size};
  operation.params[2].tmpref = {.buffer = out.data(), .size = size};
  return invoke(EchoApplication::kEcho, operation) == TEEC_SUCCESS && operation.params[0].value.b == ~value &&
         operation.params[2].tmpref.size == size && in == out;
}

}  // namespace holdfast::transport_test
