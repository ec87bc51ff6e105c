#include "secure/sandbox/namespaces.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "base/unique_fd.h"
#include "secure/sandbox/privileges.h"

namespace holdfast::secure::sandbox {
namespace {

bool write_file(const char* path, const char* text) {
  const UniqueFd file(::open(path, O_WRONLY | O_CLOEXEC));
  if (!file.is_open()) return false;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  return ::write(file.get(), text, static_cast<std::size_t>(size)) == size;
}

/// Our uid and gid keep their numbers inside; an unprivileged process may map no others.
bool enter_user_namespace() {
  const unsigned uid = ::geteuid();
  const unsigned gid = ::getegid();
  if (::unshare(CLONE_NEWUSER) != 0) return false;
  char map[64];
  write_file("/proc/self/setgroups", "deny");
  std::snprintf(map, sizeof map, "%u %u 1", gid, gid);
  write_file("/proc/self/gid_map", map);
  std::snprintf(map, sizeof map, "%u %u 1", uid, uid);
  write_file("/proc/self/uid_map", map);
  return true;
}

bool mount_empty_directory() {
  constexpr unsigned long kFlags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  for (const char* place : {"/tmp", "/run", "/proc", "/dev"}) {
    if (::mount("empty", place, "tmpfs", kFlags, "mode=0555,size=4k,nr_inodes=2") != 0) continue;
    return ::chdir(place) == 0;
  }
  return false;
}

RootView enter_empty_root() {
  // Private first, so that nothing done here shows outside.
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return RootView::inherited;
  if (!mount_empty_directory()) return RootView::inherited;
  RootView view = RootView::empty;
  // pivot_root(".", ".") stacks the old root upon the new one, where it can be detached: pivot_root(2), NOTES.
  if (::syscall(SYS_pivot_root, ".", ".") == 0) {
    if (::umount2(".", MNT_DETACH) != 0) view = RootView::inherited;
  } else {
    view = ::chroot(".") == 0 ? RootView::empty_chroot : RootView::inherited;
  }
  if (::chdir("/") != 0) return RootView::inherited;
  ::mount(nullptr, "/", nullptr, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr);
  return view;
}

}  // namespace

NamespaceReport isolate_namespaces(Names names) {
  NamespaceReport report;
  if (!has_capability(CAP_SYS_ADMIN)) report.user_namespace = enter_user_namespace();
  // One by one: a kernel or container that refuses one of them does not cost us the others.
  report.own_network = ::unshare(CLONE_NEWNET) == 0;
  ::unshare(CLONE_NEWIPC);
  ::unshare(CLONE_NEWUTS);
  if (names == Names::remove && ::unshare(CLONE_NEWNS) == 0) report.root = enter_empty_root();
  return report;
}

}  // namespace holdfast::secure::sandbox
