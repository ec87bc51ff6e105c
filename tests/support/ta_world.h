#pragma once

#include <memory>

#include "base/log.h"
#include "base/token_policy.h"
#include "secure/pkcs11/pkcs11_ta.h"
#include "secure/storage/token_store.h"
#include "support/memory_record_link.h"
#include "support/secret_peek.h"

namespace holdfast::testing {

/// TaWorld is a secure world in the test's process: the whole trusted application over a supplicant in memory.
class TaWorld {
 public:
  /// Tests are about what a token can do, so without a word its policy refuses nothing.
  explicit TaWorld(std::uint32_t slot_count = 3, TokenPolicy usual_policy = TokenPolicy::refuse_nothing())
      : slot_count_(slot_count), usual_policy_(usual_policy) {
    log::set_sink(-1);
    restart();
  }

  secure::pkcs11::Pkcs11Ta& ta() { return *ta_; }
  MemoryRecordLink& link() { return link_; }

  /// restart is a new process over the same records. No client may be alive.
  void restart() {
    ta_.reset();
    store_.reset();
    store_ = secure::storage::Store::open(SecretPeek::make(Bytes(32, std::byte{0x21})), link_,
                                          {.slot_count = slot_count_, .scrypt_log2_n = 2})
                 .value();
    ta_ = std::make_unique<secure::pkcs11::Pkcs11Ta>(*store_, secure::pkcs11::Pkcs11Ta::Extensions::offered, usual_policy_);
  }

 private:
  const std::uint32_t slot_count_;
  const TokenPolicy usual_policy_;
  MemoryRecordLink link_;
  std::unique_ptr<secure::storage::Store> store_;
  std::unique_ptr<secure::pkcs11::Pkcs11Ta> ta_;
};

}  // namespace holdfast::testing
