#pragma once

#include <map>
#include <memory>
#include <mutex>

#include "quirks.h"
#include "secure/pkcs11/pkcs11_ta.h"
#include "secure/storage/token_store.h"
#include "supplicant/record_store.h"

namespace holdfast::optee {

/// World is the secure world of a board, in this process: our own trusted application with its extension block
/// withheld, over records in memory or, if HOLDFAST_STANDIN_STATE names a folder, in a database there. Quirks make it
/// OP-TEE's. After a panic every session that was open is dead; the next one finds a fresh instance over the same
/// records.
class World {
 public:
  static World& instance();

  /// open gives the number of a new session.
  Expected<std::uint32_t, TeeResult> open(const secure::ta::ClientIdentity& identity);
  void close(std::uint32_t session);
  TeeResult invoke(std::uint32_t session, std::uint32_t command, secure::ta::Params& params);

 private:
  class Link;
  World();
  ~World();
  void start();

  // OP-TEE's application is a single instance: one command at a time.
  std::mutex mutex_;
  std::unique_ptr<supplicant::RecordStore> records_;
  std::unique_ptr<Link> link_;
  std::unique_ptr<secure::storage::Store> store_;
  std::unique_ptr<secure::pkcs11::Pkcs11Ta> ta_;
  std::unique_ptr<Quirks> quirks_;
  std::map<std::uint32_t, secure::ta::TaSession> sessions_;  // of the running instance
  std::uint32_t last_session_ = 0;
};

}  // namespace holdfast::optee
