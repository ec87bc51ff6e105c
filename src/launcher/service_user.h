#pragma once

#include <sys/types.h>

#include <string>

#include "launcher/problem.h"

namespace holdfast::launcher {

/// ServiceUser is whom the two worlds run as.
struct ServiceUser {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;

  /// is_somebody_else is true when holdfastd is root and hands the worlds to an unprivileged user.
  bool is_somebody_else() const;
};

/// find_service_user: an ordinary user runs the worlds itself. Root takes `wanted`, or when that is empty "holdfast", or
/// with a warning "nobody".
Outcome<ServiceUser> find_service_user(const std::string& wanted);

}  // namespace holdfast::launcher
