#include "secure/pkcs11/pkcs11_ta.h"

#include "secure/pkcs11/dispatcher.h"
#include "wire/commands/all.h"

namespace holdfast::secure::pkcs11 {

Pkcs11Ta::Pkcs11Ta(storage::Store& store, Extensions extensions, TokenPolicy usual_policy) : extensions_(extensions) {
  for (std::uint32_t slot = 0; slot < store.slot_count(); ++slot)
    tokens_.push_back(std::make_unique<Token>(ck::SlotId{slot}, *store.token(slot), usual_policy));
}

Pkcs11Ta::~Pkcs11Ta() = default;

ta::Uuid Pkcs11Ta::uuid() const { return {.octets = wire::kPkcs11TaUuid}; }

Expected<ta::TaSession, TeeResult> Pkcs11Ta::open_session(const ta::ClientIdentity& identity, ta::Params&) {
  const std::unique_lock lock(clients_mutex_);
  const std::uint64_t id = ++last_client_;
  clients_.emplace(id, std::make_shared<Client>(identity));
  return ta::TaSession{id};
}

void Pkcs11Ta::close_session(ta::TaSession session) {
  std::shared_ptr<Client> gone;
  const std::unique_lock lock(clients_mutex_);
  if (const auto it = clients_.find(session.id); it != clients_.end()) {
    gone = std::move(it->second);
    clients_.erase(it);
  }
}

std::shared_ptr<Client> Pkcs11Ta::client(ta::TaSession session) const {
  const std::shared_lock lock(clients_mutex_);
  const auto it = clients_.find(session.id);
  return it == clients_.end() ? nullptr : it->second;
}

Result<Token*> Pkcs11Ta::token(ck::SlotId slot) const {
  if (slot.value >= tokens_.size()) return fail(Rv::slot_id_invalid, "no such slot");
  return tokens_[slot.value].get();
}

TeeResult Pkcs11Ta::invoke_command(ta::TaSession session, std::uint32_t command, ta::Params& params) {
  const std::shared_ptr<Client> caller = client(session);
  if (caller == nullptr) return TeeResult::security;
  return dispatch(*this, *caller, wire::CommandId{command}, params);
}

}  // namespace holdfast::secure::pkcs11
