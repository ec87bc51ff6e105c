#include "cli/token_link.h"

#include <algorithm>

namespace holdfast::cli {
namespace {

TEEC_UUID pkcs11_uuid() {
  const auto& octets = wire::kPkcs11TaUuid;
  const auto u16 = [&](std::size_t at) { return static_cast<std::uint16_t>(octets[at] << 8 | octets[at + 1]); };
  TEEC_UUID uuid{.timeLow = static_cast<std::uint32_t>(u16(0)) << 16 | u16(2), .timeMid = u16(4), .timeHiAndVersion = u16(6)};
  std::copy_n(octets.begin() + 8, 8, uuid.clockSeqAndNode);
  return uuid;
}

Error as_error(TEEC_Result result) {
  switch (result) {
    case TEEC_ERROR_NOT_SUPPORTED:
      return {Rv::function_not_supported, "the secure world does not know the command"};
    case TEEC_ERROR_TARGET_DEAD:
    case TEEC_ERROR_COMMUNICATION:
      return {Rv::device_removed, "the secure world went away"};
    default:
      return {Rv::general_error, "the command did not reach its end"};
  }
}

}  // namespace

Result<std::unique_ptr<TokenLink>> TokenLink::open() {
  std::unique_ptr<TokenLink> link(new TokenLink);
  if (::TEEC_InitializeContext(nullptr, &link->context_) != TEEC_SUCCESS)
    return fail(Rv::token_not_present, "nobody listens");
  link->has_context_ = true;
  const TEEC_UUID uuid = pkcs11_uuid();
  const TEEC_Result opened =
      ::TEEC_OpenSession(&link->context_, &link->session_, &uuid, TEEC_LOGIN_USER, nullptr, nullptr, nullptr);
  if (opened != TEEC_SUCCESS) return Unexpected<Error>{as_error(opened)};
  link->has_session_ = true;
  HF_TRY(link->call<wire::Hello>({.version = 1}));
  return link;
}

TokenLink::~TokenLink() {
  if (has_session_) ::TEEC_CloseSession(&session_);
  if (has_context_) ::TEEC_FinalizeContext(&context_);
}

Result<std::size_t> TokenLink::exchange(wire::CommandId command, MutableByteView frame, MutableByteView reply) {
  TEEC_Operation operation{};
  const std::uint32_t third = reply.empty() ? TEEC_NONE : TEEC_MEMREF_TEMP_OUTPUT;
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INOUT, TEEC_NONE, third, TEEC_NONE);
  operation.params[0].tmpref = {.buffer = frame.data(), .size = frame.size()};
  operation.params[2].tmpref = {.buffer = reply.data(), .size = reply.size()};
  const TEEC_Result result = ::TEEC_InvokeCommand(&session_, command.value, &operation, nullptr);
  if (result != TEEC_SUCCESS) return Unexpected<Error>{as_error(result)};
  HF_ASSIGN_OR_RETURN(const std::uint32_t status, ByteReader(frame).u32());
  if (status != 0) return fail(static_cast<Rv>(status), "the token refuses");
  return operation.params[2].tmpref.size;
}

}  // namespace holdfast::cli
