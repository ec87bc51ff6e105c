#pragma once

#include <cerrno>
#include <concepts>
#include <new>
#include <pthread.h>

#include <holdfast/tee_client_api.h>

#include "teec/connection.h"

// What every function of the TEE Client API does at its edge to C.
namespace holdfast::teec {

struct Failure {
  TeeResult result;
  TeeOrigin origin;
};
using Outcome = Expected<void, Failure>;

inline Unexpected<Failure> api_failure(TeeResult result) { return {Failure{result, TeeOrigin::api}}; }
inline Unexpected<Failure> comms_failure(TeeResult result) { return {Failure{result, TeeOrigin::comms}}; }

/// CancellationOff keeps pthread_cancel away while a slot is leased: a thread must not vanish inside a crossing.
class CancellationOff {
 public:
  CancellationOff() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  ~CancellationOff() { ::pthread_setcancelstate(before_, nullptr); }
  CancellationOff(const CancellationOff&) = delete;
  CancellationOff& operator=(const CancellationOff&) = delete;

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

/// teec_call is the one edge to C: nothing is thrown across it, errno stays the caller's.
template <std::invocable Body>
TEEC_Result teec_call(std::uint32_t* origin, Body&& body) noexcept {
  const CancellationOff guard;
  const int saved_errno = errno;
  Outcome outcome;
  try {
    outcome = body();
  } catch (const std::bad_alloc&) {
    outcome = api_failure(TeeResult::out_of_memory);
  } catch (...) {
    outcome = api_failure(TeeResult::generic);
  }
  errno = saved_errno;
  if (origin != nullptr)
    *origin = static_cast<std::uint32_t>(outcome ? TeeOrigin::trusted_app : outcome.error().origin);
  return outcome ? TEEC_SUCCESS : static_cast<TEEC_Result>(outcome.error().result);
}

/// connection_of is the connection a context holds; null for none, and for a null context.
Connection* connection_of(const TEEC_Context* context) noexcept;
void set_connection(TEEC_Context& context, Connection* connection) noexcept;

/// usable_connection refuses a context that was never made (bad_parameters), is another process's, or whose secure world
/// has ended (target_dead).
Expected<Connection*, Failure> usable_connection(const TEEC_Context* context);

}  // namespace holdfast::teec
