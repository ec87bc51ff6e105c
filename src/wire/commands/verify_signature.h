#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// C_VerifySignature… of PKCS#11 3.2: verification of a signature that is known before the data.

/// VERIFY_SIGNATURE_INIT carries the signature in parameter 1.
struct VerifySignatureInit : Command<0x80000010, Permit::session, Bulk::input>, OperationInit {
  static constexpr const char* kName = "VERIFY_SIGNATURE_INIT";
};
struct VerifySignatureUpdate : Command<0x80000011, Permit::session, Bulk::optional_input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_SIGNATURE_UPDATE";
};
struct VerifySignatureFinal : Command<0x80000012, Permit::session>, SessionOnly {
  static constexpr const char* kName = "VERIFY_SIGNATURE_FINAL";
};
struct VerifySignatureOneshot : Command<0x80000013, Permit::session, Bulk::optional_input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_SIGNATURE_ONESHOT";
};

}  // namespace holdfast::wire
