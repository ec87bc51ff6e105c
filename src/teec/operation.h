#pragma once

#include <array>

#include <holdfast/tee_client_api.h>

#include "teec/crossing.h"

namespace holdfast::teec {

/// OperationParams is a TEEC_Operation's parameters, checked: what goes into a frame and what comes back from it.
class OperationParams {
 public:
  /// parse refuses (bad_parameters) what the TEE Client API forbids. `operation` may be null: no parameters.
  static Expected<OperationParams, TeeResult> parse(TEEC_Operation* operation);

  /// put places every parameter in the crossing's frame and copies the inputs.
  Expected<void, TeeResult> put(Crossing& crossing);
  /// take copies outputs and reported sizes back into the operation.
  void take(const transport::FrameHeader& reply);
  /// wipe clears parameter 0 in shared memory, as it may have held a PIN or a key, and every short one of the others.
  void wipe() noexcept;

 private:
  struct Param {
    std::uint32_t type = 0;  // as in the frame
    TEEC_Value* value = nullptr;
    MutableByteView buffer;
    std::size_t* reported_size = nullptr;
    MutableByteView shared;
  };
  static Expected<Param, TeeResult> parse_param(std::uint32_t type, TEEC_Parameter& param);
  static Expected<Param, TeeResult> parse_temporary(std::uint32_t type, TEEC_TempMemoryReference& reference);
  static Expected<Param, TeeResult> parse_registered(std::uint32_t type, TEEC_RegisteredMemoryReference& reference);

  std::array<Param, TEEC_CONFIG_PAYLOAD_REF_COUNT> params_{};
};

}  // namespace holdfast::teec
