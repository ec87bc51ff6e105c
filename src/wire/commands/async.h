#pragma once

#include "wire/commands/extension.h"

namespace holdfast::wire {

/// In a session with CKF_ASYNC_SESSION, GENERATE_KEY (function 0) and GENERATE_KEY_PAIR (function 1) answer CKR_PENDING
/// (PKCS#11 3.2 section 5.21). The commands here name the function whose answer is meant.
struct AsyncFunction {
  struct Request {
    ck::SessionHandle session;
    std::uint32_t function;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::function);
};

/// ASYNC_COMPLETE answers CKR_PENDING, or what the function would have: `additional` is 0 but for a pair's private key.
struct AsyncComplete : Command<0x80000045, Permit::session, Bulk::none, Bulk::reply>, AsyncFunction {
  static constexpr const char* kName = "ASYNC_COMPLETE";
  using AsyncFunction::kRequest;
  using AsyncFunction::Request;
  struct Reply {
    ck::ObjectHandle object;
    ck::ObjectHandle additional;
  };
  static constexpr auto kReply = fields(&Reply::object, &Reply::additional);
};

/// ASYNC_GET_ID gives the generation a number by which it can be joined when its session is gone.
struct AsyncGetId : Command<0x80000046, Permit::session, Bulk::none, Bulk::reply>, AsyncFunction {
  static constexpr const char* kName = "ASYNC_GET_ID";
  using AsyncFunction::kRequest;
  using AsyncFunction::Request;
  struct Reply {
    std::uint32_t id;
  };
  static constexpr auto kReply = fields(&Reply::id);
};

/// ASYNC_JOIN gives the generation of that number to this session.
struct AsyncJoin : Command<0x80000047, Permit::session> {
  static constexpr const char* kName = "ASYNC_JOIN";
  struct Request {
    ck::SessionHandle session;
    std::uint32_t function;
    std::uint32_t id;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::function, &Request::id);
};

}  // namespace holdfast::wire
