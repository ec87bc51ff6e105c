#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// Commands of our own. OP-TEE answers TEE result NOT_SUPPORTED to them, which makes HELLO a clean probe.

/// is_extension tells our own commands from OP-TEE's.
constexpr bool is_extension(CommandId command) { return (command.value & 0x80000000) != 0; }

/// HELLO answers the version of the extension block. From then on the client gets the answers of PKCS#11 where OP-TEE's
/// differ.
struct Hello : Command<0x80000000, Permit::anyone, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "HELLO";
  struct Request {
    std::uint32_t version;  // the newest the client knows
  };
  static constexpr auto kRequest = fields(&Request::version);
  struct Reply {
    std::uint32_t version;
  };
  static constexpr auto kReply = fields(&Reply::version);
};

/// MECHANISM_PARAM_KINDS fills parameter 2 with pairs of u32 mechanism type and u32 ParamKind, one for each mechanism
/// offered.
struct MechanismParamKinds : Command<0x80000001, Permit::anyone, Bulk::none, Bulk::output>, SlotOnly {
  static constexpr const char* kName = "MECHANISM_PARAM_KINDS";
};

/// STEP_OUTPUT_SIZE answers how many bytes the step `command` of the session's operation would write at most for
/// `input_bytes` of data, and leaves the operation exactly as it is. OP-TEE's way to ask, the step itself with no room
/// for output, cannot be told from a step whose output is empty: it takes the data, or ends the operation.
struct StepOutputSize : Command<0x80000002, Permit::session, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "STEP_OUTPUT_SIZE";
  struct Request {
    ck::SessionHandle session;
    CommandId command;
    std::uint32_t input_bytes;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::command, &Request::input_bytes);
  struct Reply {
    std::uint32_t bytes;
  };
  static constexpr auto kReply = fields(&Reply::bytes);
};

/// GET_TOKEN_POLICY answers which legacy the slot's token refuses: bits of Legacy (base/token_policy.h).
struct GetTokenPolicy : Command<0x80000003, Permit::anyone, Bulk::none, Bulk::reply>, SlotOnly {
  static constexpr const char* kName = "GET_TOKEN_POLICY";
  struct Reply {
    std::uint32_t refused;
  };
  static constexpr auto kReply = fields(&Reply::refused);
};

/// SET_TOKEN_POLICY changes it, in a session of the security officer.
struct SetTokenPolicy : Command<0x80000004, Permit::session, Bulk::none, Bulk::none> {
  static constexpr const char* kName = "SET_TOKEN_POLICY";
  struct Request {
    ck::SessionHandle session;
    std::uint32_t refused;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::refused);
};

}  // namespace holdfast::wire
