// Any 4 KiB a client may leave in a frame: the secure world answers it and touches nothing outside the slot.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "secure/runtime/call.h"

namespace {

using namespace holdfast;
using namespace holdfast::secure;

/// Toucher reads and writes every byte it is given, so that AddressSanitizer sees where they lie.
class Toucher final : public ta::TrustedApplication {
 public:
  ta::Uuid uuid() const override { return {}; }
  Expected<ta::TaSession, TeeResult> open_session(const ta::ClientIdentity&, ta::Params& params) override {
    touch(params);
    return ta::TaSession{1};
  }
  TeeResult invoke_command(ta::TaSession, std::uint32_t command, ta::Params& params) override {
    touch(params);
    return static_cast<TeeResult>(command);
  }
  void close_session(ta::TaSession) override {}

 private:
  static void touch(ta::Params& params) {
    for (ta::Param& param : params) {
      const auto type = static_cast<std::uint32_t>(param.type);
      if (!transport::is_memref(type)) continue;
      std::byte sum{};
      for (const std::byte byte : param.memref.streaming_input()) sum ^= byte;
      if (transport::is_output(type)) std::ranges::fill(param.memref.streaming_output(), sum);
      param.memref.set_reported_size(param.memref.size() ^ std::to_integer<std::size_t>(sum));
    }
  }
};

struct Fixture {
  Fixture() { world.applications.push_back(std::make_unique<Toucher>()); }
  runtime::World world{
      .limits = {}, .identity = {.sha1 = [](ByteView) { return std::array<std::uint8_t, 20>{}; }}, .applications = {}};
  runtime::Peer peer;
  runtime::WindowTable windows{transport::kSmallestExtraBytes, 1};
  transport::SlotControl control{};
  // Each on the heap by itself: one byte beyond is poisoned.
  std::unique_ptr<transport::Frame> frame = std::make_unique<transport::Frame>();
  std::vector<std::byte> input = std::vector<std::byte>(transport::kWindowBytes);
  std::vector<std::byte> output = std::vector<std::byte>(transport::kWindowBytes);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Fixture fixture;
  static const bool has_window = fixture.windows.make(transport::kSmallestExtraBytes).has_value();
  if (!has_window) std::abort();
  runtime::SessionTable sessions(2);
  const runtime::ClientView client{
      .world = fixture.world, .peer = fixture.peer, .sessions = sessions, .windows = fixture.windows};
  const transport::SlotView slot{.control = &fixture.control,
                                 .frame = fixture.frame.get(),
                                 .memory = {.inline_data = {fixture.frame->inline_data, transport::kInlineBytes},
                                            .input_window = fixture.input,
                                            .output_window = fixture.output}};
  // A session first, so that number 1 leads somewhere.
  fixture.frame->header = {.kind = static_cast<std::uint32_t>(transport::FrameKind::open_session)};
  runtime::Call(client, slot).serve();
  std::memcpy(fixture.frame.get(), data, std::min(size, sizeof(transport::Frame)));
  runtime::Call(client, slot).serve();
  return 0;
}
