#pragma once

#include <cstdint>

namespace holdfast {

/// TeeResult is a result code of the GlobalPlatform TEE Client and Internal Core APIs (TEE Client API 1.0, table 4-2),
/// with OP-TEE's STORAGE_NOT_AVAILABLE.
enum class TeeResult : std::uint32_t {
  success = 0,
  storage_not_available = 0xF0100003,
  generic = 0xFFFF0000,
  access_denied = 0xFFFF0001,
  cancel = 0xFFFF0002,
  access_conflict = 0xFFFF0003,
  excess_data = 0xFFFF0004,
  bad_format = 0xFFFF0005,
  bad_parameters = 0xFFFF0006,
  bad_state = 0xFFFF0007,
  item_not_found = 0xFFFF0008,
  not_implemented = 0xFFFF0009,
  not_supported = 0xFFFF000A,
  no_data = 0xFFFF000B,
  out_of_memory = 0xFFFF000C,
  busy = 0xFFFF000D,
  communication = 0xFFFF000E,
  security = 0xFFFF000F,
  short_buffer = 0xFFFF0010,
  external_cancel = 0xFFFF0011,
  target_dead = 0xFFFF3024,
  storage_no_space = 0xFFFF3041,
};

/// TeeOrigin says which layer answered (TEE Client API 1.0, table 4-3).
enum class TeeOrigin : std::uint32_t { api = 1, comms = 2, tee = 3, trusted_app = 4 };

}  // namespace holdfast
