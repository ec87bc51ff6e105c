#pragma once

#include <cerrno>
#include <concepts>
#include <new>
#include <pthread.h>

#include <pkcs11/pkcs11.h>

#include "base/result.h"
#include "cryptoki/client.h"
#include "cryptoki/library.h"

namespace holdfast::cryptoki {

/// HostThread protects the calling thread: pthread_cancel waits until the call has ended (a cancellation unwinds, and
/// nothing may unwind across a C function), and errno stays the host's.
class HostThread {
 public:
  HostThread() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state_); }
  ~HostThread() {
    errno = errno_;
    ::pthread_setcancelstate(cancel_state_, nullptr);
  }
  HostThread(const HostThread&) = delete;
  HostThread& operator=(const HostThread&) = delete;

 private:
  int cancel_state_ = PTHREAD_CANCEL_ENABLE;
  int errno_ = errno;
};

/// cryptoki_call is the one edge between C and C++: every standard function is a body under this guard. Nothing is
/// thrown across it, and the outcome becomes a CK_RV here and nowhere else.
template <std::invocable Body>
CK_RV cryptoki_call(Body&& body) noexcept {
  const HostThread guard;
  try {
    const Result<void> outcome = body();
    return outcome ? CKR_OK : static_cast<CK_RV>(outcome.error().rv);
  } catch (const std::bad_alloc&) {
    return CKR_HOST_MEMORY;
  } catch (...) {
    return CKR_GENERAL_ERROR;
  }
}

/// client_call is cryptoki_call for a function that talks to the secure world; CKR_CRYPTOKI_NOT_INITIALIZED comes
/// before any other complaint (PKCS#11 3.0 section 5.1.2).
template <std::invocable<const Client&> Body>
CK_RV client_call(Body&& body) noexcept {
  return cryptoki_call([&]() -> Result<void> {
    HF_ASSIGN_OR_RETURN(const Client client, library::client());
    return body(client);
  });
}

}  // namespace holdfast::cryptoki
