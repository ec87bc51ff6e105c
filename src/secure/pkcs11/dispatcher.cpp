#include "secure/pkcs11/dispatcher.h"

#include <algorithm>
#include <array>
#include <new>

#include "base/byte_reader.h"
#include "base/log.h"
#include "base/log_interval.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

// A request holds at most two templates and a mechanism beside its fixed fields.
constexpr std::size_t kMaxRequestBytes = 2 * wire::kMaxTemplateBytes + wire::kMaxMechanismParamBytes + 256;

bool is_present(const ta::Param& param, ta::ParamType type) { return param.type == type; }

/// takes checks a bulk parameter against what the command declares and gives its memory, null when absent.
Result<ta::SharedMemref*> take(ta::Param& param, wire::Bulk declared) {
  using ta::ParamType;
  switch (declared) {
    case wire::Bulk::none:
      if (is_present(param, ParamType::none)) return nullptr;
      break;
    case wire::Bulk::optional_input:
      if (is_present(param, ParamType::none)) return nullptr;
      [[fallthrough]];
    case wire::Bulk::input:
      if (is_present(param, ParamType::memref_input)) return &param.memref;
      break;
    case wire::Bulk::output:
    case wire::Bulk::reply:
      if (is_present(param, ParamType::memref_output)) return &param.memref;
      break;
  }
  return fail(Rv::arguments_bad, "parameter types do not fit the command");
}

template <class C>
Result<void> run(Pkcs11Ta& ta, Client& client, ByteView request_bytes, ta::Params& params) {
  Call call{.ta = ta, .client = client, .spoken = client.dialect(), .session = nullptr};
  HF_ASSIGN_OR_RETURN(call.parameter1, take(params[1], C::kParameter1));
  HF_ASSIGN_OR_RETURN(call.parameter2, take(params[2], C::kParameter2));
  HF_TRY(take(params[3], wire::Bulk::none));
  if constexpr (C::kParameter2 == wire::Bulk::reply) {
    if (call.parameter2->size() != wire::fixed_size(C::kReply)) return fail(Rv::arguments_bad, "reply size is not the command's");
  }
  std::unique_lock<std::mutex> session_lock;
  if constexpr (C::kPermit == wire::Permit::session) {
    HF_ASSIGN_OR_RETURN(const std::uint32_t handle, ByteReader(request_bytes).u32());
    call.session = client.session(ck::SessionHandle{handle});
    if (call.session == nullptr) return fail(Rv::session_handle_invalid, "no such session");
    session_lock = std::unique_lock(call.session->mutex);
  }
  HF_ASSIGN_OR_RETURN(const typename C::Request request, wire::decode<typename C::Request>(C::kRequest, request_bytes));
  auto reply = handle(C{}, request, call);
  if (!reply) return Unexpected<Error>{reply.error()};
  if constexpr (C::kParameter2 == wire::Bulk::reply) {
    std::array<std::byte, wire::fixed_size(C::kReply)> encoded;
    wire::encode(C::kReply, *reply, encoded);
    if (!call.parameter2->copy_out(0, encoded)) return fail(Rv::general_error, "reply outside its parameter");
  }
  return {};
}

using Runner = Result<void> (*)(Pkcs11Ta&, Client&, ByteView, ta::Params&);
struct Row {
  wire::CommandId id;
  Runner run;
};

template <class... C>
consteval auto make_rows(wire::CommandList<C...>) {
  std::array<Row, sizeof...(C)> rows{Row{C::kId, &run<C>}...};
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
  return rows;
}
constexpr auto kRows = make_rows(wire::AllCommands{});

Runner find_runner(wire::CommandId id) {
  const auto row = std::lower_bound(kRows.begin(), kRows.end(), id, [](const Row& r, wire::CommandId wanted) { return r.id < wanted; });
  return row != kRows.end() && row->id == id ? row->run : nullptr;
}

Result<void> run_private_copy(Runner runner, Pkcs11Ta& ta, Client& client, ta::Params& params) {
  ta::Param& request = params[0];
  if (!is_present(request, ta::ParamType::memref_inout)) return fail(Rv::arguments_bad, "parameter 0 must go both ways");
  if (request.memref.size() > kMaxRequestBytes) return fail(Rv::arguments_bad, "request above its limit");
  // The request may hold a PIN or a key: its one copy lives in secret memory and is wiped after the call.
  HF_ASSIGN_OR_RETURN(SecretBytes copy, SecretBytes::allocate(request.memref.size()));
  if (!request.memref.copy_in(0, wire::SecretCodec::fill(copy))) return fail(Rv::general_error, "copy outside a parameter");
  return runner(ta, client, wire::SecretCodec::see(copy), params);
}

/// log_failure tells of our own faults. Some of OP-TEE's answers have the same codes, and clients cause those at will.
void log_failure(const Error& failure) {
  static constinit log::Interval interval;
  const bool is_ours = failure.rv == Rv::general_error || failure.rv == Rv::device_error;
  if (is_ours && interval.has_passed()) return log::error(failure);
  log::debug(failure.why, {{"rv", static_cast<std::uint64_t>(failure.rv)}});
}

Rv outcome_of(Runner runner, Pkcs11Ta& ta, Client& client, ta::Params& params) noexcept {
  try {
    const Result<void> outcome = run_private_copy(runner, ta, client, params);
    if (outcome) return Rv::ok;
    log_failure(outcome.error());
    return outcome.error().rv;
  } catch (const std::bad_alloc&) {
    return Rv::device_memory;
  } catch (...) {
    return Rv::general_error;
  }
}

}  // namespace

TeeResult dispatch(Pkcs11Ta& ta, Client& client, wire::CommandId command, ta::Params& params) {
  ta::Param& status = params[0];
  if (!is_present(status, ta::ParamType::memref_inout) && !is_present(status, ta::ParamType::memref_output))
    return TeeResult::bad_parameters;
  if (status.memref.size() < wire::kStatusBytes) return TeeResult::bad_parameters;
  const bool is_known = ta.offers_extensions() || !wire::is_extension(command);
  const Runner runner = is_known ? find_runner(command) : nullptr;
  if (runner == nullptr) return TeeResult::not_supported;

  const Rv rv = outcome_of(runner, ta, client, params);
  std::array<std::byte, wire::kStatusBytes> code;
  wire::FieldWriter(code).u32(static_cast<std::uint32_t>(rv));
  if (!status.memref.copy_out(0, code)) return TeeResult::generic;
  status.memref.set_reported_size(wire::kStatusBytes);
  return rv == Rv::buffer_too_small ? TeeResult::short_buffer : TeeResult::success;
}

}  // namespace holdfast::secure::pkcs11
