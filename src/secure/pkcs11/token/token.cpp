#include "secure/pkcs11/token/token.h"

#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "base/log.h"

namespace holdfast::secure::pkcs11 {

Login::Login(Token& token, PinOwner owner, storage::PrivateObjectKey key)
    : token_(token), owner_(owner), key_(std::move(key)) {
  if (owner_ == PinOwner::user) token_.user_logins_.fetch_add(1);
}

Login::~Login() {
  if (owner_ == PinOwner::user && token_.user_logins_.fetch_sub(1) == 1) token_.user_logged_out();
}

Token::Token(ck::SlotId slot, storage::TokenStore& store) : slot_(slot), store_(store) { load_objects(); }

void Token::load_objects() {
  for (storage::StoredObject& stored : store_.take_objects()) {
    Result<AttributeSet> attributes = AttributeSet::parse(stored.public_part);
    if (!attributes) {
      // The record is authentic, so only a newer version of ours can have written it.
      log::warning("an object is in a form this version does not read", {{"slot", slot_.value}, {"object", stored.uid.high()}});
      continue;
    }
    auto object = std::make_shared<Object>();
    object->uid = stored.uid;
    object->attributes = std::move(*attributes);
    object->sealed_secrets = std::move(stored.sealed_secret_part);
    objects_.put(std::move(object));
  }
}

void Token::user_logged_out() {
  const std::shared_lock lock(objects_mutex_);
  objects_.for_each([](const ObjectRef& object) {
    if (object->is_private()) object->key_cache->drop();
  });
}

void Token::count_session(bool read_write) {
  const std::lock_guard lock(session_mutex_);
  ++sessions_;
  if (read_write) ++read_write_sessions_;
}

void Token::discount_session(bool read_write) {
  --sessions_;
  if (read_write) --read_write_sessions_;
}

// ---- PINs

namespace {

storage::PinRecord& record_of(storage::TokenState& state, PinOwner owner) {
  return owner == PinOwner::so ? state.so : state.user;
}

Result<void> require_pin_length(const SecretBytes& pin) {
  if (pin.size() < kMinPinBytes || pin.size() > kMaxPinBytes) return fail(Rv::pin_len_range, "a PIN has 4 to 128 bytes");
  return {};
}

}  // namespace

Result<void> Token::commit_tries(PinOwner owner, std::uint32_t tries_used) {
  storage::TokenState state = store_.state();
  record_of(state, owner).tries_used = tries_used;
  storage::Change change;
  change.state = std::move(state);
  return store_.commit(std::move(change));
}

Result<void> Token::put_vault(PinOwner owner, Bytes vault) {
  const std::lock_guard lock(pin_mutex_);
  storage::TokenState state = store_.state();
  record_of(state, owner) = {.tries_used = 0, .vault = std::move(vault)};
  storage::Change change;
  change.state = std::move(state);
  return store_.commit(std::move(change));
}

Result<storage::PrivateObjectKey> Token::check_pin(PinOwner owner, const SecretBytes& pin) {
  if (store_.condition() == storage::SlotCondition::damaged) return fail(Rv::token_not_recognized, "token is damaged");
  std::uint32_t tries = 0;
  {
    const std::lock_guard lock(pin_mutex_);
    storage::TokenState state = store_.state();
    const storage::PinRecord& record = record_of(state, owner);
    if (!record.is_set()) {
      if (owner == PinOwner::so) return fail(Rv::pin_incorrect, "token has no security officer yet");
      return fail(Rv::user_pin_not_initialized, "user PIN was never set");
    }
    if (record.tries_used >= kPinTries) return fail(Rv::pin_locked, "PIN is locked");
    tries = record.tries_used + 1;
    HF_TRY(commit_tries(owner, tries));
  }
  Result<storage::PrivateObjectKey> key = store_.open_with_pin(owner, pin);
  if (!key && key.error().rv == Rv::pin_incorrect) {
    if (tries >= kPinTries) return fail(Rv::pin_locked, "last try used");
    return fail(Rv::pin_incorrect, "PIN does not open the token");
  }
  if (!key) return key;
  const std::lock_guard lock(pin_mutex_);
  HF_TRY(commit_tries(owner, 0));
  return key;
}

Result<void> Token::initialise(const SecretBytes& so_pin, const std::array<std::byte, 32>& label) {
  if (store_.condition() == storage::SlotCondition::damaged) return fail(Rv::token_not_recognized, "token is damaged");
  const std::lock_guard session_lock(session_mutex_);
  const std::lock_guard lock(change_mutex_);
  if (is_initialised() && store_.state().so.tries_used >= kPinTries) return fail(Rv::pin_locked, "SO PIN is locked");
  if (sessions_.load() != 0) return fail(Rv::session_exists, "a session with the token is open");
  if (is_initialised()) {
    HF_TRY(check_pin(PinOwner::so, so_pin));
  } else {
    HF_TRY(require_pin_length(so_pin));
  }
  HF_ASSIGN_OR_RETURN(const ObjectUid serial_source, store_.new_object_uid());
  AttributeSet holder;
  set_unique_id(holder, serial_source);
  const Bytes* const digits = holder.find(ck::AttributeType{CKA_UNIQUE_ID});
  storage::NewToken token{.label = label};
  std::copy_n(digits->begin(), token.serial.size(), token.serial.begin());
  HF_TRY(store_.initialise(token, so_pin));
  const std::unique_lock objects_lock(objects_mutex_);
  objects_.clear();
  return {};
}

Result<std::shared_ptr<Login>> Token::login(PinOwner owner, const SecretBytes& pin) {
  HF_ASSIGN_OR_RETURN(storage::PrivateObjectKey key, check_pin(owner, pin));
  return std::make_shared<Login>(*this, owner, std::move(key));
}

Result<void> Token::set_user_pin(const SecretBytes& pin, const Login& security_officer) {
  HF_TRY(require_pin_length(pin));
  HF_ASSIGN_OR_RETURN(Bytes vault, store_.lock_with_pin(PinOwner::user, pin, security_officer.private_key()));
  return put_vault(PinOwner::user, std::move(vault));
}

Result<void> Token::change_pin(PinOwner owner, const SecretBytes& old_pin, const SecretBytes& new_pin) {
  HF_TRY(require_pin_length(new_pin));
  HF_ASSIGN_OR_RETURN(const storage::PrivateObjectKey key, check_pin(owner, old_pin));
  HF_ASSIGN_OR_RETURN(Bytes vault, store_.lock_with_pin(owner, new_pin, key));
  return put_vault(owner, std::move(vault));
}

// ---- Token objects

ObjectRef Token::find(const ObjectUid& uid) const {
  const std::shared_lock lock(objects_mutex_);
  return objects_.find(uid);
}

std::vector<ObjectRef> Token::find_matching(const wire::Template& search) const {
  const std::shared_lock lock(objects_mutex_);
  return objects_.find_matching(search);
}

Result<Bytes> Token::seal(const ObjectUid& uid, const SecretSet& secrets, bool is_private, const Login* login) const {
  if (secrets.empty()) return Bytes{};
  HF_ASSIGN_OR_RETURN(const SecretBytes serialised, secrets.serialise());
  if (!is_private) return store_.seal_secret(uid, serialised);
  if (login == nullptr) return fail(Rv::user_not_logged_in, "a private object needs the user");
  return store_.seal_secret(uid, serialised, login->private_key());
}

Result<std::vector<ObjectRef>> Token::store_objects(std::vector<ObjectContent> contents, const Login* login) {
  std::vector<ObjectRef> objects;
  storage::Change change;
  for (ObjectContent& content : contents) {
    auto object = std::make_shared<Object>();
    HF_ASSIGN_OR_RETURN(object->uid, store_.new_object_uid());
    object->attributes = std::move(content.attributes);
    set_unique_id(object->attributes, object->uid);
    HF_ASSIGN_OR_RETURN(object->sealed_secrets, seal(object->uid, content.secrets, object->is_private(), login));
    change.put.push_back({.uid = object->uid,
                          .public_part = object->attributes.serialise(),
                          .sealed_secret_part = object->sealed_secrets});
    objects.push_back(std::move(object));
  }
  const std::lock_guard lock(change_mutex_);
  HF_TRY(store_.commit(std::move(change)));
  const std::unique_lock objects_lock(objects_mutex_);
  for (const ObjectRef& object : objects) objects_.put(object);
  return objects;
}

Result<void> Token::replace(const ObjectRef& old_version, AttributeSet attributes, const Login* login) {
  const std::lock_guard lock(change_mutex_);
  if (find(old_version->uid) != old_version) return fail(Rv::object_handle_invalid, "object was changed or destroyed meanwhile");
  auto object = std::make_shared<Object>(*old_version);
  const bool seal_changes = old_version->is_private() != attributes.flag(ck::AttributeType{CKA_PRIVATE});
  object->attributes = std::move(attributes);
  if (seal_changes) {
    HF_ASSIGN_OR_RETURN(const auto secrets, open_secrets(*old_version, login));
    HF_ASSIGN_OR_RETURN(object->sealed_secrets, seal(object->uid, *secrets, object->is_private(), login));
  }
  storage::Change change;
  change.put.push_back({.uid = object->uid,
                        .public_part = object->attributes.serialise(),
                        .sealed_secret_part = object->sealed_secrets});
  HF_TRY(store_.commit(std::move(change)));
  const std::unique_lock objects_lock(objects_mutex_);
  objects_.put(std::move(object));
  return {};
}

Result<void> Token::destroy(const ObjectUid& uid) {
  const std::lock_guard lock(change_mutex_);
  if (find(uid) == nullptr) return fail(Rv::object_handle_invalid, "object is gone");
  storage::Change change;
  change.removed.push_back(uid);
  HF_TRY(store_.commit(std::move(change)));
  const std::unique_lock objects_lock(objects_mutex_);
  if (const ObjectRef object = objects_.remove(uid)) object->key_cache->drop();
  return {};
}

Result<std::shared_ptr<const SecretSet>> Token::open_secrets(const Object& object, const Login* login) const {
  if (object.secrets != nullptr) return object.secrets;
  if (object.sealed_secrets.empty()) return std::make_shared<const SecretSet>();
  HF_ASSIGN_OR_RETURN(const SecretBytes serialised,
                      store_.unseal_secret(object.uid, object.sealed_secrets, login == nullptr ? nullptr : &login->private_key()));
  HF_ASSIGN_OR_RETURN(SecretSet secrets, SecretSet::parse(serialised));
  return std::make_shared<const SecretSet>(std::move(secrets));
}

}  // namespace holdfast::secure::pkcs11
