#pragma once

#include <functional>
#include <memory>
#include <new>
#include <pthread.h>
#include <utility>

namespace holdfast::secure::runtime {

/// Thread is a joinable thread with a stack of our size: a world may have thousands, nearly all asleep.
class Thread {
 public:
  static constexpr std::size_t kStackBytes = std::size_t{512} * 1024;

  Thread() = default;
  Thread(Thread&& other) noexcept : id_(other.id_), is_joinable_(std::exchange(other.is_joinable_, false)) {}
  Thread& operator=(Thread&& other) noexcept {
    if (this != &other) {
      join();
      id_ = other.id_;
      is_joinable_ = std::exchange(other.is_joinable_, false);
    }
    return *this;
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;
  ~Thread() { join(); }

  /// start runs `body`, which must not throw; false when the system has no thread or no memory to give.
  [[nodiscard]] bool start(std::function<void()> body) noexcept {
    join();
    std::unique_ptr<std::function<void()>> handed(new (std::nothrow) std::function<void()>(std::move(body)));
    if (handed == nullptr) return false;
    pthread_attr_t attributes;
    ::pthread_attr_init(&attributes);
    ::pthread_attr_setstacksize(&attributes, kStackBytes);
    is_joinable_ = ::pthread_create(&id_, &attributes, &run, handed.get()) == 0;
    ::pthread_attr_destroy(&attributes);
    if (is_joinable_) static_cast<void>(handed.release());  // run owns it now
    return is_joinable_;
  }
  void join() noexcept {
    if (std::exchange(is_joinable_, false)) ::pthread_join(id_, nullptr);
  }

 private:
  static void* run(void* handed) noexcept {
    const std::unique_ptr<std::function<void()>> body(static_cast<std::function<void()>*>(handed));
    (*body)();
    return nullptr;
  }

  pthread_t id_{};
  bool is_joinable_ = false;
};

}  // namespace holdfast::secure::runtime
