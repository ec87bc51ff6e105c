#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "cryptoki/optee/session_table.h"
#include "cryptoki/param_kinds.h"
#include "cryptoki/tee_api.h"
#include "wire/schema.h"

namespace holdfast::cryptoki {

/// Connection is this process's session with the trusted application, or the lack of one while nothing listens. Calls
/// that run hold a reference, so that C_Finalize and a reconnection never take it from under them; the last one closes
/// it.
class Connection {
 public:
  /// `epoch` tells connections of one process apart; handles carry it (client.h).
  static Connection* make(const Tee& tee, std::uint32_t epoch) { return new Connection(tee, epoch); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// open connects and opens the session; false when nothing usable listens. Called before the connection is shared.
  bool open() noexcept;
  void set_param_kinds(ParamKinds kinds) noexcept { param_kinds_ = std::move(kinds); }

  /// expect_plain_optee is for a world that refused our extension block. Called before the connection is shared.
  void expect_plain_optee() { optee_sessions_ = std::make_unique<optee::SessionTable>(); }

  bool is_plain_optee() const noexcept { return optee_sessions_ != nullptr; }
  optee::SessionTable& optee_sessions() const noexcept { return *optee_sessions_; }
  const Tee& tee() const noexcept { return tee_; }
  std::uint32_t epoch() const noexcept { return epoch_; }
  const ParamKinds& param_kinds() const noexcept { return param_kinds_; }
  /// is_open stays true after the peer's end: calls then say CKR_DEVICE_REMOVED.
  bool is_open() const noexcept { return open_; }
  bool is_usable() const noexcept { return open_ && !lost_.load(std::memory_order_relaxed); }

  /// invoke crosses into the secure world; many threads at once may be inside.
  TEEC_Result invoke(wire::CommandId command, TEEC_Operation& operation) noexcept;

  void add_reference() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  /// release gives a reference back; the last one closes the session.
  void release() noexcept;
  /// close_inherited ends, in a forked child, the child's copy of its parent's connection; null is ignored. Whoever
  /// held references there, they are threads that do not exist here.
  static void close_inherited(Connection* connection) noexcept;

 private:
  Connection(const Tee& tee, std::uint32_t epoch) : tee_(tee), epoch_(epoch) {}
  ~Connection();
  void close() noexcept;

  const Tee tee_;

  TEEC_Context context_{};
  TEEC_Session session_{};
  ParamKinds param_kinds_;
  std::unique_ptr<optee::SessionTable> optee_sessions_;  // null: our extension block is there
  std::atomic<std::uint32_t> references_{1};
  std::atomic<bool> lost_{false};
  bool open_ = false;
  std::uint32_t epoch_;
};

}  // namespace holdfast::cryptoki
