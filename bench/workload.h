#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace holdfast::bench {

enum class Work { p256_sign, rsa2048_sign, aes256_gcm, sha256 };

/// Workload is one operation that every subject can do, on `bytes` of input.
struct Workload {
  Work work = Work::sha256;
  std::size_t bytes = 0;

  std::string name() const;
};

/// all_workloads is what the table shows, in its order.
std::vector<Workload> all_workloads();

/// Worker does one operation at a time, on one thread, with everything prepared that a server would prepare once.
class Worker {
 public:
  Worker() = default;
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  virtual ~Worker() = default;
  virtual void run_once() = 0;
};

/// Subject is an implementation that is measured. make_worker is called on the thread that will use the worker.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;
  virtual std::string name() const = 0;
  virtual std::unique_ptr<Worker> make_worker(const Workload& workload) = 0;
};

/// give_up ends the benchmark: a result with a failed operation in it means nothing.
[[noreturn]] void give_up(const std::string& what);

}  // namespace holdfast::bench
