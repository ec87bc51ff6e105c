#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "secure/pkcs11/operations/begin.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::pkcs11 {

/// GenerationJob makes the material of one key or pair apart from the call that asked for it (PKCS#11 3.2 section 5.21). It
/// knows no session and no login: what it made is placed by the call that takes it.
class GenerationJob {
 public:
  enum class Kind : std::uint32_t { key = 0, pair = 1 };

  GenerationJob(Kind kind, ck::MechanismType mechanism, SecretBytes param, std::vector<ObjectContent> drafts);

  Kind kind() const { return kind_; }
  ck::MechanismType mechanism() const { return mechanism_; }

  void run() noexcept;
  /// take gives what was made, once: Rv::pending before it is there, Rv::operation_not_initialized after it was taken, and
  /// what went wrong.
  Result<std::vector<ObjectContent>> take();

 private:
  enum class State : std::uint8_t { waiting, done, taken };

  Result<void> generate();

  const Kind kind_;
  const ck::MechanismType mechanism_;
  const SecretBytes param_;
  std::vector<ObjectContent> objects_;  // the worker's until done
  std::mutex mutex_;
  State state_ = State::waiting;  // mutex_
  Result<void> outcome_{};        // mutex_
};

/// GenerationWorker runs jobs one after the other on a thread of its own, which starts with the first. Jobs that nobody holds
/// any more are passed over.
class GenerationWorker {
 public:
  GenerationWorker() = default;
  ~GenerationWorker();
  GenerationWorker(const GenerationWorker&) = delete;
  GenerationWorker& operator=(const GenerationWorker&) = delete;

  /// submit queues a job. `owner` tells whose it is: none has more than a few waiting. Rv::device_memory when there is no room.
  Result<void> submit(const std::shared_ptr<GenerationJob>& job, const void* owner);

  /// Saved is a job that outlives its session, for whoever of the same identity names its number.
  struct Saved {
    std::shared_ptr<GenerationJob> job;
    ck::SlotId slot;
    storage::CallerIdentity caller;
  };
  /// save gives a job a number. There are few places; the oldest makes room.
  Result<std::uint32_t> save(Saved saved);
  /// join takes a saved job back; Rv::saved_state_invalid for one that is not there, another's, or of another kind, and
  /// Rv::operation_active when the session has `current`, which is another.
  Result<std::shared_ptr<GenerationJob>> join(std::uint32_t id, GenerationJob::Kind kind, ck::SlotId slot,
                                              const storage::CallerIdentity& caller, const GenerationJob* current);

 private:
  struct Waiting {
    std::weak_ptr<GenerationJob> job;
    const void* owner;
  };
  void work();
  std::shared_ptr<GenerationJob> next();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Waiting> queue_;                           // mutex_
  std::deque<std::pair<std::uint32_t, Saved>> saved_;   // mutex_
  bool ends_ = false;                                   // mutex_
  std::thread thread_;                                  // mutex_, but for joining
};

}  // namespace holdfast::secure::pkcs11
