#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/tee_result.h"

namespace holdfast::transport {

// The frame of one crossing, byte by byte in docs/formats/transport.md. Both ends run on one machine, so its integers
// are the machine's own.

enum class FrameKind : std::uint32_t { open_session = 1, invoke_command = 2, close_session = 3 };

/// Place says where the bytes of a memory reference lie.
enum class Place : std::uint32_t {
  inline_data = 1,   // behind the frame's header
  input_window = 2,  // the slot's own windows
  output_window = 3,
  extra_window = 4,  // a window made for larger data, named by its id
};

/// FrameParam holds a and b of a value, or place, extra window id, offset and size of a memory reference.
struct FrameParam {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};

struct FrameHeader {
  std::uint32_t kind = 0;
  std::uint32_t session = 0;
  std::uint32_t command = 0;
  std::uint32_t param_types = 0;  // four bits each: 0 none, 1-3 value, 5-7 memory reference; the rest zero
  std::array<FrameParam, 4> params{};
  // The reply: these two, then a and b of output values and size of output references, in place.
  std::uint32_t result = 0;
  std::uint32_t origin = 0;
  // Of open_session only.
  std::uint32_t login = 0;
  std::uint32_t group = 0;
  std::array<std::uint8_t, 16> trusted_application{};
  std::array<std::uint8_t, 16> reserved{};
};
static_assert(sizeof(FrameHeader) == 128);
static_assert(offsetof(FrameHeader, params) == 16 && offsetof(FrameHeader, result) == 80 &&
              offsetof(FrameHeader, login) == 88 && offsetof(FrameHeader, trusted_application) == 96);

inline constexpr std::size_t kFrameBytes = 4096;
inline constexpr std::size_t kInlineBytes = kFrameBytes - sizeof(FrameHeader);

constexpr std::uint32_t param_type(std::uint32_t types, std::size_t index) { return (types >> (4 * index)) & 0xFU; }
constexpr bool is_value(std::uint32_t type) { return type >= 1 && type <= 3; }
constexpr bool is_memref(std::uint32_t type) { return type >= 5 && type <= 7; }
/// Bit 0 of a type says input, bit 1 output, for values and references alike.
constexpr bool is_input(std::uint32_t type) { return (type & 1U) != 0; }
constexpr bool is_output(std::uint32_t type) { return (type & 2U) != 0; }

/// FrameMemory is one end's own idea of where a frame's bytes may lie.
struct FrameMemory {
  MutableByteView inline_data;
  MutableByteView input_window;
  MutableByteView output_window;
};

/// locate_memref gives the bytes a reference names, or nothing when they do not all lie inside their place.
/// `extra` is the window whose id the reference carries; empty when there is none of that id.
Expected<MutableByteView, TeeResult> locate_memref(const FrameParam& param, const FrameMemory& memory,
                                                   MutableByteView extra);

/// check_shape refuses (bad_parameters) unknown kinds and types, and references that lie over each other, one of them
/// being an output. `header` is a private copy; where each reference lies is for locate_memref to check.
Expected<void, TeeResult> check_shape(const FrameHeader& header);

}  // namespace holdfast::transport
