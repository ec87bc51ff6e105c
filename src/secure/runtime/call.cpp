#include "secure/runtime/call.h"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <limits>
#include <new>

#include "secret/wipe.h"

namespace holdfast::secure::runtime {
namespace {

using transport::is_input;
using transport::is_memref;
using transport::is_output;
using transport::is_value;

transport::FrameHeader copy_header(const transport::Frame& frame) noexcept {
  transport::FrameHeader copy;
  std::memcpy(&copy, &frame.header, sizeof copy);
  // Without this the compiler could read a field from the frame again, where the client may have changed it.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  return copy;
}

std::uint32_t saturated(std::size_t size) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(size, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

Call::Call(const ClientView& client, const transport::SlotView& slot)
    : client_(client), slot_(slot), header_(copy_header(*slot.frame)) {}

void Call::serve() noexcept {
  Answer answer;
  try {
    answer = run();
  } catch (const std::bad_alloc&) {
    answer = {.result = TeeResult::out_of_memory, .origin = TeeOrigin::tee};
  } catch (...) {
    answer = {.result = TeeResult::generic, .origin = TeeOrigin::tee};
  }
  wipe_first_param();
  write_reply(answer);
}

Call::Answer Call::run() {
  auto checked = transport::check_shape(header_);
  if (checked) checked = build_params();
  if (!checked) return {.result = checked.error(), .origin = TeeOrigin::tee};
  switch (static_cast<transport::FrameKind>(header_.kind)) {
    case transport::FrameKind::open_session:
      return open_session();
    case transport::FrameKind::invoke_command:
      return invoke_command();
    case transport::FrameKind::close_session:
      return close_session();
  }
  return {.result = TeeResult::bad_parameters, .origin = TeeOrigin::tee};  // check_shape let no other kind pass
}

Expected<void, TeeResult> Call::build_params() {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const transport::FrameParam& described = header_.params[i];
    const std::uint32_t type = transport::param_type(header_.param_types, i);
    ta::Param param{.type = static_cast<ta::ParamType>(type)};
    if (is_value(type) && is_input(type)) {
      param.a = described.a;
      param.b = described.b;
    }
    if (is_memref(type)) {
      MutableByteView extra;
      if (static_cast<transport::Place>(described.a) == transport::Place::extra_window) {
        held_windows_[i] = client_.windows.find(described.b);
        if (held_windows_[i] != nullptr) extra = held_windows_[i]->bytes();
      }
      HF_ASSIGN_OR_RETURN(const MutableByteView bytes, transport::locate_memref(described, slot_.memory, extra));
      param.memref = ta::SharedMemref(bytes.data(), bytes.size());
    }
    params_[i] = param;
  }
  return {};
}

Call::Answer Call::open_session() {
  auto identity = identify(header_.login, header_.group, client_.peer, client_.world.identity);
  if (!identity) return {.result = identity.error(), .origin = TeeOrigin::tee};
  ta::TrustedApplication* application = client_.world.find_application({header_.trusted_application});
  if (application == nullptr) return {.result = TeeResult::item_not_found, .origin = TeeOrigin::tee};
  bool asked = false;
  auto session = client_.sessions.open(*application, *identity, params_, &asked);
  if (!session) return {.result = session.error(), .origin = asked ? TeeOrigin::trusted_app : TeeOrigin::tee};
  return {.session = *session};
}

Call::Answer Call::invoke_command() {
  const std::shared_ptr<OpenSession> session = client_.sessions.find(header_.session);
  if (session == nullptr) return {.result = TeeResult::item_not_found, .origin = TeeOrigin::tee};
  return {.result = session->invoke_command(header_.command, params_)};
}

Call::Answer Call::close_session() {
  if (!client_.sessions.close(header_.session)) return {.result = TeeResult::item_not_found, .origin = TeeOrigin::tee};
  return {};
}

void Call::write_reply(const Answer& answer) noexcept {
  transport::FrameHeader& reply = slot_.frame->header;
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const auto type = static_cast<std::uint32_t>(params_[i].type);
    if (!is_output(type)) continue;
    if (is_value(type)) {
      reply.params[i].a = params_[i].a;
      reply.params[i].b = params_[i].b;
    } else {
      reply.params[i].size = saturated(params_[i].memref.reported_size());
    }
  }
  reply.session = answer.session;
  reply.result = static_cast<std::uint32_t>(answer.result);
  reply.origin = static_cast<std::uint32_t>(answer.origin);
}

/// Parameter 0 holds a command's arguments, among them PINs and key values. What is not output is wiped here, the
/// output by the client once it has read it.
void Call::wipe_first_param() noexcept {
  const auto type = static_cast<std::uint32_t>(params_[0].type);
  if (!is_memref(type) || !is_input(type)) return;
  ta::SharedMemref& memref = params_[0].memref;
  std::size_t kept = is_output(type) ? memref.reported_size() : 0;
  if (kept > memref.size()) kept = 0;  // the size needed: nothing was put out
  wipe(memref.streaming_output().subspan(kept));
}

void refuse(const transport::SlotView& slot, TeeResult result) noexcept {
  slot.frame->header.result = static_cast<std::uint32_t>(result);
  slot.frame->header.origin = static_cast<std::uint32_t>(TeeOrigin::tee);
}

}  // namespace holdfast::secure::runtime
