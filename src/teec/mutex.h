#pragma once

#include <pthread.h>

namespace holdfast::teec {

/// Mutex is std::mutex without its error reporting, which would bring objects with destructors from the static C++
/// library into the program that loads us.
class Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;
  void lock() noexcept { ::pthread_mutex_lock(&mutex_); }
  void unlock() noexcept { ::pthread_mutex_unlock(&mutex_); }

 private:
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
};

}  // namespace holdfast::teec
