#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// Signatures that hold their data (C_SignRecover, C_VerifyRecover): one step each.

struct SignRecoverInit : Command<0x80000015, Permit::session>, OperationInit {
  static constexpr const char* kName = "SIGN_RECOVER_INIT";
};
struct SignRecover : Command<0x80000016, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "SIGN_RECOVER";
};
struct VerifyRecoverInit : Command<0x80000017, Permit::session>, OperationInit {
  static constexpr const char* kName = "VERIFY_RECOVER_INIT";
};
/// VERIFY_RECOVER takes the signature in parameter 1 and gives the data in parameter 2.
struct VerifyRecover : Command<0x80000018, Permit::session, Bulk::input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "VERIFY_RECOVER";
};

}  // namespace holdfast::wire
