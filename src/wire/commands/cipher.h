#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct EncryptInit : Command<17, Permit::session>, OperationInit {
  static constexpr const char* kName = "ENCRYPT_INIT";
};
struct DecryptInit : Command<18, Permit::session>, OperationInit {
  static constexpr const char* kName = "DECRYPT_INIT";
};
struct EncryptUpdate : Command<19, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "ENCRYPT_UPDATE";
};
struct DecryptUpdate : Command<20, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DECRYPT_UPDATE";
};
struct EncryptFinal : Command<21, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "ENCRYPT_FINAL";
};
struct DecryptFinal : Command<22, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DECRYPT_FINAL";
};
struct EncryptOneshot : Command<23, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "ENCRYPT_ONESHOT";
};
struct DecryptOneshot : Command<24, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "DECRYPT_ONESHOT";
};

}  // namespace holdfast::wire
