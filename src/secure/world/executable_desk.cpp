#include "secure/world/executable_desk.h"

#include <array>
#include <chrono>
#include <cstring>

#include "transport/executable_question.h"
#include "transport/packet.h"

namespace holdfast::secure::world {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);

Expected<std::string, TeeResult> read(const transport::ExecutableAnswer& answer, ByteView path) {
  if (answer.result != 0) return Unexpected{static_cast<TeeResult>(answer.result)};
  if (path.empty() || path.size() > transport::kLongestExecutablePath) return Unexpected{TeeResult::access_denied};
  return std::string(reinterpret_cast<const char*>(path.data()), path.size());
}

}  // namespace

Expected<std::string, TeeResult> ExecutableDesk::ask(int control_socket, const runtime::Peer& peer) {
  std::unique_lock lock(lock_);
  Waiting waiting;
  const std::uint32_t number = ++last_number_;
  waiting_[number] = &waiting;
  const transport::ExecutableQuestion question{
      .number = number, .uid = peer.credentials.uid, .gid = peer.credentials.gid};
  if (transport::send_packet(control_socket, transport::message_bytes(question), std::array{peer.process}))
    delivered_.wait_for(lock, kPatience, [&] { return waiting.answer.has_value(); });
  else
    waiting.answer = Unexpected{TeeResult::busy};
  waiting_.erase(number);
  if (!waiting.answer) return Unexpected{TeeResult::access_denied};
  return std::move(*waiting.answer);
}

void ExecutableDesk::deliver(ByteView packet) {
  transport::ExecutableAnswer answer;
  if (packet.size() < sizeof answer) return;
  std::memcpy(&answer, packet.data(), sizeof answer);
  const std::lock_guard lock(lock_);
  const auto found = waiting_.find(answer.number);
  if (found == waiting_.end()) return;
  found->second->answer = read(answer, packet.subspan(sizeof answer));
  delivered_.notify_all();
}

}  // namespace holdfast::secure::world
