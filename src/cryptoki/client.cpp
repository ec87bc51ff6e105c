#include "cryptoki/client.h"

#include "base/byte_reader.h"
#include "cryptoki/below_epoch.h"

namespace holdfast::cryptoki {
namespace {

// Where a memory parameter without bytes points: present and empty is not the same as absent (OP-TEE ABI section 2.6).
constinit std::byte nowhere{};

Rv rv_of(TEEC_Result result) noexcept {
  switch (result) {
    case TEEC_ERROR_OUT_OF_MEMORY:
      return Rv::device_memory;
    case TEEC_ERROR_TARGET_DEAD:
    case TEEC_ERROR_COMMUNICATION:
      return Rv::device_removed;
    case TEEC_ERROR_NOT_SUPPORTED:
      // A command that the trusted application does not have (OP-TEE ABI section 3.2).
      return Rv::function_not_supported;
    default:
      return Rv::general_error;
  }
}

/// The codes above the standard's are internal to OP-TEE's trusted application and never meant to leave it.
constexpr std::uint32_t kFirstInternalCode = 0x80000000;

}  // namespace

Result<ck::SlotId> Client::slot(CK_SLOT_ID id) const {
  if (!connection_->is_open()) return fail(Rv::slot_id_invalid, "nothing listens: there are no slots");
  return below_epoch<ck::SlotId>(id, 0, Rv::slot_id_invalid);
}

Result<ck::SessionHandle> Client::session(CK_SESSION_HANDLE handle) const {
  if (!connection_->is_open()) return fail(Rv::session_handle_invalid, "nothing listens: there are no sessions");
  return below_epoch<ck::SessionHandle>(handle, connection_->epoch(), Rv::session_handle_invalid);
}

Result<ck::ObjectHandle> Client::object(CK_OBJECT_HANDLE handle, Rv invalid) const {
  return below_epoch<ck::ObjectHandle>(handle, connection_->epoch(), invalid);
}

Client::Memory Client::input(ByteView bytes) noexcept {
  // The TEE Client API has no const; INPUT memory is not written.
  void* const data = bytes.empty() ? &nowhere : const_cast<std::byte*>(bytes.data());
  return {TEEC_MEMREF_TEMP_INPUT, data, bytes.size()};
}

Client::Memory Client::output(MutableByteView bytes) noexcept {
  return {TEEC_MEMREF_TEMP_OUTPUT, bytes.empty() ? &nowhere : bytes.data(), bytes.size()};
}

Result<Outcome> Client::exchange(wire::CommandId command, MutableByteView frame, const Memory& first,
                                 const Memory& second) const {
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INOUT, first.type, second.type, TEEC_NONE);
  operation.params[0].tmpref = {.buffer = frame.data(), .size = frame.size()};
  operation.params[1].tmpref = {.buffer = first.data, .size = first.size};
  operation.params[2].tmpref = {.buffer = second.data, .size = second.size};
  const TEEC_Result result = connection_->invoke(command, operation);
  const std::size_t size = operation.params[2].tmpref.size;
  if (result == TEEC_ERROR_SHORT_BUFFER) return Outcome{Rv::buffer_too_small, size};
  if (result != TEEC_SUCCESS) return fail(rv_of(result), "the command did not reach its end");
  if (operation.params[0].tmpref.size != wire::kStatusBytes) return fail(Rv::general_error, "no status in the answer");
  HF_ASSIGN_OR_RETURN(const std::uint32_t status, ByteReader(frame).u32());
  if (status >= kFirstInternalCode) return fail(Rv::general_error, "an internal code left the trusted application");
  return Outcome{static_cast<Rv>(status), size};
}

}  // namespace holdfast::cryptoki
