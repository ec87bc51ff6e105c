// The TEE Client API of the stand-in: what OP-TEE's libteec.so.2 does, without a device (OP-TEE ABI section 2).
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <holdfast/tee_client_api.h>

#include "recorder.h"
#include "world.h"

namespace holdfast::optee {
namespace {

using secure::ta::Param;
using secure::ta::Params;
using secure::ta::ParamType;

constexpr std::uint32_t kNoSession = 0;
// Present and without bytes is not absent: OP-TEE maps at least a page (OP-TEE ABI section 2.6).
std::byte nowhere[8];

Param memref(std::uint32_t direction, void* buffer, std::size_t size) {
  auto* const data = size == 0 ? nowhere : static_cast<std::byte*>(buffer);
  return {.type = static_cast<ParamType>(direction), .memref = secure::ta::SharedMemref(data, size)};
}

std::uint32_t direction_of(const TEEC_SharedMemory& memory) {
  return (memory.flags & TEEC_MEM_INPUT ? 5U : 0U) | (memory.flags & TEEC_MEM_OUTPUT ? 6U : 0U);
}

Param read_parameter(std::uint32_t type, const TEEC_Parameter& parameter) {
  const TEEC_RegisteredMemoryReference& part = parameter.memref;
  switch (type) {
    case TEEC_NONE:
      return {};
    case TEEC_MEMREF_TEMP_INPUT:
    case TEEC_MEMREF_TEMP_OUTPUT:
    case TEEC_MEMREF_TEMP_INOUT:
      return memref(type, parameter.tmpref.buffer, parameter.tmpref.size);
    case TEEC_MEMREF_WHOLE:
      return memref(direction_of(*part.parent), part.parent->buffer, part.parent->size);
    case TEEC_MEMREF_PARTIAL_INPUT:
    case TEEC_MEMREF_PARTIAL_OUTPUT:
    case TEEC_MEMREF_PARTIAL_INOUT:
      return memref(type & 7, static_cast<std::byte*>(part.parent->buffer) + part.offset, part.size);
    default:
      return {.type = static_cast<ParamType>(type), .a = parameter.value.a, .b = parameter.value.b};
  }
}

void write_parameter(std::uint32_t type, const Param& from, TEEC_Parameter& to) {
  const bool is_output = from.type == ParamType::memref_output || from.type == ParamType::memref_inout;
  if (!is_output) return;
  if (type <= TEEC_MEMREF_TEMP_INOUT)
    to.tmpref.size = from.memref.reported_size();
  else
    to.memref.size = from.memref.reported_size();
}

TEEC_Result answer(TeeResult result, std::uint32_t* origin) {
  if (origin != nullptr) *origin = result == TeeResult::target_dead ? TEEC_ORIGIN_TEE : TEEC_ORIGIN_TRUSTED_APP;
  return static_cast<TEEC_Result>(result);
}

/// identity is the stand-in's word for the kernel's: the numbers themselves instead of a hash over them.
secure::ta::ClientIdentity identity(std::uint32_t login, std::uint32_t group) {
  secure::ta::ClientIdentity id{.login = static_cast<secure::ta::Login>(login), .uid = ::geteuid(), .gid = group};
  const std::uint32_t number = login == TEEC_LOGIN_GROUP ? group : id.uid;
  if (login != TEEC_LOGIN_PUBLIC) std::memcpy(id.uuid.octets.data(), &number, sizeof number);
  return id;
}

}  // namespace
}  // namespace holdfast::optee

using namespace holdfast::optee;

extern "C" {

TEEC_Result TEEC_InitializeContext(const char*, TEEC_Context* context) {
  return context == nullptr ? TEEC_ERROR_BAD_PARAMETERS : TEEC_SUCCESS;
}
void TEEC_FinalizeContext(TEEC_Context*) {}

TEEC_Result TEEC_OpenSession(TEEC_Context* context, TEEC_Session* session, const TEEC_UUID*, uint32_t login,
                             const void* data, TEEC_Operation*, uint32_t* origin) {
  std::uint32_t group = 0;
  if (login == TEEC_LOGIN_GROUP) std::memcpy(&group, data, sizeof group);
  record_open(login, group);
  const auto opened = World::instance().open(identity(login, group));
  session->imp = {.context = context, .session_id = opened ? *opened : kNoSession};
  return opened ? TEEC_SUCCESS : answer(opened.error(), origin);
}
void TEEC_CloseSession(TEEC_Session* session) {
  if (session == nullptr) return;
  record_note("close");
  World::instance().close(session->imp.session_id);
}

TEEC_Result TEEC_InvokeCommand(TEEC_Session* session, uint32_t command, TEEC_Operation* operation, uint32_t* origin) {
  Params params;
  for (std::uint32_t i = 0; i < params.size(); ++i)
    params[i] = read_parameter(TEEC_PARAM_TYPE_GET(operation->paramTypes, i), operation->params[i]);
  record_invocation(command, operation->paramTypes, params);
  const holdfast::TeeResult result = World::instance().invoke(session->imp.session_id, command, params);
  for (std::uint32_t i = 0; i < params.size(); ++i)
    write_parameter(TEEC_PARAM_TYPE_GET(operation->paramTypes, i), params[i], operation->params[i]);
  return answer(result, origin);
}

TEEC_Result TEEC_RegisterSharedMemory(TEEC_Context*, TEEC_SharedMemory* memory) {
  if (memory->buffer == nullptr || memory->flags == 0) return TEEC_ERROR_BAD_PARAMETERS;
  memory->imp = {};
  return TEEC_SUCCESS;
}
TEEC_Result TEEC_AllocateSharedMemory(TEEC_Context*, TEEC_SharedMemory* memory) {
  if (memory->flags == 0) return TEEC_ERROR_BAD_PARAMETERS;
  memory->imp = {};
  memory->buffer = memory->imp.mapping = std::calloc(1, memory->size == 0 ? 8 : memory->size);
  return memory->buffer == nullptr ? TEEC_ERROR_OUT_OF_MEMORY : TEEC_SUCCESS;
}
void TEEC_ReleaseSharedMemory(TEEC_SharedMemory* memory) {
  if (memory == nullptr) return;
  std::free(memory->imp.mapping);
  memory->imp.mapping = nullptr;
}
void TEEC_RequestCancellation(TEEC_Operation*) {}

// libckteec's trace printer (OP-TEE ABI section 2.7).
TEEC_EXPORT void _dprintf(const char*, int, int, const char*, const char*, ...) {}
}
