#pragma once

namespace holdfast::secure::sandbox {

/// deny_by_landlock denies every access to files, TCP, abstract sockets and foreign signals that this kernel's Landlock
/// knows, with no exception. It returns Landlock's ABI version, or 0 where the kernel has none.
int deny_by_landlock() noexcept;

}  // namespace holdfast::secure::sandbox
