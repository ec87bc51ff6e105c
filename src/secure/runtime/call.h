#pragma once

#include <array>

#include "secure/runtime/session_table.h"
#include "secure/runtime/window_table.h"
#include "secure/runtime/world.h"
#include "transport/region.h"

namespace holdfast::secure::runtime {

/// ClientView is what one call may reach of its client.
struct ClientView {
  const World& world;
  const Peer& peer;
  SessionTable& sessions;
  const WindowTable& windows;
};

/// Call is one request while it is served. Its header is a private copy, taken once; nothing that decides anything is
/// read from the frame again.
class Call {
 public:
  Call(const ClientView& client, const transport::SlotView& slot);

  /// serve checks the request, runs it and writes the reply into the frame. It does not throw.
  void serve() noexcept;

 private:
  struct Answer {
    TeeResult result = TeeResult::success;
    TeeOrigin origin = TeeOrigin::trusted_app;
    std::uint32_t session = 0;
  };
  Answer run();
  Expected<void, TeeResult> build_params();
  Answer open_session();
  Answer invoke_command();
  Answer close_session();
  void write_reply(const Answer& answer) noexcept;
  void wipe_first_param() noexcept;

  const ClientView& client_;
  const transport::SlotView& slot_;
  transport::FrameHeader header_;
  ta::Params params_{};
  std::array<Window, 4> held_windows_;
};

/// refuse answers a slot's request without looking at it.
void refuse(const transport::SlotView& slot, TeeResult result) noexcept;

}  // namespace holdfast::secure::runtime
