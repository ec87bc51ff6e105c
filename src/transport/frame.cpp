#include "transport/frame.h"

namespace holdfast::transport {
namespace {

constexpr Unexpected<TeeResult> kRefused{TeeResult::bad_parameters};

bool is_known_kind(std::uint32_t kind) {
  switch (static_cast<FrameKind>(kind)) {
    case FrameKind::open_session:
    case FrameKind::invoke_command:
    case FrameKind::close_session:
      return true;
  }
  return false;
}

bool overlap(const FrameParam& one, const FrameParam& other) {
  if (one.a != other.a) return false;
  if (static_cast<Place>(one.a) == Place::extra_window && one.b != other.b) return false;
  const std::uint64_t one_end = std::uint64_t{one.offset} + one.size;
  const std::uint64_t other_end = std::uint64_t{other.offset} + other.size;
  return one.offset < other_end && other.offset < one_end;
}

}  // namespace

Expected<MutableByteView, TeeResult> locate_memref(const FrameParam& param, const FrameMemory& memory,
                                                   MutableByteView extra) {
  MutableByteView place;
  switch (static_cast<Place>(param.a)) {
    case Place::inline_data:
      place = memory.inline_data;
      break;
    case Place::input_window:
      place = memory.input_window;
      break;
    case Place::output_window:
      place = memory.output_window;
      break;
    case Place::extra_window:
      place = extra;
      break;
    default:
      return kRefused;
  }
  if (place.data() == nullptr || param.offset > place.size() || param.size > place.size() - param.offset)
    return kRefused;
  return place.subspan(param.offset, param.size);
}

Expected<void, TeeResult> check_shape(const FrameHeader& header) {
  if (!is_known_kind(header.kind) || (header.param_types >> 16) != 0) return kRefused;
  for (std::size_t i = 0; i < header.params.size(); ++i) {
    const std::uint32_t type = param_type(header.param_types, i);
    if (type != 0 && !is_value(type) && !is_memref(type)) return kRefused;
    if (!is_memref(type)) continue;
    for (std::size_t j = 0; j < i; ++j) {
      const std::uint32_t other = param_type(header.param_types, j);
      if (is_memref(other) && (is_output(type) || is_output(other)) && overlap(header.params[i], header.params[j]))
        return kRefused;
    }
  }
  return {};
}

}  // namespace holdfast::transport
