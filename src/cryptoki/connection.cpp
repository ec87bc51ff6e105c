#include "cryptoki/connection.h"

#include "wire/commands/all.h"

namespace holdfast::cryptoki {
namespace {

TEEC_UUID trusted_application() noexcept {
  const auto& octets = wire::kPkcs11TaUuid;
  TEEC_UUID uuid{};
  for (std::size_t i = 0; i < 4; ++i) uuid.timeLow = uuid.timeLow << 8 | octets[i];
  uuid.timeMid = static_cast<std::uint16_t>(octets[4] << 8 | octets[5]);
  uuid.timeHiAndVersion = static_cast<std::uint16_t>(octets[6] << 8 | octets[7]);
  for (std::size_t i = 0; i < 8; ++i) uuid.clockSeqAndNode[i] = octets[8 + i];
  return uuid;
}

}  // namespace

bool Connection::open() noexcept {
  if (TEEC_InitializeContext(nullptr, &context_) != TEEC_SUCCESS) return false;
  const TEEC_UUID uuid = trusted_application();
  open_ = TEEC_OpenSession(&context_, &session_, &uuid, TEEC_LOGIN_USER, nullptr, nullptr, nullptr) == TEEC_SUCCESS;
  if (!open_) TEEC_FinalizeContext(&context_);
  return open_;
}

Connection::~Connection() {
  if (!open_) return;
  TEEC_CloseSession(&session_);
  TEEC_FinalizeContext(&context_);
}

TEEC_Result Connection::invoke(wire::CommandId command, TEEC_Operation& operation) noexcept {
  if (!open_) return TEEC_ERROR_COMMUNICATION;
  const TEEC_Result result = TEEC_InvokeCommand(&session_, command.value, &operation, nullptr);
  if (result == TEEC_ERROR_TARGET_DEAD || result == TEEC_ERROR_COMMUNICATION)
    lost_.store(true, std::memory_order_relaxed);
  return result;
}

void Connection::release() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace holdfast::cryptoki
