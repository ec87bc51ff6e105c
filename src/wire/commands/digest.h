#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct DigestInit : Command<45, Permit::session> {
  static constexpr const char* kName = "DIGEST_INIT";
  struct Request {
    ck::SessionHandle session;
    Mechanism mechanism;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::mechanism);
};
struct DigestKey : Command<46, Permit::session>, SessionObject {
  static constexpr const char* kName = "DIGEST_KEY";
};
struct DigestUpdate : Command<47, Permit::session, Bulk::optional_input>, SessionOnly {
  static constexpr const char* kName = "DIGEST_UPDATE";
};
struct DigestFinal : Command<48, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DIGEST_FINAL";
};
struct DigestOneshot : Command<49, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DIGEST_ONESHOT";
};

}  // namespace holdfast::wire
