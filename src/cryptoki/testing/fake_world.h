#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/rv.h"
#include "base/tee_result.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::cryptoki::testing {

/// Call is one command as it reached the fake secure world.
struct Call {
  wire::CommandId command;
  Bytes request;
  std::optional<Bytes> first;              // parameter 1, if present
  std::optional<Bytes> second_input;       // parameter 2, if present as input
  std::optional<std::size_t> second_room;  // parameter 2, if present as output
  /// read decodes the request as command C's.
  template <class C>
  typename C::Request read() const {
    return wire::decode<typename C::Request>(C::kRequest, request).value();
  }
};

/// Answer is what the fake says. Output longer than the room is reported, and not copied, as the transport does it.
struct Answer {
  Rv rv = Rv::ok;
  Bytes output{};
  TeeResult result = TeeResult::success;
  std::size_t status_bytes = wire::kStatusBytes;
};

/// FakeWorld stands for libteec and all behind it: the test program links it in place of the TEE Client API.
class FakeWorld {
 public:
  /// Everything as after start: listening, one slot, a few mechanisms, Rv::ok to any other command.
  static void reset();
  static void listen(bool yes);
  /// deny_login refuses sessions of one login method with TEEC_ERROR_ACCESS_DENIED.
  static void deny_login(std::uint32_t method);
  /// on_command is asked first; std::nullopt leaves the answer to the fake.
  static void on_command(std::function<std::optional<Answer>(const Call&)> handler);
  /// kind_of tells the module a mechanism's shape of parameter.
  static void set_kind(ck::MechanismType mechanism, wire::ParamKind kind);

  static std::vector<Call> calls();
  /// last is the newest call of command C.
  template <class C>
  static std::optional<Call> last() {
    std::optional<Call> found;
    for (const Call& call : calls())
      if (call.command == C::kId) found = call;
    return found;
  }
  static int open_sessions();
  static int sessions_ever();
};

/// words are little-endian numbers.
Bytes words(std::initializer_list<std::uint32_t> numbers);
Bytes text(std::string_view characters);

}  // namespace holdfast::cryptoki::testing
