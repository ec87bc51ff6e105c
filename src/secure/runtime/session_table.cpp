#include "secure/runtime/session_table.h"

namespace holdfast::secure::runtime {

Expected<std::uint32_t, TeeResult> SessionTable::open(ta::TrustedApplication& application,
                                                      const ta::ClientIdentity& client, ta::Params& params,
                                                      bool* asked) {
  {
    const std::lock_guard lock(lock_);
    if (sessions_.size() + opening_ >= limit_) return Unexpected{TeeResult::busy};
    ++opening_;
  }
  struct Opening {
    SessionTable* table;
    ~Opening() {
      const std::lock_guard lock(table->lock_);
      --table->opening_;
    }
  } opening{this};
  auto entry = std::make_shared<OpenSession>(application);
  *asked = true;
  auto session = application.open_session(client, params);
  if (!session) return Unexpected{session.error()};
  entry->begin(*session);
  const std::lock_guard lock(lock_);
  do {
    ++last_id_;
  } while (last_id_ == 0 || sessions_.contains(last_id_));
  sessions_.emplace(last_id_, std::move(entry));
  return last_id_;
}

std::shared_ptr<OpenSession> SessionTable::find(std::uint32_t id) const {
  const std::lock_guard lock(lock_);
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

bool SessionTable::close(std::uint32_t id) {
  std::shared_ptr<OpenSession> last;
  const std::lock_guard lock(lock_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return false;
  last = std::move(found->second);
  sessions_.erase(found);
  return true;
}

void SessionTable::close_all() {
  std::map<std::uint32_t, std::shared_ptr<OpenSession>> closing;
  {
    const std::lock_guard lock(lock_);
    closing.swap(sessions_);
  }
}

}  // namespace holdfast::secure::runtime
