#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct OpenSession : Command<6, Permit::anyone, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "OPEN_SESSION";
  struct Request {
    ck::SlotId slot;
    std::uint32_t flags;  // CKF_SERIAL_SESSION, CKF_RW_SESSION
  };
  static constexpr auto kRequest = fields(&Request::slot, &Request::flags);
  struct Reply {
    ck::SessionHandle session;
  };
  static constexpr auto kReply = fields(&Reply::session);
};

struct CloseSession : Command<7, Permit::session>, SessionOnly {
  static constexpr const char* kName = "CLOSE_SESSION";
};

struct CloseAllSessions : Command<8, Permit::anyone>, SlotOnly {
  static constexpr const char* kName = "CLOSE_ALL_SESSIONS";
};

struct SessionInfo : Command<9, Permit::session, Bulk::none, Bulk::reply>, SessionOnly {
  static constexpr const char* kName = "SESSION_INFO";
  struct Reply {
    ck::SlotId slot;
    std::uint32_t state;  // CKS_
    std::uint32_t flags;
    std::uint32_t device_error;
  };
  static constexpr auto kReply = fields(&Reply::slot, &Reply::state, &Reply::flags, &Reply::device_error);
};

/// LOGIN: a PIN of size 0 stands for the protected authentication path.
struct Login : Command<13, Permit::session> {
  static constexpr const char* kName = "LOGIN";
  struct Request {
    ck::SessionHandle session;
    std::uint32_t user_type;  // CKU_
    ByteView pin;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::user_type, size_of(&Request::pin, kMaxPinField), bytes_of(&Request::pin));
};

struct Logout : Command<14, Permit::session>, SessionOnly {
  static constexpr const char* kName = "LOGOUT";
};

}  // namespace holdfast::wire
