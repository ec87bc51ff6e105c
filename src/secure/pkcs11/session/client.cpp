#include "secure/pkcs11/session/client.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>

namespace holdfast::secure::pkcs11 {
namespace {

// Bounds of what one client may make the secure world remember.
constexpr std::size_t kMaxSessions = 4096;
constexpr std::size_t kMaxSessionObjects = 65536;
constexpr std::size_t kMaxSessionObjectBytes = 64 * 1024 * 1024;

std::size_t bytes_of(const Object& object) {
  std::size_t bytes = 0;
  for (const auto& [type, value] : object.attributes) bytes += value.size();
  for (const auto& [type, value] : *object.secrets) bytes += value.size();
  return bytes;
}

}  // namespace

// ---- Sessions

std::size_t Client::sessions_on(const Token& token) const {
  return static_cast<std::size_t>(
      std::count_if(sessions_.begin(), sessions_.end(), [&](const auto& entry) { return &entry.second->token() == &token; }));
}

// PKCS#11 3.1 §5.6.1: while the security officer is logged in to the token. OP-TEE ABI section 5.3: to any token.
bool Client::bars_read_only_sessions(const Token& token) const {
  return std::any_of(logins_.begin(), logins_.end(), [&](const auto& entry) {
    const auto& [slot, held] = entry;
    return held.login != nullptr && held.login->owner() == PinOwner::so &&
           (slot == token.slot() || dialect() == Dialect::optee);
  });
}

Result<ck::SessionHandle> Client::open_session(Token& token, bool read_write) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= kMaxSessions || last_session_ == 0xFFFFFFFE) return fail(Rv::session_count, "client has too many sessions");
  if (!read_write && bars_read_only_sessions(token))
    return fail(Rv::session_read_write_so_exists, "the security officer has no read-only sessions");
  const ck::SessionHandle handle{++last_session_};
  sessions_.emplace(handle, std::make_shared<Session>(handle, token, read_write));
  return handle;
}

std::shared_ptr<Session> Client::session(ck::SessionHandle handle) const {
  const std::lock_guard lock(mutex_);
  const auto it = sessions_.find(handle);
  return it == sessions_.end() ? nullptr : it->second;
}

void Client::close_session(ck::SessionHandle handle) {
  const std::lock_guard lock(mutex_);
  const auto it = sessions_.find(handle);
  if (it == sessions_.end()) return;
  const std::shared_ptr<Session> session = std::move(it->second);
  sessions_.erase(it);
  remove_session_objects_if([&](const SessionObject& place, const Object&) { return place.session == handle; });
  // PKCS#11 3.1 §5.6.2: closing the last session with a token logs its user out.
  if (sessions_on(session->token()) == 0) end_login(session->token());
}

void Client::close_all_sessions(const Token& token) {
  const std::lock_guard lock(mutex_);
  std::erase_if(sessions_, [&](const auto& entry) { return &entry.second->token() == &token; });
  remove_session_objects_if([&](const SessionObject& place, const Object&) { return place.slot == token.slot(); });
  end_login(token);
}

void Client::remove_session_objects_if(auto&& predicate) {
  std::vector<ObjectUid> doomed;
  for (const auto& [uid, place] : session_object_place_)
    if (const ObjectRef object = session_objects_.find(uid); object == nullptr || predicate(place, *object)) doomed.push_back(uid);
  for (const ObjectUid& uid : doomed) forget_locked(uid);
}

void Client::forget_locked(const ObjectUid& uid) {
  if (const ObjectRef object = session_objects_.remove(uid)) session_object_bytes_ -= bytes_of(*object);
  session_object_place_.erase(uid);
  if (const auto it = handle_of_object_.find(uid); it != handle_of_object_.end()) {
    handles_.erase(it->second);
    handle_of_object_.erase(it);
  }
}

// ---- Login

std::shared_ptr<const Login> Client::login(const Token& token) const {
  const std::lock_guard lock(mutex_);
  const auto it = logins_.find(token.slot());
  return it == logins_.end() ? nullptr : it->second.login;
}

std::uint64_t Client::login_generation(ck::SlotId slot) const {
  const std::lock_guard lock(mutex_);
  const auto it = logins_.find(slot);
  return it == logins_.end() ? 0 : it->second.generation;
}

Result<void> Client::may_log_in(const Token& token, PinOwner owner) const {
  const std::lock_guard lock(mutex_);
  return may_log_in_locked(token, owner);
}

Result<void> Client::may_log_in_locked(const Token& token, PinOwner owner) const {
  if (const auto it = logins_.find(token.slot()); it != logins_.end() && it->second.login != nullptr) {
    if (it->second.login->owner() == owner) return fail(Rv::user_already_logged_in, "already logged in");
    return fail(Rv::user_another_already_logged_in, "the other user is logged in");
  }
  if (owner == PinOwner::so) {
    for (const auto& [handle, session] : sessions_)
      if (&session->token() == &token && !session->is_read_write())
        return fail(Rv::session_read_only_exists, "a read-only session is open");
  }
  return {};
}

Result<void> Client::set_login(const Token& token, std::shared_ptr<const Login> login) {
  const std::lock_guard lock(mutex_);
  // While the PIN was checked, sessions may have been closed or opened, and another thread may have logged in.
  HF_TRY(may_log_in_locked(token, login->owner()));
  if (sessions_on(token) == 0) return fail(Rv::session_handle_invalid, "session was closed meanwhile");
  logins_[token.slot()].login = std::move(login);
  return {};
}

Result<void> Client::logout(const Token& token) {
  const std::lock_guard lock(mutex_);
  const auto it = logins_.find(token.slot());
  if (it == logins_.end() || it->second.login == nullptr) return fail(Rv::user_not_logged_in, "nobody is logged in");
  end_login(token);
  return {};
}

void Client::end_login(const Token& token) {
  const auto it = logins_.find(token.slot());
  if (it == logins_.end() || it->second.login == nullptr) return;
  it->second.login = nullptr;
  ++it->second.generation;
  saved_operations_.forget(token.slot());
  // PKCS#11 3.1 §5.6.9: private session objects are destroyed, handles to private token objects become invalid for good.
  remove_session_objects_if(
      [&](const SessionObject& place, const Object& object) { return place.slot == token.slot() && object.is_private(); });
  std::erase_if(handles_, [&](const auto& entry) {
    if (entry.second.slot != token.slot()) return false;
    const ObjectRef object = token.find(entry.second.uid);
    const bool stale = session_objects_.find(entry.second.uid) == nullptr && (object == nullptr || object->is_private());
    if (stale) handle_of_object_.erase(entry.second.uid);
    return stale;
  });
}

bool Client::is_user_logged_in(const Token& token) const {
  const auto it = logins_.find(token.slot());
  return it != logins_.end() && it->second.login != nullptr && it->second.login->owner() == PinOwner::user;
}

// ---- Objects

bool Client::is_visible(const Token& token, const Object& object) const {
  return !object.is_private() || is_user_logged_in(token);
}

ObjectRef Client::find(const Session& session, ck::ObjectHandle handle) const {
  const std::lock_guard lock(mutex_);
  const auto it = handles_.find(handle);
  if (it == handles_.end()) return nullptr;
  ObjectRef object = session_objects_.find(it->second.uid);
  // OP-TEE ABI section 12.1: a session object is reachable from any session of the client.
  const bool is_reachable = it->second.slot == session.token().slot() || (object != nullptr && dialect() == Dialect::optee);
  if (!is_reachable) return nullptr;
  if (object == nullptr) object = session.token().find(it->second.uid);
  return object != nullptr && is_visible(session.token(), *object) ? object : nullptr;
}

ck::SlotId Client::home_slot(const Token& token, const Object& object) const {
  const std::lock_guard lock(mutex_);
  const auto it = session_object_place_.find(object.uid);
  return it == session_object_place_.end() ? token.slot() : it->second.slot;
}

std::vector<ObjectRef> Client::matching_session_objects(const Token& token, const wire::Template& search) const {
  std::vector<ObjectRef> objects = session_objects_.find_matching(search);
  if (dialect() == Dialect::standard) {
    std::erase_if(objects, [&](const ObjectRef& object) {
      return session_object_place_.at(object->uid).slot != token.slot() || !is_visible(token, *object);
    });
    return objects;
  }
  // OP-TEE ABI section 5.5: of all slots, and a private one is there because its user is logged in; newest session first.
  std::map<ck::SessionHandle, std::vector<ObjectRef>> by_session;
  for (ObjectRef& object : objects) by_session[session_object_place_.at(object->uid).session].push_back(std::move(object));
  objects.clear();
  for (auto session = by_session.rbegin(); session != by_session.rend(); ++session)
    objects.insert(objects.end(), session->second.begin(), session->second.end());
  return objects;
}

std::vector<ck::ObjectHandle> Client::find_matching(const Session& session, const wire::Template& search) {
  const std::lock_guard lock(mutex_);
  const Token& token = session.token();
  std::vector<ck::ObjectHandle> handles;
  for (const ObjectRef& object : matching_session_objects(token, search))
    handles.push_back(handle_of_locked(session_object_place_.at(object->uid).slot, *object));
  for (const ObjectRef& object : token.find_matching(search))
    if (is_visible(token, *object)) handles.push_back(handle_of_locked(token.slot(), *object));
  if (dialect() == Dialect::standard)
    for (const ObjectRef& object : token.find_built_in(search)) handles.push_back(handle_of_locked(token.slot(), *object));
  return handles;
}

ck::ObjectHandle Client::handle_of(const Token& token, const Object& object) {
  const std::lock_guard lock(mutex_);
  return handle_of_locked(token.slot(), object);
}

ck::ObjectHandle Client::handle_of_locked(ck::SlotId slot, const Object& object) {
  const auto [it, is_new] = handle_of_object_.try_emplace(object.uid, ck::ObjectHandle{last_object_ + 1});
  if (is_new) {
    ++last_object_;
    handles_.emplace(it->second, HandleTarget{.uid = object.uid, .slot = slot});
  }
  return it->second;
}

Result<ObjectRef> Client::add_session_object(const Session& session, ObjectContent content) {
  auto object = std::make_shared<Object>();
  object->attributes = std::move(content.attributes);
  object->secrets = std::make_shared<const SecretSet>(std::move(content.secrets));
  return keep(session, std::move(object));
}

Result<ObjectRef> Client::add_session_copy(const Session& session, AttributeSet attributes, const Object& source,
                                           std::shared_ptr<const SecretSet> secrets) {
  auto object = std::make_shared<Object>();
  object->attributes = std::move(attributes);
  object->secrets = std::move(secrets);
  object->key_cache = source.key_cache;
  return keep(session, std::move(object));
}

Result<ObjectRef> Client::keep(const Session& session, std::shared_ptr<Object> object) {
  HF_ASSIGN_OR_RETURN(object->uid, session.token().new_object_uid());
  set_unique_id(object->attributes, object->uid);
  const std::lock_guard lock(mutex_);
  const std::size_t bytes = bytes_of(*object);
  if (session_objects_.size() >= kMaxSessionObjects || bytes > kMaxSessionObjectBytes - session_object_bytes_)
    return fail(Rv::device_memory, "client has too many session objects");
  if (!sessions_.contains(session.handle())) return fail(Rv::session_handle_invalid, "session was closed meanwhile");
  if (!is_visible(session.token(), *object)) return fail(Rv::user_not_logged_in, "the user logged out meanwhile");
  session_objects_.put(object);
  session_object_bytes_ += bytes;
  session_object_place_[object->uid] = {.session = session.handle(), .slot = session.token().slot()};
  return ObjectRef(std::move(object));
}

Result<void> Client::replace_session_object(const ObjectRef& old_version, AttributeSet attributes) {
  auto object = std::make_shared<Object>(*old_version);
  object->attributes = std::move(attributes);
  const std::lock_guard lock(mutex_);
  if (session_objects_.find(old_version->uid) != old_version)
    return fail(Rv::object_handle_invalid, "object was changed or destroyed meanwhile");
  const std::size_t others = session_object_bytes_ - bytes_of(*old_version);
  if (bytes_of(*object) > kMaxSessionObjectBytes - others) return fail(Rv::device_memory, "client has too many session objects");
  session_object_bytes_ = others + bytes_of(*object);
  session_objects_.put(std::move(object));
  return {};
}

void Client::forget(const ObjectUid& uid) {
  const std::lock_guard lock(mutex_);
  forget_locked(uid);
}

}  // namespace holdfast::secure::pkcs11
