#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/session/generation_job.h"
#include "secure/pkcs11/token/token.h"

namespace holdfast::secure::pkcs11 {

/// ActiveOperation is what a session does with one verb, from its init to its end.
struct ActiveOperation {
  enum class Stage : std::uint8_t {
    fresh,            // after init
    updating,         // data was given in parts
    oneshot_pending,  // a one-shot did not fit its buffer and may be repeated
    finish_pending,   // a final did not fit its buffer and may be repeated
  };

  Operation operation;
  Parts parts = Parts::any;
  InputRule input = InputRule::any;
  Rv update_rv = Rv::mechanism_invalid;
  Stage stage = Stage::fresh;
  /// The key's CKA_ALWAYS_AUTHENTICATE asks for a login of CKU_CONTEXT_SPECIFIC before data is taken.
  bool needs_context_login = false;
  /// That each message asks for it again.
  bool asks_login_for_each_message = false;
  /// What C_VerifySignatureInit was given: a verification of this signature, and of no other.
  std::optional<SecretBytes> signature = std::nullopt;
  /// The key at work; none for a digest.
  std::optional<ObjectUid> key = std::nullopt;
  /// The slot whose logins the operation rests on, the key's, and which login it was.
  ck::SlotId login_slot{};
  std::uint64_t login_generation = 0;
};

/// OperationSlot holds at most one operation. One slot exists per verb, so a digest may run beside a signature (PKCS#11 3.1 §5.8ff).
using OperationSlot = std::optional<ActiveOperation>;

/// Session is one PKCS#11 session. Its client's calls take `mutex` for their whole length, so two threads in one session
/// follow each other.
class Session {
 public:
  Session(ck::SessionHandle handle, Token& token, bool read_write) : handle_(handle), token_(token), read_write_(read_write) {
    token_.count_session(read_write_);
  }
  ~Session() { token_.discount_session(read_write_); }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  ck::SessionHandle handle() const { return handle_; }
  Token& token() const { return token_; }
  bool is_read_write() const { return read_write_; }

  /// make_async lets the session's long functions answer CKR_PENDING (CKF_ASYNC_SESSION).
  void make_async() { is_async_ = true; }
  bool is_async() const { return is_async_; }
  /// generation is what an asynchronous session generates, or null.
  std::shared_ptr<GenerationJob>& generation() { return generation_; }

  /// operation is the slot of one of the first kOperationVerbs.
  OperationSlot& operation(Verb verb) { return operations_[static_cast<std::size_t>(verb)]; }

  struct Search {
    std::vector<ck::ObjectHandle> found;
    std::size_t next = 0;
    std::uint64_t login_generation = 0;
  };
  std::optional<Search>& search() { return search_; }

  std::mutex mutex;

 private:
  const ck::SessionHandle handle_;
  Token& token_;
  const bool read_write_;
  std::array<OperationSlot, kOperationVerbs> operations_;
  std::optional<Search> search_;
  bool is_async_ = false;
  std::shared_ptr<GenerationJob> generation_;
};

}  // namespace holdfast::secure::pkcs11
