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
  if (tee_.api.initialize_context(nullptr, &context_) != TEEC_SUCCESS) return false;
  const TEEC_UUID uuid = trusted_application();
  const auto open_session = [&](std::uint32_t method) {
    const void* const group = method == TEEC_LOGIN_GROUP ? &tee_.login.group : nullptr;
    return tee_.api.open_session(&context_, &session_, &uuid, method, group, nullptr, nullptr);
  };
  TEEC_Result result = open_session(tee_.login.method);
  // A user namespace may hide who the peer is. Nothing but a token bound to an identity needs it.
  if (result == TEEC_ERROR_ACCESS_DENIED && tee_.login.or_public) result = open_session(TEEC_LOGIN_PUBLIC);
  open_ = result == TEEC_SUCCESS;
  if (!open_) tee_.api.finalize_context(&context_);
  return open_;
}

Connection::~Connection() { close(); }

void Connection::close() noexcept {
  if (!open_) return;
  open_ = false;
  tee_.api.close_session(&session_);
  tee_.api.finalize_context(&context_);
}

void Connection::close_inherited(Connection* connection) noexcept {
  if (connection == nullptr) return;
  if (connection->open_ && connection->tee_.whose == Whose::foreign) {
    // OP-TEE's session hangs on the descriptor that parent and child share: to close the session here would end the
    // parent's. Our own library knows a child by itself.
    connection->open_ = false;
    connection->tee_.api.finalize_context(&connection->context_);
  }
  delete connection;
}

TEEC_Result Connection::invoke(wire::CommandId command, TEEC_Operation& operation) noexcept {
  if (!open_) return TEEC_ERROR_COMMUNICATION;
  const TEEC_Result result = tee_.api.invoke_command(&session_, command.value, &operation, nullptr);
  if (result == TEEC_ERROR_TARGET_DEAD || result == TEEC_ERROR_COMMUNICATION)
    lost_.store(true, std::memory_order_relaxed);
  return result;
}

void Connection::release() noexcept {
  if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

}  // namespace holdfast::cryptoki
