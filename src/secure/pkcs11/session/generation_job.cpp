#include "secure/pkcs11/session/generation_job.h"

#include <algorithm>
#include <new>
#include <system_error>

#include "secure/crypto/random.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kMostWaiting = 64;
constexpr std::ptrdiff_t kMostWaitingOfOne = 4;
constexpr std::size_t kMostSaved = 16;

bool is_same(const storage::CallerIdentity& a, const storage::CallerIdentity& b) {
  return a.login == b.login && a.uuid == b.uuid;
}

}  // namespace

GenerationJob::GenerationJob(Kind kind, ck::MechanismType mechanism, SecretBytes param, std::vector<ObjectContent> drafts)
    : kind_(kind), mechanism_(mechanism), param_(std::move(param)), objects_(std::move(drafts)) {}

Result<void> GenerationJob::generate() {
  const wire::Mechanism mechanism{.type = mechanism_, .param = wire::SecretCodec::see(param_)};
  if (kind_ == Kind::pair) return generate_key_pair(mechanism, objects_[0], objects_[1]);
  return generate_key(mechanism, objects_[0]);
}

void GenerationJob::run() noexcept {
  Result<void> outcome = fail(Rv::device_memory, "no memory for a generation");
  try {
    outcome = generate();
  } catch (...) {
    // out of memory: said above
  }
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  state_ = State::done;
}

Result<std::vector<ObjectContent>> GenerationJob::take() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::waiting) return fail(Rv::pending, "generation is under way");
  if (state_ == State::taken) return fail(Rv::operation_not_initialized, "generation was taken before");
  state_ = State::taken;
  HF_TRY(outcome_);
  return std::move(objects_);
}

GenerationWorker::~GenerationWorker() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Result<void> GenerationWorker::submit(const std::shared_ptr<GenerationJob>& job, const void* owner) {
  const std::lock_guard lock(mutex_);
  std::erase_if(queue_, [](const Waiting& waiting) { return waiting.job.expired(); });
  const auto of_owner = std::ranges::count(queue_, owner, &Waiting::owner);
  if (queue_.size() >= kMostWaiting || of_owner >= kMostWaitingOfOne)
    return fail(Rv::device_memory, "too many generations wait");
  queue_.push_back({job, owner});
  if (!thread_.joinable()) {
    try {
      thread_ = std::thread([this] { work(); });
    } catch (const std::system_error&) {
      queue_.pop_back();
      return fail(Rv::device_memory, "no thread for generations");
    }
  }
  changed_.notify_one();
  return {};
}

std::shared_ptr<GenerationJob> GenerationWorker::next() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return ends_ || !queue_.empty(); });
    if (ends_) return nullptr;
    std::shared_ptr<GenerationJob> job = queue_.front().job.lock();
    queue_.pop_front();
    if (job != nullptr) return job;
  }
}

void GenerationWorker::work() {
  while (const std::shared_ptr<GenerationJob> job = next()) job->run();
}

Result<std::uint32_t> GenerationWorker::save(Saved saved) {
  std::uint32_t id = 0;
  const std::lock_guard lock(mutex_);
  const auto is_free = [&] {
    return id != 0 && std::ranges::none_of(saved_, [&](const auto& entry) { return entry.first == id; });
  };
  while (!is_free()) HF_TRY(crypto::fill_random({reinterpret_cast<std::byte*>(&id), sizeof id}));
  if (saved_.size() >= kMostSaved) saved_.pop_front();
  saved_.emplace_back(id, std::move(saved));
  return id;
}

Result<std::shared_ptr<GenerationJob>> GenerationWorker::join(std::uint32_t id, GenerationJob::Kind kind, ck::SlotId slot,
                                                              const storage::CallerIdentity& caller,
                                                              const GenerationJob* current) {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find_if(saved_, [&](const auto& entry) {
    return entry.first == id && entry.second.job->kind() == kind && entry.second.slot == slot &&
           is_same(entry.second.caller, caller);
  });
  if (at == saved_.end()) return fail(Rv::saved_state_invalid, "no such generation is saved");
  if (current != nullptr && current != at->second.job.get()) return fail(Rv::operation_active, "a generation is under way");
  std::shared_ptr<GenerationJob> job = std::move(at->second.job);
  saved_.erase(at);
  return job;
}

}  // namespace holdfast::secure::pkcs11
