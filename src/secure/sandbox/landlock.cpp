#include "secure/sandbox/landlock.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "base/unique_fd.h"

namespace holdfast::secure::sandbox {
namespace {

// Written out because Debian 12's <linux/landlock.h> ends at ABI 2. Facts: kernel documentation, userspace-api/landlock.
struct RulesetAttributes {
  std::uint64_t handled_access_fs = 0;
  std::uint64_t handled_access_net = 0;  // since ABI 4
  std::uint64_t scoped = 0;              // since ABI 6
};
constexpr unsigned kCreateRulesetVersion = 1;
constexpr long kCreateRuleset = 444;  // one number on every architecture
constexpr long kRestrictSelf = 446;

constexpr std::uint64_t bits_up_to(int last) { return (std::uint64_t{2} << last) - 1; }

constexpr std::uint64_t file_rights(int abi) {
  if (abi >= 5) return bits_up_to(15);  // IOCTL_DEV
  if (abi >= 3) return bits_up_to(14);  // TRUNCATE
  if (abi >= 2) return bits_up_to(13);  // REFER
  return bits_up_to(12);
}

constexpr std::size_t attribute_bytes(int abi) {
  if (abi >= 6) return 24;
  if (abi >= 4) return 16;
  return 8;
}

}  // namespace

int deny_by_landlock() noexcept {
  const long abi_found = ::syscall(kCreateRuleset, nullptr, 0, kCreateRulesetVersion);
  if (abi_found < 1) return 0;
  const int abi = static_cast<int>(abi_found);
  const RulesetAttributes attributes{
      .handled_access_fs = file_rights(abi),
      .handled_access_net = abi >= 4 ? bits_up_to(1) : 0,  // BIND_TCP, CONNECT_TCP
      .scoped = abi >= 6 ? bits_up_to(1) : 0,              // ABSTRACT_UNIX_SOCKET, SIGNAL
  };
  const UniqueFd ruleset(static_cast<int>(::syscall(kCreateRuleset, &attributes, attribute_bytes(abi), 0)));
  if (!ruleset.is_open()) return 0;
  return ::syscall(kRestrictSelf, ruleset.get(), 0) == 0 ? abi : 0;
}

}  // namespace holdfast::secure::sandbox
