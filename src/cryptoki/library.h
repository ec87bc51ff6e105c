#pragma once

#include "base/result.h"
#include "cryptoki/client.h"

namespace holdfast::cryptoki {

/// The library's life between C_Initialize and C_Finalize, for this process. A forked child begins uninitialised,
/// whatever its parent's threads were doing. All functions are thread-safe; none holds a lock during a crossing.
namespace library {

/// initialize connects, and starts a per-user secure world when none listens. It succeeds also when there is none:
/// the library then has no slots.
Result<void> initialize();
/// finalize ends the library's life at once; calls of other threads that are inside the secure world end by themselves.
Result<void> finalize();

/// client is what a standard function works with; Rv::cryptoki_not_initialized outside the library's life.
Result<Client> client();
/// reconnected_client is client, after another attempt to connect if there is no usable connection.
Result<Client> reconnected_client();
/// rejoined_client is that without ever starting a secure world: it must be there already.
Result<Client> rejoined_client();

}  // namespace library
}  // namespace holdfast::cryptoki
