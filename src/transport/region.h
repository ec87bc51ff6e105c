#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "transport/frame.h"

namespace holdfast::transport {

// The region that one client process shares with the secure world: docs/formats/transport.md.

inline constexpr std::uint32_t kRegionMagic = 0x52544648;  // "HFTR"
inline constexpr std::uint32_t kLayoutVersion = 1;
inline constexpr std::size_t kPageBytes = 4096;
inline constexpr std::uint32_t kMaxSlots = 64;
inline constexpr std::size_t kWindowBytes = std::size_t{128} * 1024;
inline constexpr std::size_t kSmallestExtraBytes = std::size_t{256} * 1024;
inline constexpr std::size_t kLargestExtraBytes = std::size_t{64} * 1024 * 1024;

/// RegionHeader is the first page. The server writes it once and never reads it back.
struct RegionHeader {
  std::uint32_t magic = kRegionMagic;
  std::uint32_t layout_version = kLayoutVersion;
  std::uint32_t slots = 0;
  std::uint32_t window_bytes = kWindowBytes;
  std::uint64_t controls_offset = 0;
  std::uint64_t frames_offset = 0;
  std::uint64_t windows_offset = 0;
  std::uint64_t region_bytes = 0;
};
static_assert(sizeof(RegionHeader) == 48);

/// What server_sleeps says. With server_absent there is no thread to wake: the client asks for one over its socket.
inline constexpr std::uint32_t kAwake = 0;
inline constexpr std::uint32_t kAsleep = 1;
inline constexpr std::uint32_t kServerAbsent = 2;

/// SlotControl is a slot's state machine: the slot is the client's while req equals rsp, the server's otherwise.
/// Each word has one writer, and what one side writes lies on lines of its own.
struct SlotControl {
  alignas(64) std::atomic<std::uint32_t> req;            // client writes
  std::atomic<std::uint32_t> cancel;                     // client writes: the request that it wishes to end early
  alignas(64) std::atomic<std::uint32_t> server_sleeps;  // server writes
  alignas(64) std::atomic<std::uint32_t> rsp;            // server writes
  alignas(64) std::atomic<std::uint32_t> client_sleeps;  // client sets, server clears when it wakes the client
};
static_assert(sizeof(SlotControl) == 256 && std::atomic<std::uint32_t>::is_always_lock_free);

struct Frame {
  FrameHeader header;
  std::byte inline_data[kInlineBytes];
};
static_assert(sizeof(Frame) == kFrameBytes);

/// RegionLayout derives every offset from the number of slots.
struct RegionLayout {
  std::uint32_t slots;

  static constexpr std::size_t whole_pages(std::size_t bytes) {
    return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  }
  constexpr std::size_t controls_offset() const { return kPageBytes; }
  constexpr std::size_t frames_offset() const { return controls_offset() + whole_pages(slots * sizeof(SlotControl)); }
  constexpr std::size_t windows_offset() const { return frames_offset() + slots * kFrameBytes; }
  constexpr std::size_t bytes() const { return windows_offset() + slots * 2 * kWindowBytes; }

  RegionHeader header() const {
    return {.slots = slots,
            .controls_offset = controls_offset(),
            .frames_offset = frames_offset(),
            .windows_offset = windows_offset(),
            .region_bytes = bytes()};
  }
};

/// SlotView is one slot of a mapped region. It owns nothing.
struct SlotView {
  SlotControl* control = nullptr;
  Frame* frame = nullptr;
  FrameMemory memory;
};

/// slot_view needs `region` to be a mapping of layout.bytes() and index < layout.slots.
inline SlotView slot_view(std::byte* region, const RegionLayout& layout, std::uint32_t index) {
  auto* frame = reinterpret_cast<Frame*>(region + layout.frames_offset() + index * kFrameBytes);
  std::byte* windows = region + layout.windows_offset() + std::size_t{index} * 2 * kWindowBytes;
  return {.control = reinterpret_cast<SlotControl*>(region + layout.controls_offset()) + index,
          .frame = frame,
          .memory = {.inline_data = {frame->inline_data, kInlineBytes},
                     .input_window = {windows, kWindowBytes},
                     .output_window = {windows + kWindowBytes, kWindowBytes}}};
}

}  // namespace holdfast::transport
