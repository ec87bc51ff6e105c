#include "secure/pkcs11/token/token.h"

#include <algorithm>

#include <pkcs11/pkcs11.h>

#include "base/log.h"
#include "secure/pkcs11/token/policy.h"

namespace holdfast::secure::pkcs11 {

Login::Login(Token& token, PinOwner owner, storage::PrivateObjectKey key)
    : token_(token), owner_(owner), key_(std::move(key)) {
  if (owner_ == PinOwner::user) token_.user_logins_.fetch_add(1);
}

Login::~Login() {
  if (owner_ == PinOwner::user && token_.user_logins_.fetch_sub(1) == 1) token_.user_logged_out();
}

Token::Token(ck::SlotId slot, storage::TokenStore& store, TokenPolicy usual_policy)
    : slot_(slot), store_(store), usual_policy_(usual_policy), built_in_(slot) {
  load_objects();
}

TokenPolicy Token::policy() const { return policy_of(store_.state().flags, usual_policy_); }

Result<void> Token::set_policy(TokenPolicy policy) {
  const std::lock_guard lock(pin_mutex_);
  storage::TokenState state = store_.state();
  state.flags = as_token_flags(policy);
  storage::Change change;
  change.state = std::move(state);
  HF_TRY(store_.commit(std::move(change)));
  log::info("token policy set", {{"slot", slot_.value}, {"refused", policy.bits()}});
  return {};
}

void Token::load_objects() {
  std::vector<storage::StoredObject> loaded = store_.take_objects();
  // Searches give the newest first: the objects come in the order they were written.
  std::sort(loaded.begin(), loaded.end(), [](const auto& a, const auto& b) { return a.version < b.version; });
  for (storage::StoredObject& stored : loaded) {
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

// ---- Token objects

ObjectRef Token::find(const ObjectUid& uid) const {
  {
    const std::shared_lock lock(objects_mutex_);
    if (ObjectRef object = objects_.find(uid)) return object;
  }
  return is_built_in(uid) ? built_in_.find(uid, conditions()) : nullptr;
}

BuiltInObjects::Conditions Token::conditions() const {
  const std::shared_lock lock(objects_mutex_);
  return {.certificates_are_public = objects_.certificates().all_found(), .policy = policy()};
}

std::vector<ObjectRef> Token::find_built_in(const wire::Template& search) const {
  return built_in_.find_matching(search, conditions());
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
