#pragma once

#include "secure/sandbox/sandbox.h"

namespace holdfast::secure::sandbox {

enum class Names : std::uint8_t { remove, keep };

struct NamespaceReport {
  RootView root = RootView::inherited;
  bool user_namespace = false;
  bool own_network = false;
};

/// isolate_namespaces gives the process its own network, IPC, host name and mount namespaces and an empty root. It goes
/// as far as the kernel lets it and says how far that was: directly with CAP_SYS_ADMIN, else by a user namespace.
NamespaceReport isolate_namespaces(Names names);

}  // namespace holdfast::secure::sandbox
