#pragma once

#include <memory>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

#include "secure/pkcs11/session/client.h"
#include "secure/pkcs11/token/token.h"
#include "secure/storage/token_store.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::pkcs11 {

/// Pkcs11Ta is the PKCS#11 trusted application: OP-TEE's UUID and commands (docs/formats/wire.md) over tokens that a store
/// keeps. One TEE session is one client. Commands of different sessions run side by side.
class Pkcs11Ta final : public ta::TrustedApplication {
 public:
  /// Extensions tells whether commands above OP-TEE's exist: withheld, every client speaks OP-TEE's dialect.
  enum class Extensions : std::uint8_t { offered, withheld };

  /// `store` must outlive the application.
  explicit Pkcs11Ta(storage::Store& store, Extensions extensions = Extensions::offered,
                    TokenPolicy usual_policy = TokenPolicy::usual());
  ~Pkcs11Ta() override;

  ta::Uuid uuid() const override;
  Expected<ta::TaSession, TeeResult> open_session(const ta::ClientIdentity& identity, ta::Params& params) override;
  TeeResult invoke_command(ta::TaSession session, std::uint32_t command, ta::Params& params) override;
  void close_session(ta::TaSession session) override;

  // For the handlers.
  Result<Token*> token(ck::SlotId slot) const;
  std::size_t slot_count() const { return tokens_.size(); }
  GenerationWorker& generations() { return generations_; }
  bool offers_extensions() const { return extensions_ == Extensions::offered; }

 private:
  std::shared_ptr<Client> client(ta::TaSession session) const;

  const Extensions extensions_;
  std::vector<std::unique_ptr<Token>> tokens_;
  mutable std::shared_mutex clients_mutex_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Client>> clients_;  // clients_mutex_
  std::uint64_t last_client_ = 0;                                       // clients_mutex_
  GenerationWorker generations_;  // ends first, with all that it works on still there
};

}  // namespace holdfast::secure::pkcs11
