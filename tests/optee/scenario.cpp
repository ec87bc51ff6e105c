#include "optee/scenario.h"

#include <stdexcept>

#include "base/byte_reader.h"
#include "optee/vocabulary.h"
#include "wire/commands/all.h"

namespace holdfast::optee {
namespace {

// What leads a new token, and a new client, to the states that the tables name.
const std::map<std::string, std::string> kTokens{
    {"fresh", ""},
    {"so-only", "INIT_TOKEN slot 5 32*20 'sopin'"},
    {"user",
     "INIT_TOKEN slot 5 32*20 'sopin'; OPEN_SESSION slot RW / - / out:4 => t; LOGIN t SO 5 'sopin';"
     "INIT_PIN t 4 '1234'; CLOSE_SESSION t"}};
const std::map<std::string, std::string> kSessions{
    {"none", ""},
    {"ro", "OPEN_SESSION slot RO / - / out:4 => s"},
    {"rw", "OPEN_SESSION slot RW / - / out:4 => s"},
    {"ro-user", "OPEN_SESSION slot RO / - / out:4 => s; LOGIN s USER 4 '1234'"},
    {"rw-user", "OPEN_SESSION slot RW / - / out:4 => s; LOGIN s USER 4 '1234'"},
    {"rw-so", "OPEN_SESSION slot RW / - / out:4 => s; LOGIN s SO 5 'sopin'"}};

constexpr std::uint32_t kNeverGiven = 9999;  // a handle that no row gets

const std::string& find(const std::map<std::string, std::string>& texts, const std::string& name) {
  const auto found = texts.find(name);
  if (found == texts.end()) throw std::runtime_error("unknown state " + name);
  return found->second;
}

/// require_answer compares what came back with "CODE", "CODE=size", "CODE:bytes" or "TEE:RESULT".
void require_answer(const std::string& expected, TEEC_Result tee, const Parameters& sent, const Parameters& got,
                    Names& names) {
  const std::size_t end = expected.find_first_of("=:");
  const std::string name = expected.substr(0, end);
  const auto fail = [&](const std::string& answered) {
    throw std::runtime_error("expected " + expected + ", answered " + answered);
  };
  if (name == "TEE") {
    if (tee != tee_result_named(expected.substr(end + 1))) fail(name_of_tee_result(tee));
    if (sent[0].kind == Parameter::Kind::inout && got[0].bytes != sent[0].bytes) fail("a changed parameter 0");
    return;
  }
  if (tee != TEEC_SUCCESS && tee != TEEC_ERROR_SHORT_BUFFER) fail(name_of_tee_result(tee));
  if (got[0].size != wire::kStatusBytes) fail("a parameter 0 of " + std::to_string(got[0].size) + " bytes");
  const std::uint32_t code = ByteReader(got[0].bytes).u32().value();
  const auto wanted = return_code_named(name);
  if (!wanted) throw std::runtime_error("unknown code " + name);
  const std::string sizes = end == std::string::npos ? "" : "=" + std::to_string(got[2].size);
  if (code != *wanted) fail(name_of_return_code(code) + sizes);
  const bool is_short = code == *return_code_named("BUFFER_TOO_SMALL");
  if (is_short != (tee == TEEC_ERROR_SHORT_BUFFER)) fail(name_of_tee_result(tee) + " beside " + name);
  if (end == std::string::npos) return;
  if (expected[end] == '=' && std::to_string(got[2].size) != expected.substr(end + 1)) fail(name + sizes);
  if (expected[end] == ':' && got[2].bytes != encode(expected.substr(end + 1), names))
    fail(name + " with " + hex(got[2].bytes));
}

}  // namespace

std::uint32_t World::slot_of(const std::string& token) {
  constexpr std::string_view kOwn = "own-";
  const bool is_own = token.starts_with(kOwn);
  if (const auto found = shared_.find(token); found != shared_.end()) return found->second;
  if (next_slot_ == kSlots - 1) throw std::runtime_error("the daemon has too few slots for this table");
  const std::uint32_t slot = next_slot_++;
  Scenario(*this, slot).run(parse_steps(find(kTokens, is_own ? token.substr(kOwn.size()) : token)));
  if (!is_own) shared_[token] = slot;
  return slot;
}

Scenario::Scenario(World& world, std::uint32_t slot) : world_(world) {
  handles_ = {
      {"slot", slot}, {"slots", World::kSlots}, {"spare", World::kSlots - 1}, {"none", 0}, {"unknown", kNeverGiven}};
}

/// client makes a client when it is first named; "user" is one that the kernel vouches for as this user.
TeeClient& Scenario::client(const std::string& name) {
  std::unique_ptr<TeeClient>& client = clients_[name];
  if (!client)
    client = std::make_unique<TeeClient>(world_.context(), name == "user" ? TEEC_LOGIN_USER : TEEC_LOGIN_PUBLIC);
  return *client;
}

void Scenario::enter(const std::string& session) { run(parse_steps(find(kSessions, session))); }

void Scenario::run(const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    try {
      run(step);
    } catch (const std::exception& fault) {
      throw std::runtime_error("step " + step.command + ": " + fault.what());
    }
  }
}

void Scenario::run(const Step& step) {
  const auto command = command_named(step.command);
  if (!command) throw std::runtime_error("unknown command " + step.command);
  Parameters parameters = parse_parameters(step.parameters, *this);
  const Parameters sent = parameters;
  const TEEC_Result tee = client(step.client).invoke(*command, parameters);
  require_answer(step.expected, tee, sent, parameters, *this);
  keep(step, parameters[2].bytes);
}

/// keep gives the handles in an output their names, or the whole output a name that starts with $.
void Scenario::keep(const Step& step, const Bytes& output) {
  ByteReader in(output);
  for (const std::string& name : step.names) {
    if (name.starts_with("$")) {
      blobs_[name.substr(1)] = output;
      continue;
    }
    const Result<std::uint32_t> handle = in.u32();
    if (!handle) throw std::runtime_error("no handle for " + name);
    handles_[name] = *handle;
  }
}

std::uint32_t Scenario::handle(std::string_view name) {
  if (const auto found = handles_.find(name); found != handles_.end()) return found->second;
  const std::string object(name);
  if (object == "destroyed") {
    run(parse_steps("CREATE_OBJECT s {CLASS=DATA} / - / out:4 => destroyed; DESTROY_OBJECT s destroyed"));
  } else {
    const auto found = world_.objects().find(object);
    if (found == world_.objects().end()) throw std::runtime_error("unknown name " + object);
    run(parse_steps("CREATE_OBJECT s " + found->second + " / - / out:4 => " + object));
  }
  return handles_.at(object);
}

Bytes Scenario::blob(std::string_view name) {
  const auto found = blobs_.find(name);
  if (found == blobs_.end()) throw std::runtime_error("unknown name $" + std::string(name));
  return found->second;
}

std::string run_row(World& world, const Row& row) {
  try {
    const std::size_t dot = row.state.find('.');
    const std::string token = dot == std::string::npos ? "user" : row.state.substr(0, dot);
    Scenario scenario(world, world.slot_of(token));
    scenario.enter(dot == std::string::npos ? row.state : row.state.substr(dot + 1));
    scenario.run(row.steps);
    scenario.run(row.call);
    return {};
  } catch (const std::exception& fault) {
    return fault.what();
  }
}

}  // namespace holdfast::optee
