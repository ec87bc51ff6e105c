#include "teec/operation.h"

#include <algorithm>
#include <cstring>

namespace holdfast::teec {
namespace {

using transport::is_input;
using transport::is_memref;
using transport::is_output;
using transport::is_value;

constexpr Unexpected<TeeResult> kRefused{TeeResult::bad_parameters};
constexpr std::uint32_t kMemrefBits = 0x4;  // memref types are 4 plus the direction bits

// Parameter 0 carries a command's arguments and goes behind the header when it fits; of the others only what is small.
constexpr std::size_t kInlineLimitOfOthers = 1024;

// So short a parameter may be a key that the program is allowed to see; wiping it costs next to nothing.
constexpr std::size_t kAlwaysWiped = 4096;

std::byte* bytes_at(void* buffer, std::size_t offset) { return static_cast<std::byte*>(buffer) + offset; }

}  // namespace

Expected<OperationParams, TeeResult> OperationParams::parse(TEEC_Operation* operation) {
  OperationParams parsed;
  if (operation == nullptr) return parsed;
  for (std::size_t i = 0; i < parsed.params_.size(); ++i) {
    const std::uint32_t type = TEEC_PARAM_TYPE_GET(operation->paramTypes, i);
    HF_ASSIGN_OR_RETURN(parsed.params_[i], parse_param(type, operation->params[i]));
  }
  return parsed;
}

Expected<OperationParams::Param, TeeResult> OperationParams::parse_param(std::uint32_t type, TEEC_Parameter& param) {
  switch (type) {
    case TEEC_NONE:
      return Param{};
    case TEEC_VALUE_INPUT:
    case TEEC_VALUE_OUTPUT:
    case TEEC_VALUE_INOUT:
      return Param{.type = type, .value = &param.value, .buffer = {}, .shared = {}};
    case TEEC_MEMREF_TEMP_INPUT:
    case TEEC_MEMREF_TEMP_OUTPUT:
    case TEEC_MEMREF_TEMP_INOUT:
      return parse_temporary(type, param.tmpref);
    case TEEC_MEMREF_WHOLE:
    case TEEC_MEMREF_PARTIAL_INPUT:
    case TEEC_MEMREF_PARTIAL_OUTPUT:
    case TEEC_MEMREF_PARTIAL_INOUT:
      return parse_registered(type, param.memref);
    default:
      return kRefused;
  }
}

Expected<OperationParams::Param, TeeResult> OperationParams::parse_temporary(std::uint32_t type,
                                                                             TEEC_TempMemoryReference& reference) {
  if (reference.buffer == nullptr && reference.size != 0) return kRefused;
  return Param{.type = type,
               .buffer = {bytes_at(reference.buffer, 0), reference.size},
               .reported_size = &reference.size,
               .shared = {}};
}

Expected<OperationParams::Param, TeeResult> OperationParams::parse_registered(
    std::uint32_t type, TEEC_RegisteredMemoryReference& reference) {
  TEEC_SharedMemory* parent = reference.parent;
  if (parent == nullptr || parent->buffer == nullptr) return kRefused;
  const std::uint32_t allowed = parent->flags & (TEEC_MEM_INPUT | TEEC_MEM_OUTPUT);
  if (allowed == 0) return kRefused;
  if (type == TEEC_MEMREF_WHOLE)
    return Param{.type = kMemrefBits | allowed,
                 .buffer = {bytes_at(parent->buffer, 0), parent->size},
                 .reported_size = &reference.size,
                 .shared = {}};
  const std::uint32_t asked = type & (TEEC_MEM_INPUT | TEEC_MEM_OUTPUT);
  if ((asked & ~allowed) != 0 || reference.offset > parent->size || reference.size > parent->size - reference.offset)
    return kRefused;
  return Param{.type = kMemrefBits | asked,
               .buffer = {bytes_at(parent->buffer, reference.offset), reference.size},
               .reported_size = &reference.size,
               .shared = {}};
}

Expected<void, TeeResult> OperationParams::put(Crossing& crossing) {
  transport::FrameHeader& header = crossing.header();
  header.param_types = 0;
  for (std::size_t i = 0; i < params_.size(); ++i) {
    Param& param = params_[i];
    header.param_types |= param.type << (4 * i);
    if (is_value(param.type)) header.params[i] = {.a = param.value->a, .b = param.value->b, .offset = 0, .size = 0};
    if (!is_memref(param.type)) continue;
    const auto direction = is_input(param.type) ? Crossing::Direction::input : Crossing::Direction::output;
    HF_ASSIGN_OR_RETURN(
        const Crossing::Room room,
        crossing.room_for(param.buffer.size(), direction, i == 0 ? transport::kInlineBytes : kInlineLimitOfOthers));
    header.params[i] = room.reference;
    param.shared = room.bytes;
    if (is_input(param.type) && !param.buffer.empty())
      std::memcpy(param.shared.data(), param.buffer.data(), param.buffer.size());
  }
  return {};
}

void OperationParams::take(const transport::FrameHeader& reply) {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    Param& param = params_[i];
    if (!is_output(param.type)) continue;
    if (is_value(param.type)) {
      *param.value = {.a = reply.params[i].a, .b = reply.params[i].b};
      continue;
    }
    const std::size_t reported = reply.params[i].size;
    *param.reported_size = reported;
    if (reported != 0 && reported <= param.buffer.size())
      std::memcpy(param.buffer.data(), param.shared.data(), reported);
  }
}

void OperationParams::wipe() noexcept {
  for (std::size_t i = 0; i < params_.size(); ++i) {
    const MutableByteView shared = params_[i].shared;
    if (!shared.empty() && (i == 0 || shared.size() <= kAlwaysWiped)) ::explicit_bzero(shared.data(), shared.size());
  }
}

}  // namespace holdfast::teec
