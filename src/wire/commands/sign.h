#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct SignInit : Command<25, Permit::session>, OperationInit {
  static constexpr const char* kName = "SIGN_INIT";
};
struct VerifyInit : Command<26, Permit::session>, OperationInit {
  static constexpr const char* kName = "VERIFY_INIT";
};
struct SignUpdate : Command<27, Permit::session, Bulk::optional_input>, SessionOnly {
  static constexpr const char* kName = "SIGN_UPDATE";
};
struct VerifyUpdate : Command<28, Permit::session, Bulk::optional_input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_UPDATE";
};
struct SignFinal : Command<29, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "SIGN_FINAL";
};
/// VERIFY_FINAL carries the signature into the secure world in parameter 2.
struct VerifyFinal : Command<30, Permit::session, Bulk::none, Bulk::input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_FINAL";
};
struct SignOneshot : Command<31, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "SIGN_ONESHOT";
};
/// VERIFY_ONESHOT carries data in parameter 1 and the signature in parameter 2.
struct VerifyOneshot : Command<32, Permit::session, Bulk::optional_input, Bulk::input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_ONESHOT";
};

}  // namespace holdfast::wire
