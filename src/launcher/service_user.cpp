#include "launcher/service_user.h"

#include <pwd.h>
#include <unistd.h>

#include <optional>

namespace holdfast::launcher {
namespace {

std::optional<ServiceUser> look_up(const std::string& name) {
  const passwd* const entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return std::nullopt;
  return ServiceUser{.uid = entry->pw_uid, .gid = entry->pw_gid, .name = name};
}

Outcome<ServiceUser> for_root(const std::string& wanted) {
  if (!wanted.empty()) {
    const auto user = look_up(wanted);
    if (!user) return problem(ExitCode::usage, "there is no user '" + wanted + "'", "create it or choose another --user");
    if (user->uid == 0) return problem(ExitCode::usage, "the worlds must not run as root", "choose an unprivileged --user");
    return *user;
  }
  if (const auto user = look_up("holdfast")) return *user;
  const auto nobody = look_up("nobody");
  if (!nobody) return problem("neither the user 'holdfast' nor 'nobody' exists", "useradd --system holdfast");
  say("warning", "there is no user 'holdfast', so the worlds run as 'nobody'; useradd --system holdfast, or give --user");
  return *nobody;
}

}  // namespace

bool ServiceUser::is_somebody_else() const { return ::geteuid() == 0 && uid != 0; }

Outcome<ServiceUser> find_service_user(const std::string& wanted) {
  if (::geteuid() == 0) return for_root(wanted);
  const ServiceUser self{.uid = ::geteuid(), .gid = ::getegid(), .name = std::to_string(::geteuid())};
  if (!wanted.empty()) {
    const auto user = look_up(wanted);
    if (!user || user->uid != self.uid)
      return problem(ExitCode::usage, "only root can run the worlds as '" + wanted + "'", "start holdfastd as root or leave --user out");
  }
  return self;
}

}  // namespace holdfast::launcher
