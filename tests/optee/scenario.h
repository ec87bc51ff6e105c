#pragma once

#include <map>
#include <memory>
#include <string>

#include "optee/call_text.h"
#include "optee/table.h"
#include "optee/tee_client.h"

namespace holdfast::optee {

using Objects = std::map<std::string, std::string>;

/// World is a daemon's context with tokens in the states that the tables name. The shared tokens are prepared once; a
/// state that starts with "own-" takes a slot that no other row has seen.
class World {
 public:
  World(const std::string& socket, Objects objects) : context_(socket), objects_(std::move(objects)) {}

  TeeContext& context() { return context_; }
  const Objects& objects() const { return objects_; }
  /// slot_of prepares the token when it is not there yet.
  std::uint32_t slot_of(const std::string& token);

  static constexpr std::uint32_t kSlots = 200;
  /// The slots that the tables need, and no policy of ours against what OP-TEE serves.
  static std::vector<std::string> daemon_options() {
    return {"--slots", std::to_string(kSlots), "--refuse-legacy", "none"};
  }

 private:
  TeeContext context_;
  Objects objects_;
  std::map<std::string, std::uint32_t> shared_;
  std::uint32_t next_slot_ = 0;
};

/// Scenario is the life of one row: a fresh client, what its names stand for, and the further clients it asks for.
/// Its functions throw std::runtime_error when the row cannot be run, or when a step answers what it should not.
class Scenario : public Names {
 public:
  Scenario(World& world, std::uint32_t slot);

  /// enter opens the session of a state such as "rw-user".
  void enter(const std::string& session);
  void run(const std::vector<Step>& steps);
  void run(const Step& step);

  std::uint32_t handle(std::string_view name) override;
  Bytes blob(std::string_view name) override;

 private:
  TeeClient& client(const std::string& name);
  void keep(const Step& step, const Bytes& output);

  World& world_;
  std::map<std::string, std::unique_ptr<TeeClient>> clients_;
  std::map<std::string, std::uint32_t, std::less<>> handles_;
  std::map<std::string, Bytes, std::less<>> blobs_;
};

/// run_row gives nothing when the row holds, and what went wrong when it does not.
std::string run_row(World& world, const Row& row);

}  // namespace holdfast::optee
