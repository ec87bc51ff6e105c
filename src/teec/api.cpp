// The functions of the TEE Client API that make contexts and sessions and invoke commands.
#include <cstring>
#include <memory>

#include <holdfast/tee_client_api.h>

#include "teec/cancellable.h"
#include "teec/context.h"
#include "teec/crossing.h"
#include "teec/edge.h"
#include "teec/locate.h"
#include "teec/operation.h"

namespace holdfast::teec {

Connection* connection_of(const TEEC_Context* context) noexcept {
  if (context == nullptr) return nullptr;
  Connection* connection = nullptr;
  static_assert(sizeof connection == sizeof context->imp.handle || sizeof connection < sizeof context->imp.handle);
  std::memcpy(&connection, context->imp.handle, sizeof connection);
  return connection;
}

void set_connection(TEEC_Context& context, Connection* connection) noexcept {
  context = {};
  std::memcpy(context.imp.handle, &connection, sizeof connection);
}

Expected<Connection*, Failure> usable_connection(const TEEC_Context* context) {
  Connection* connection = connection_of(context);
  if (connection == nullptr) return api_failure(TeeResult::bad_parameters);
  if (connection->is_stale() || connection->is_dead()) return comms_failure(TeeResult::target_dead);
  return connection;
}

namespace {

Expected<std::unique_ptr<Connection>, TeeResult> connect_anywhere() {
  TeeResult failure = TeeResult::item_not_found;
  const Candidates candidates = socket_candidates();
  for (std::size_t i = 0; i < candidates.count; ++i) {
    if (!is_trustworthy(candidates.list[i])) continue;
    auto connection = Connection::open(candidates.list[i].path.c_str());
    if (connection) return connection;
    // The first place where something listens but fails is worth more to the caller than "nothing found".
    if (failure == TeeResult::item_not_found) failure = connection.error();
  }
  return Unexpected{failure};
}

struct Reply {
  std::uint32_t session = 0;
};

/// cross performs one request. `fill` writes the header's fields beyond the parameters.
template <std::invocable<transport::FrameHeader&> Fill>
Expected<Reply, Failure> cross(Connection& connection, TEEC_Operation* operation, Fill&& fill) {
  const Cancellable cancellable(operation);
  auto params = OperationParams::parse(operation);
  if (!params) return api_failure(params.error());
  auto crossing = Crossing::begin(connection, [&] { return cancellable.is_requested(); });
  if (!crossing)
    return crossing.error() == TeeResult::cancel ? api_failure(TeeResult::cancel) : comms_failure(crossing.error());
  transport::FrameHeader& header = crossing->header();
  header = {};
  fill(header);
  if (auto placed = params->put(*crossing); !placed) {
    params->wipe();
    return comms_failure(placed.error());
  }
  if (cancellable.is_requested()) {
    params->wipe();
    return api_failure(TeeResult::cancel);
  }
  if (auto ran = crossing->run(cancellable); !ran) return comms_failure(ran.error());
  const transport::FrameHeader reply = header;
  // Only what a trusted application answered has outputs.
  if (static_cast<TeeOrigin>(reply.origin) == TeeOrigin::trusted_app) params->take(reply);
  params->wipe();
  if (reply.result != 0)
    return Unexpected{Failure{static_cast<TeeResult>(reply.result), static_cast<TeeOrigin>(reply.origin)}};
  return Reply{.session = reply.session};
}

void put_uuid(std::array<std::uint8_t, 16>& octets, const TEEC_UUID& uuid) {
  for (std::size_t i = 0; i < 4; ++i) octets[i] = static_cast<std::uint8_t>(uuid.timeLow >> (24 - 8 * i));
  octets[4] = static_cast<std::uint8_t>(uuid.timeMid >> 8);
  octets[5] = static_cast<std::uint8_t>(uuid.timeMid);
  octets[6] = static_cast<std::uint8_t>(uuid.timeHiAndVersion >> 8);
  octets[7] = static_cast<std::uint8_t>(uuid.timeHiAndVersion);
  std::memcpy(octets.data() + 8, uuid.clockSeqAndNode, 8);
}

bool is_group_login(std::uint32_t method) {
  return method == TEEC_LOGIN_GROUP || method == TEEC_LOGIN_GROUP_APPLICATION;
}

}  // namespace

bool is_stale_after_fork(const TEEC_Context* context) noexcept {
  const Connection* connection = connection_of(context);
  return connection == nullptr || connection->is_stale();
}

bool is_alive(const TEEC_Context* context) noexcept {
  return !is_stale_after_fork(context) && connection_of(context)->check_peer();
}

const transport::EpochPage* epoch_page(const TEEC_Context* context) noexcept {
  return is_stale_after_fork(context) ? nullptr : &connection_of(context)->epoch();
}

}  // namespace holdfast::teec

using namespace holdfast;
using namespace holdfast::teec;

extern "C" TEEC_Result TEEC_InitializeContext(const char* name, TEEC_Context* context) {
  return teec_call(nullptr, [&]() -> Outcome {
    if (context == nullptr) return api_failure(TeeResult::bad_parameters);
    const bool is_default = name == nullptr || std::strcmp(name, "optee-tz") == 0;
    if (!is_default && name[0] != '/') return api_failure(TeeResult::item_not_found);
    auto connection = is_default ? connect_anywhere() : Connection::open(name);
    if (!connection) return comms_failure(connection.error());
    set_connection(*context, std::move(connection).value().release());
    return {};
  });
}

extern "C" void TEEC_FinalizeContext(TEEC_Context* context) {
  teec_call(nullptr, [&]() -> Outcome {
    delete connection_of(context);
    if (context != nullptr) set_connection(*context, nullptr);
    return {};
  });
}

extern "C" TEEC_Result TEEC_OpenSession(TEEC_Context* context, TEEC_Session* session, const TEEC_UUID* destination,
                                        std::uint32_t connectionMethod, const void* connectionData,
                                        TEEC_Operation* operation, std::uint32_t* returnOrigin) {
  return teec_call(returnOrigin, [&]() -> Outcome {
    if (session == nullptr || destination == nullptr) return api_failure(TeeResult::bad_parameters);
    std::uint32_t group = 0;
    if (is_group_login(connectionMethod)) {
      if (connectionData == nullptr) return api_failure(TeeResult::bad_parameters);
      std::memcpy(&group, connectionData, sizeof group);
    }
    HF_ASSIGN_OR_RETURN(Connection * connection, usable_connection(context));
    HF_ASSIGN_OR_RETURN(const Reply reply, cross(*connection, operation, [&](transport::FrameHeader& header) {
                          header.kind = static_cast<std::uint32_t>(transport::FrameKind::open_session);
                          header.login = connectionMethod;
                          header.group = group;
                          put_uuid(header.trusted_application, *destination);
                        }));
    *session = {};
    session->imp.context = context;
    session->imp.session_id = reply.session;
    return {};
  });
}

extern "C" void TEEC_CloseSession(TEEC_Session* session) {
  teec_call(nullptr, [&]() -> Outcome {
    if (session == nullptr) return {};
    HF_ASSIGN_OR_RETURN(Connection * connection, usable_connection(session->imp.context));
    HF_TRY(cross(*connection, nullptr, [&](transport::FrameHeader& header) {
      header.kind = static_cast<std::uint32_t>(transport::FrameKind::close_session);
      header.session = session->imp.session_id;
    }));
    return {};
  });
}

extern "C" TEEC_Result TEEC_InvokeCommand(TEEC_Session* session, std::uint32_t commandID, TEEC_Operation* operation,
                                          std::uint32_t* returnOrigin) {
  return teec_call(returnOrigin, [&]() -> Outcome {
    if (session == nullptr) return api_failure(TeeResult::bad_parameters);
    HF_ASSIGN_OR_RETURN(Connection * connection, usable_connection(session->imp.context));
    HF_TRY(cross(*connection, operation, [&](transport::FrameHeader& header) {
      header.kind = static_cast<std::uint32_t>(transport::FrameKind::invoke_command);
      header.session = session->imp.session_id;
      header.command = commandID;
    }));
    return {};
  });
}

extern "C" void TEEC_RequestCancellation(TEEC_Operation* operation) {
  if (operation != nullptr) request_cancellation(*operation);
}
