#pragma once

#include <cstdint>

namespace holdfast::teec {

/// The fork stamp tells a forked child from the process that made a connection, for the price of one load: it lies in a
/// page that the kernel zeroes in the child. A stamp is never 0 and differs along every line of parents and children.
namespace fork_stamp {

/// ensure gives this process's stamp, making the page or the child's new stamp when needed; 0 when the kernel cannot.
std::uint32_t ensure() noexcept;
/// current is this process's stamp, or 0 when nobody has asked for one since the fork.
std::uint32_t current() noexcept;

}  // namespace fork_stamp
}  // namespace holdfast::teec
