#include "cryptoki/testing/fake_world.h"

#include <cstring>

#include <holdfast/tee_client_api.h>

#include "base/byte_writer.h"

namespace holdfast::cryptoki::testing {
namespace {

struct State {
  std::mutex lock;
  bool is_listening = true;
  std::optional<std::uint32_t> denied_login;
  std::function<std::optional<Answer>(const Call&)> handler;
  std::vector<std::pair<std::uint32_t, wire::ParamKind>> kinds;
  std::vector<Call> calls;
  int open_sessions = 0;
  int sessions_ever = 0;
};
State& state() {
  static State the_state;
  return the_state;
}

Bytes temp_bytes(const TEEC_TempMemoryReference& reference) {
  return to_bytes(as_bytes(reference.buffer, reference.size));
}

Call read_call(std::uint32_t command, const TEEC_Operation& operation) {
  Call call{.command = wire::CommandId{command}, .request = temp_bytes(operation.params[0].tmpref)};
  if (TEEC_PARAM_TYPE_GET(operation.paramTypes, 1) == TEEC_MEMREF_TEMP_INPUT)
    call.first = temp_bytes(operation.params[1].tmpref);
  const std::uint32_t second = TEEC_PARAM_TYPE_GET(operation.paramTypes, 2);
  if (second == TEEC_MEMREF_TEMP_INPUT) call.second_input = temp_bytes(operation.params[2].tmpref);
  if (second == TEEC_MEMREF_TEMP_OUTPUT) call.second_room = operation.params[2].tmpref.size;
  return call;
}

Answer default_answer(const Call& call) {
  State& s = state();
  if (call.command == wire::SlotList::kId) return {.output = words({0})};
  if (call.command == wire::MechanismParamKinds::kId) {
    ByteWriter pairs;
    for (const auto& [mechanism, kind] : s.kinds) pairs.u32(mechanism).u32(static_cast<std::uint32_t>(kind));
    return {.output = std::move(pairs).take()};
  }
  // Any command with a fixed reply is answered with zeros of that size.
  Answer answer;
  wire::for_each_command([&]<class C>() {
    if (C::kId == call.command && C::kParameter2 == wire::Bulk::reply)
      answer.output.resize(wire::fixed_size(C::kReply));
  });
  return answer;
}

TEEC_Result give(const Answer& answer, TEEC_Operation& operation) {
  TEEC_TempMemoryReference& status = operation.params[0].tmpref;
  const auto code = static_cast<std::uint32_t>(answer.rv);
  std::memcpy(status.buffer, &code, sizeof code);
  status.size = answer.status_bytes;
  bool is_short = answer.rv == Rv::buffer_too_small;
  if (TEEC_PARAM_TYPE_GET(operation.paramTypes, 2) == TEEC_MEMREF_TEMP_OUTPUT) {
    TEEC_TempMemoryReference& out = operation.params[2].tmpref;
    if (answer.output.size() > out.size)
      is_short = true;
    else if (!answer.output.empty())
      std::memcpy(out.buffer, answer.output.data(), answer.output.size());
    out.size = answer.output.size();
  }
  if (answer.result != TeeResult::success) return static_cast<TEEC_Result>(answer.result);
  return is_short ? TEEC_ERROR_SHORT_BUFFER : TEEC_SUCCESS;
}

}  // namespace

void FakeWorld::reset() {
  State& s = state();
  const std::lock_guard lock(s.lock);
  s.is_listening = true;
  s.denied_login.reset();
  s.handler = nullptr;
  s.kinds.clear();
  s.calls.clear();
  s.open_sessions = 0;
  s.sessions_ever = 0;
}
void FakeWorld::listen(bool yes) { state().is_listening = yes; }
void FakeWorld::deny_login(std::uint32_t method) { state().denied_login = method; }
void FakeWorld::on_command(std::function<std::optional<Answer>(const Call&)> handler) {
  const std::lock_guard lock(state().lock);
  state().handler = std::move(handler);
}
void FakeWorld::set_kind(ck::MechanismType mechanism, wire::ParamKind kind) {
  state().kinds.emplace_back(mechanism.value, kind);
}
std::vector<Call> FakeWorld::calls() {
  const std::lock_guard lock(state().lock);
  return state().calls;
}
int FakeWorld::open_sessions() { return state().open_sessions; }
int FakeWorld::sessions_ever() { return state().sessions_ever; }

Bytes words(std::initializer_list<std::uint32_t> numbers) {
  ByteWriter out;
  for (const std::uint32_t number : numbers) out.u32(number);
  return std::move(out).take();
}
Bytes text(std::string_view characters) { return to_bytes(as_bytes(characters)); }

}  // namespace holdfast::cryptoki::testing

using namespace holdfast::cryptoki::testing;

extern "C" {

TEEC_Result TEEC_InitializeContext(const char*, TEEC_Context*) {
  return state().is_listening ? TEEC_SUCCESS : TEEC_ERROR_ITEM_NOT_FOUND;
}
void TEEC_FinalizeContext(TEEC_Context*) {}

TEEC_Result TEEC_OpenSession(TEEC_Context*, TEEC_Session*, const TEEC_UUID*, uint32_t method, const void*,
                             TEEC_Operation*, uint32_t*) {
  const std::lock_guard lock(state().lock);
  if (state().denied_login == method) return TEEC_ERROR_ACCESS_DENIED;
  ++state().open_sessions;
  ++state().sessions_ever;
  return TEEC_SUCCESS;
}
void TEEC_CloseSession(TEEC_Session*) {
  const std::lock_guard lock(state().lock);
  --state().open_sessions;
}

TEEC_Result TEEC_InvokeCommand(TEEC_Session*, uint32_t command, TEEC_Operation* operation, uint32_t*) {
  const Call call = read_call(command, *operation);
  std::function<std::optional<Answer>(const Call&)> handler;
  {
    const std::lock_guard lock(state().lock);
    state().calls.push_back(call);
    handler = state().handler;
  }
  std::optional<Answer> answer;
  if (handler) answer = handler(call);
  return give(answer ? *answer : default_answer(call), *operation);
}
}
