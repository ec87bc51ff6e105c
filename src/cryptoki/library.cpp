#include "cryptoki/library.h"

#include <atomic>
#include <unistd.h>

#include "base/byte_reader.h"
#include "cryptoki/autostart.h"
#include "cryptoki/fetch_all.h"
#include "cryptoki/process_state.h"

namespace holdfast::cryptoki::library {
namespace {

enum class MayStart : bool { no, yes };

// The state's connection, noted outside the page that is wiped in a child, so that the child can close what it
// inherited.
constinit std::atomic<Connection*> newest{nullptr};

/// exchange puts a connection into the state; the caller holds the lock and gets the state's old reference.
Connection* exchange(ProcessState& state, Connection* connection) {
  newest.store(connection);
  return std::exchange(state.connection, connection);
}

bool open_after_start(Connection& connection) {
  if (connection.tee().whose != Whose::ours || !autostart::start()) return false;
  // Another process may be starting the secure world at the same moment: then ours ended at once, and its will listen
  // soon.
  constexpr int kAttempts = 10;
  constexpr useconds_t kPause = 50'000;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (connection.open()) return true;
    ::usleep(kPause);
  }
  return false;
}

ParamKinds fetch_param_kinds(const Client& client) {
  const auto slots = fetch_all<wire::SlotList>(client, {.ignored = 0});
  if (!slots) return {};
  const auto first = ByteReader(*slots).u32();
  if (!first) return {};
  // A trusted application without this command lists no kinds: mechanisms with parameters are then refused by it.
  const auto kinds = fetch_all<wire::MechanismParamKinds>(client, {.slot = ck::SlotId{*first}});
  return kinds ? ParamKinds::parse(*kinds) : ParamKinds{};
}

/// introduce says HELLO, and learns what can be had of this world; false when our own world has no answer now. It must not
/// be taken for an OP-TEE because it was short of memory.
bool introduce(Connection& connection) {
  connection.add_reference();
  const Client client(&connection);
  const auto hello = client.send<wire::Hello>({.version = 1});
  if (hello) {
    connection.set_param_kinds(fetch_param_kinds(client));
    return true;
  }
  if (connection.tee().whose == Whose::ours && hello.error().rv != Rv::function_not_supported) return false;
  connection.expect_plain_optee();
  connection.set_param_kinds(ParamKinds::of_optee());
  return true;
}

/// connect makes the successor of a connection that is not usable; null when nothing listens.
Connection* connect(const Connection& before, MayStart may_start) {
  // Handles of another connection must not be taken for this one's, if there can be any.
  const bool had_handles = before.is_open() && sizeof(CK_ULONG) > sizeof(std::uint32_t);
  Connection* const fresh = Connection::make(before.tee(), before.epoch() + (had_handles ? 1 : 0));
  if (!fresh->open() && !(may_start == MayStart::yes && open_after_start(*fresh))) {
    fresh->release();
    return nullptr;
  }
  if (!introduce(*fresh)) {
    fresh->release();
    return nullptr;
  }
  return fresh;
}

Result<Client> reconnect(Client current, MayStart may_start) {
  Connection* const before = &current.connection();
  Connection* const fresh = connect(*before, may_start);
  if (fresh == nullptr) return current;
  ProcessState& state = *ProcessState::existing();
  {
    const std::lock_guard lock(state.lock);
    if (state.connection == before) {
      fresh->add_reference();
      exchange(state, fresh)->release();
      return Client(fresh);
    }
  }
  // Another thread was quicker, or ended the library's life.
  fresh->release();
  return client();
}

}  // namespace

Result<void> initialize() {
  HF_ASSIGN_OR_RETURN(ProcessState * state, ProcessState::make());
  const Result<Tee> tee = choose_tee();
  {
    const std::lock_guard lock(state->lock);
    if (state->connection != nullptr) return fail(Rv::cryptoki_already_initialized);
    if (!tee) return Unexpected<Error>{tee.error()};
    if (Connection* const inherited = newest.exchange(nullptr); !state->is_claimed)
      Connection::close_inherited(inherited);
    state->is_claimed = true;
    exchange(*state, Connection::make(*tee, 0));
  }
  HF_ASSIGN_OR_RETURN(Client current, client());
  HF_TRY(reconnect(std::move(current), MayStart::yes));
  return {};
}

Result<void> finalize() {
  ProcessState* const state = ProcessState::existing();
  if (state == nullptr) return fail(Rv::cryptoki_not_initialized);
  Connection* last = nullptr;
  {
    const std::lock_guard lock(state->lock);
    if (state->connection == nullptr) return fail(Rv::cryptoki_not_initialized);
    last = exchange(*state, nullptr);
    slot_events::end_waits(state->slot_watch);
  }
  last->release();
  return {};
}

Result<Client> client() {
  ProcessState* const state = ProcessState::existing();
  if (state == nullptr) return fail(Rv::cryptoki_not_initialized);
  const std::lock_guard lock(state->lock);
  if (state->connection == nullptr) return fail(Rv::cryptoki_not_initialized);
  state->connection->add_reference();
  return Client(state->connection);
}

Result<Client> reconnected_client() {
  HF_ASSIGN_OR_RETURN(Client current, client());
  if (current.connection().is_usable()) return current;
  const MayStart may_start = current.connection().is_open() ? MayStart::yes : MayStart::no;
  return reconnect(std::move(current), may_start);
}

Result<Client> rejoined_client() {
  HF_ASSIGN_OR_RETURN(Client current, client());
  if (current.connection().is_usable()) return current;
  return reconnect(std::move(current), MayStart::no);
}

}  // namespace holdfast::cryptoki::library
