#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// RELEASE_ACTIVE_PROCESSING ends the active operation when `command` belongs to its family. The client sends it when it
/// finds a caller's mistake that must end the operation without a crossing of its own.
struct ReleaseActiveProcessing : Command<44, Permit::session> {
  static constexpr const char* kName = "RELEASE_ACTIVE_PROCESSING";
  struct Request {
    ck::SessionHandle session;
    CommandId command;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::command);
};

/// SESSION_CANCEL ends all operations of the session that `flags` names by their CKF_ flags; what is not active is
/// cancelled already.
struct SessionCancel : Command<0x80000014, Permit::session> {
  static constexpr const char* kName = "SESSION_CANCEL";
  struct Request {
    ck::SessionHandle session;
    std::uint32_t flags;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::flags);
};

}  // namespace holdfast::wire
