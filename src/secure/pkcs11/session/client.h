#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "secure/pkcs11/dialect.h"
#include "secure/pkcs11/session/saved_operations.h"
#include "secure/pkcs11/session/session.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::pkcs11 {

/// Client is one application as the trusted application sees it: one TEE session. It owns its PKCS#11 sessions, its session
/// objects, its login on each token and its object handles. Handles are its own and never used twice. Thread-safe.
class Client {
 public:
  explicit Client(const ta::ClientIdentity& identity) : identity_(identity) {}
  const ta::ClientIdentity& identity() const { return identity_; }

  Dialect dialect() const { return dialect_.load(std::memory_order_relaxed); }
  void speak(Dialect dialect) { dialect_.store(dialect, std::memory_order_relaxed); }

  // ---- Sessions

  Result<ck::SessionHandle> open_session(Token& token, bool read_write);
  std::shared_ptr<Session> session(ck::SessionHandle handle) const;
  void close_session(ck::SessionHandle handle);
  void close_all_sessions(const Token& token);

  /// saved_operations last until the client's end, or the end of its login on their token.
  SavedOperations& saved_operations() { return saved_operations_; }

  // ---- Login, per token

  std::shared_ptr<const Login> login(const Token& token) const;
  /// login_generation changes whenever a login on the token ends.
  std::uint64_t login_generation(ck::SlotId slot) const;
  /// may_log_in applies the rules of C_Login that need no PIN (PKCS#11 3.1 §5.6.8).
  Result<void> may_log_in(const Token& token, PinOwner owner) const;
  /// set_login records a login that the token accepted, by the same rules: things may have changed meanwhile.
  Result<void> set_login(const Token& token, std::shared_ptr<const Login> login);
  Result<void> logout(const Token& token);

  // ---- Objects

  /// find resolves a handle for a session: its own token's objects, and private ones only while the user is logged in. In
  /// OP-TEE's dialect session objects are found from every session of the client. Null when there is no such object.
  ObjectRef find(const Session& session, ck::ObjectHandle handle) const;
  /// home_slot is whose token an object that find gave on `token` belongs to.
  ck::SlotId home_slot(const Token& token, const Object& object) const;
  /// find_matching gives handles of everything visible that matches: session objects first, newest first, what the
  /// token has of itself last (in
  /// OP-TEE's dialect those of the newest session come first, on whatever slot).
  std::vector<ck::ObjectHandle> find_matching(const Session& session, const wire::Template& search);
  ck::ObjectHandle handle_of(const Token& token, const Object& object);

  /// add_session_object keeps an object until its session ends.
  Result<ObjectRef> add_session_object(const Session& session, ObjectContent content);
  /// add_session_copy does so with a copy whose key material is its source's: they share it, and the parsed key.
  Result<ObjectRef> add_session_copy(const Session& session, AttributeSet attributes, const Object& source,
                                     std::shared_ptr<const SecretSet> secrets);
  Result<void> replace_session_object(const ObjectRef& old_version, AttributeSet attributes);
  /// forget drops a session object, and the handle of any object that is no more.
  void forget(const ObjectUid& uid);

 private:
  struct TokenLogin {
    std::shared_ptr<const Login> login;
    std::uint64_t generation = 0;
  };
  struct SessionObject {
    ck::SessionHandle session;
    ck::SlotId slot;
  };
  struct HandleTarget {
    ObjectUid uid;
    ck::SlotId slot;
  };

  Result<ObjectRef> keep(const Session& session, std::shared_ptr<Object> object);

  // All of these with mutex_ held.
  bool bars_read_only_sessions(const Token& token) const;
  Result<void> may_log_in_locked(const Token& token, PinOwner owner) const;
  bool is_user_logged_in(const Token& token) const;
  bool is_visible(const Token& token, const Object& object) const;
  std::vector<ObjectRef> matching_session_objects(const Token& token, const wire::Template& search) const;
  ck::ObjectHandle handle_of_locked(ck::SlotId slot, const Object& object);
  void remove_session_objects_if(auto&& predicate);
  void forget_locked(const ObjectUid& uid);
  std::size_t sessions_on(const Token& token) const;
  void end_login(const Token& token);

  const ta::ClientIdentity identity_;
  std::atomic<Dialect> dialect_{Dialect::optee};
  SavedOperations saved_operations_;
  mutable std::mutex mutex_;  // everything below; taken before a token's locks, never while one is held
  std::map<ck::SessionHandle, std::shared_ptr<Session>> sessions_;
  std::uint32_t last_session_ = 0;
  std::map<ck::SlotId, TokenLogin> logins_;
  std::unordered_map<ck::ObjectHandle, HandleTarget> handles_;
  std::unordered_map<ObjectUid, ck::ObjectHandle> handle_of_object_;
  std::uint32_t last_object_ = 0;
  ObjectTable session_objects_;
  std::size_t session_object_bytes_ = 0;
  std::unordered_map<ObjectUid, SessionObject> session_object_place_;
};

}  // namespace holdfast::secure::pkcs11
