#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <string>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"

namespace holdfast::optee {

/// Application is a program that uses the module: one session, and objects whose handles are those of the vectors.
class Application {
 public:
  /// Throws std::runtime_error, as its other functions do, when the module does not do what leads to the call.
  explicit Application(const std::map<std::string, std::string>& objects);
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  /// prepare_token gives the token in slot 0 the PINs "sopin" and "1234".
  static void prepare_token();

  CK_SESSION_HANDLE open();
  CK_SESSION_HANDLE open_as(CK_USER_TYPE user);
  /// with logs the user in, makes the named objects of objects.txt in this order, and gives the last.
  CK_OBJECT_HANDLE with(std::initializer_list<const char*> names);
  CK_SESSION_HANDLE session() const { return session_; }

 private:
  CK_OBJECT_HANDLE create(const std::string& attributes);

  const std::map<std::string, std::string>& objects_;
  CK_SESSION_HANDLE session_ = CK_INVALID_HANDLE;
};

using Call = std::function<void(Application&)>;

/// golden_calls has the call of Cryptoki for each name in the last column of golden_vectors.txt.
const std::map<std::string, Call>& golden_calls();

}  // namespace holdfast::optee
