#pragma once

#include <holdfast/tee_client_api.h>

#include "transport/epoch_page.h"

namespace holdfast::teec {

// What the Cryptoki module needs beyond the TEE Client API.

/// is_stale_after_fork is true in a child for what its parent made. One load; an uninitialised context is stale.
bool is_stale_after_fork(const TEEC_Context* context) noexcept;

/// is_alive asks whether the secure world at the other end still lives, without a crossing. False for stale contexts.
bool is_alive(const TEEC_Context* context) noexcept;

/// epoch_page is the page the secure world publishes, for as long as the context lives; null for a stale context.
const transport::EpochPage* epoch_page(const TEEC_Context* context) noexcept;

}  // namespace holdfast::teec
