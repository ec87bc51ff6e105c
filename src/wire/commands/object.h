#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct CreateObject : Command<15, Permit::session, Bulk::none, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "CREATE_OBJECT";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    Template attributes;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::attributes);
};

struct DestroyObject : Command<16, Permit::session>, SessionObject {
  static constexpr const char* kName = "DESTROY_OBJECT";
};

struct FindObjectsInit : Command<34, Permit::session> {
  static constexpr const char* kName = "FIND_OBJECTS_INIT";
  struct Request {
    ck::SessionHandle session;
    Template attributes;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::attributes);
};

/// FIND_OBJECTS fills parameter 2 with as many u32 object handles as fit; none at the end of the list.
struct FindObjects : Command<35, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "FIND_OBJECTS";
};

struct FindObjectsFinal : Command<36, Permit::session>, SessionOnly {
  static constexpr const char* kName = "FIND_OBJECTS_FINAL";
};

struct GetObjectSize : Command<37, Permit::session, Bulk::none, Bulk::reply>, SessionObject {
  static constexpr const char* kName = "GET_OBJECT_SIZE";
  struct Reply {
    std::uint32_t bytes;
  };
  static constexpr auto kReply = fields(&Reply::bytes);
};

/// GET_ATTRIBUTE_VALUE: the request's values are placeholders; the answer in parameter 2 keeps the request's layout
/// (OP-TEE ABI section 4.5).
struct GetAttributeValue : Command<38, Permit::session, Bulk::none, Bulk::output>, SessionObjectTemplate {
  static constexpr const char* kName = "GET_ATTRIBUTE_VALUE";
};

struct SetAttributeValue : Command<39, Permit::session>, SessionObjectTemplate {
  static constexpr const char* kName = "SET_ATTRIBUTE_VALUE";
};

struct CopyObject : Command<40, Permit::session, Bulk::none, Bulk::reply>, SessionObjectTemplate, HandleReply {
  static constexpr const char* kName = "COPY_OBJECT";
  using HandleReply::kReply;
  using HandleReply::Reply;
};

}  // namespace holdfast::wire
