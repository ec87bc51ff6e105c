#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "cryptoki/optee/operation.h"
#include "teec/mutex.h"

namespace holdfast::cryptoki::optee {

/// SessionTable remembers of each session that this process has opened with a plain OP-TEE its slot and its one
/// operation. What is known of a session dies with it. Thread-safe.
class SessionTable {
 public:
  /// OP-TEE's heap holds far fewer sessions.
  static constexpr std::size_t kMostSessions = 1024;

  bool is_full() const {
    const std::lock_guard guard(lock_);
    return sessions_.size() >= kMostSessions;
  }
  /// open begins anew: OP-TEE gives the numbers of closed sessions again.
  void open(ck::SessionHandle session, ck::SlotId slot) {
    const std::lock_guard guard(lock_);
    sessions_.insert_or_assign(session.value, Known{.slot = slot, .opened = ++opened_, .operation = {}});
  }
  /// opened counts the sessions opened so far. Who closes takes it before: another thread may have got the number of the
  /// closed session again by the time that close() is called.
  std::uint64_t opened() const {
    const std::lock_guard guard(lock_);
    return opened_;
  }
  void close(ck::SessionHandle session, std::uint64_t opened) {
    const std::lock_guard guard(lock_);
    const auto at = sessions_.find(session.value);
    if (at != sessions_.end() && at->second.opened <= opened) sessions_.erase(at);
  }
  void close_all(ck::SlotId slot, std::uint64_t opened) {
    const std::lock_guard guard(lock_);
    std::erase_if(sessions_, [&](const auto& entry) {
      return entry.second.slot == slot && entry.second.opened <= opened;
    });
  }

  void begin(ck::SessionHandle session, const Operation& operation) {
    const std::lock_guard guard(lock_);
    if (const auto at = sessions_.find(session.value); at != sessions_.end()) at->second.operation = operation;
  }
  void end(ck::SessionHandle session) {
    const std::lock_guard guard(lock_);
    if (const auto at = sessions_.find(session.value); at != sessions_.end()) at->second.operation.reset();
  }
  /// end_all ends the operations of all sessions with the token that `session` is with: its user logged out.
  void end_all(ck::SessionHandle session) {
    const std::lock_guard guard(lock_);
    const auto at = sessions_.find(session.value);
    if (at == sessions_.end()) return;
    for (auto& [number, known] : sessions_)
      if (known.slot == at->second.slot) known.operation.reset();
  }
  void fed(ck::SessionHandle session, std::size_t input_bytes, std::size_t output_bytes) {
    const std::lock_guard guard(lock_);
    const auto at = sessions_.find(session.value);
    if (at == sessions_.end() || !at->second.operation) return;
    at->second.operation->fed += input_bytes;
    at->second.operation->written += output_bytes;
  }

  std::optional<Operation> operation(ck::SessionHandle session) const {
    const std::lock_guard guard(lock_);
    const auto at = sessions_.find(session.value);
    return at == sessions_.end() ? std::nullopt : at->second.operation;
  }

 private:
  struct Known {
    ck::SlotId slot;
    std::uint64_t opened;  // which one of all that were opened
    std::optional<Operation> operation;
  };

  mutable teec::Mutex lock_;
  std::uint64_t opened_ = 0;                 // lock_
  std::map<std::uint32_t, Known> sessions_;  // lock_
};

}  // namespace holdfast::cryptoki::optee
