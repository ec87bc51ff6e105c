#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

#include "base/expected.h"
#include "base/log.h"
#include "base/tee_result.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::runtime {

/// OpenSession is a session with a trusted application. The last of its owners to let go closes it: so
/// close_session runs once, and never while a call of that session does.
class OpenSession {
 public:
  explicit OpenSession(ta::TrustedApplication& application) : application_(&application) {}
  OpenSession(const OpenSession&) = delete;
  OpenSession& operator=(const OpenSession&) = delete;
  ~OpenSession() {
    if (!session_) return;
    try {
      application_->close_session(*session_);
    } catch (...) {
      log::error("a trusted application failed to close a session");
    }
  }

  /// begin makes it the owner of what the application gave. Apart from the constructor, so that no lack of memory comes between.
  void begin(ta::TaSession session) noexcept { session_ = session; }
  /// invoke_command needs begin before.
  TeeResult invoke_command(std::uint32_t command, ta::Params& params) {
    return application_->invoke_command(*session_, command, params);
  }

 private:
  ta::TrustedApplication* application_;
  std::optional<ta::TaSession> session_;
};

/// SessionTable holds the sessions of one client. Their numbers mean nothing to another client and are not reused.
/// Thread-safe.
class SessionTable {
 public:
  explicit SessionTable(std::size_t limit) : limit_(limit) {}

  /// open asks the application for a session. busy at the limit; the application's own refusal otherwise, for which
  /// `*asked` is set.
  Expected<std::uint32_t, TeeResult> open(ta::TrustedApplication& application, const ta::ClientIdentity& client,
                                          ta::Params& params, bool* asked);
  /// find gives a share in a session, or null.
  std::shared_ptr<OpenSession> find(std::uint32_t id) const;
  /// close forgets the session; false when there is none of that number.
  bool close(std::uint32_t id);
  void close_all();

 private:
  const std::size_t limit_;
  mutable std::mutex lock_;  // guards the three below; never held while an application runs
  std::map<std::uint32_t, std::shared_ptr<OpenSession>> sessions_;
  std::size_t opening_ = 0;
  std::uint32_t last_id_ = 0;
};

}  // namespace holdfast::secure::runtime
