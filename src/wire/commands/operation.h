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

}  // namespace holdfast::wire
