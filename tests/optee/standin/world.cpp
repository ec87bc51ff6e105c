#include "world.h"

#include <cstdlib>

#include "base/log.h"
#include "secure/storage/record_link.h"
#include "supplicant/memory/memory_record_store.h"
#include "supplicant/sqlite/sqlite_record_store.h"
#include "supplicant/storage_service.h"
#include "support/secret_peek.h"

namespace holdfast::optee {
namespace {

std::unique_ptr<supplicant::RecordStore> open_records() {
  const char* const folder = std::getenv("HOLDFAST_STANDIN_STATE");
  if (folder == nullptr) return std::make_unique<supplicant::MemoryRecordStore>();
  return supplicant::SqliteRecordStore::open(folder).value();
}

}  // namespace

class World::Link final : public secure::storage::RecordLink {
 public:
  explicit Link(supplicant::RecordStore& records) : service_(records) {}
  Result<Bytes> call(ByteView request) override { return service_.answer(request); }

 private:
  supplicant::StorageService service_;
};

World& World::instance() {
  static World* const the_world = new World;  // never ends: the program's threads may be inside at its exit
  return *the_world;
}

World::World() : records_(open_records()), link_(std::make_unique<Link>(*records_)) {
  log::set_sink(-1);
  start();
}
World::~World() = default;

void World::start() {
  sessions_.clear();
  quirks_.reset();
  ta_.reset();
  store_.reset();
  store_ = secure::storage::Store::open(testing::SecretPeek::make(Bytes(32, std::byte{0x42})), *link_,
                                        {.slot_count = 3, .scrypt_log2_n = 2})
               .value();
  ta_ = std::make_unique<secure::pkcs11::Pkcs11Ta>(*store_, secure::pkcs11::Pkcs11Ta::Extensions::withheld,
                                                   TokenPolicy::refuse_nothing());
  quirks_ = std::make_unique<Quirks>(*ta_);
}

Expected<std::uint32_t, TeeResult> World::open(const secure::ta::ClientIdentity& identity) {
  const std::lock_guard lock(mutex_);
  if (quirks_->has_panicked()) start();
  secure::ta::Params none;
  auto session = ta_->open_session(identity, none);
  if (!session) return Unexpected<TeeResult>{session.error()};
  sessions_[++last_session_] = *session;
  return last_session_;
}

void World::close(std::uint32_t session) {
  const std::lock_guard lock(mutex_);
  const auto at = sessions_.find(session);
  if (at == sessions_.end()) return;
  ta_->close_session(at->second);
  quirks_->forget(at->second);
  sessions_.erase(at);
}

TeeResult World::invoke(std::uint32_t session, std::uint32_t command, secure::ta::Params& params) {
  const std::lock_guard lock(mutex_);
  const auto at = sessions_.find(session);
  if (at == sessions_.end() || quirks_->has_panicked()) return TeeResult::target_dead;
  return quirks_->invoke(at->second, command, params);
}

}  // namespace holdfast::optee
