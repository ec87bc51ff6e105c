#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>

#include <holdfast/tee_client_api.h>

#include "base/bytes.h"

namespace holdfast::optee {

/// Parameter is one of the four of an invocation, as a whole memory reference or as something that is wrong there.
struct Parameter {
  enum class Kind { absent, value, input, output, inout };
  Kind kind = Kind::absent;
  Bytes bytes = {};      // what the world may read; of an output only the size counts
  std::size_t size = 0;  // after the call: what the world reported
};
using Parameters = std::array<Parameter, TEEC_CONFIG_PAYLOAD_REF_COUNT>;

/// TeeContext is the connection of this process to the world behind a socket.
class TeeContext {
 public:
  explicit TeeContext(const std::string& socket);
  ~TeeContext() { TEEC_FinalizeContext(&context_); }
  TeeContext(const TeeContext&) = delete;
  TeeContext& operator=(const TeeContext&) = delete;

  TEEC_Context* get() { return &context_; }

 private:
  TEEC_Context context_{};
};

/// TeeClient is one client of the PKCS#11 trusted application. It never says HELLO, as libckteec never does.
class TeeClient {
 public:
  explicit TeeClient(TeeContext& context, std::uint32_t login = TEEC_LOGIN_PUBLIC);
  ~TeeClient() { TEEC_CloseSession(&session_); }
  TeeClient(const TeeClient&) = delete;
  TeeClient& operator=(const TeeClient&) = delete;

  /// invoke passes every present memory reference as a whole shared memory block, and brings outputs and sizes back.
  TEEC_Result invoke(std::uint32_t command, Parameters& parameters);

 private:
  TeeContext& context_;
  TEEC_Session session_{};
};

}  // namespace holdfast::optee
