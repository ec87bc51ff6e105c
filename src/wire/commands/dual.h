#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

// Two operations of one session over the same data (PKCS#11 3.0 section 5.17). Either both take the data or neither.

struct DigestEncryptUpdate : Command<0x80000031, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DIGEST_ENCRYPT_UPDATE";
};
struct DecryptDigestUpdate : Command<0x80000032, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DECRYPT_DIGEST_UPDATE";
};
struct SignEncryptUpdate : Command<0x80000033, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "SIGN_ENCRYPT_UPDATE";
};
struct DecryptVerifyUpdate : Command<0x80000034, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DECRYPT_VERIFY_UPDATE";
};

}  // namespace holdfast::wire
