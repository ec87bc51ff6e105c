#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// A saved state is a ticket: what it stands for stays in the secure world.
inline constexpr std::size_t kOperationStateBytes = 32;

/// GET_OPERATION_STATE keeps a copy of the session's operations and gives its ticket in parameter 2.
struct GetOperationState : Command<0x80000019, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "GET_OPERATION_STATE";
};

/// SET_OPERATION_STATE puts copies of the operations that the ticket in parameter 1 stands for in place of the session's.
struct SetOperationState : Command<0x8000001A, Permit::session, Bulk::input> {
  static constexpr const char* kName = "SET_OPERATION_STATE";
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle encryption_key;      // 0: none
    ck::ObjectHandle authentication_key;  // 0: none
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::encryption_key, &Request::authentication_key);
};

}  // namespace holdfast::wire
