#pragma once

#include <array>
#include <tuple>
#include <type_traits>
#include <utility>

#include <pkcs11/pkcs11.h>

#include "base/result.h"
#include "cryptoki/connection.h"
#include "cryptoki/optee/filter.h"
#include "cryptoki/output_buffer.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::cryptoki {

/// Client sends commands to the secure world over the process's connection. It holds a reference for the time of one
/// standard function. This is the one place where TEE results become PKCS#11 codes (OP-TEE ABI section 3.3).
///
/// Handles that the application sees carry the connection's epoch above the wire's 32 bits. A handle from before a
/// reconnection, and one that never fitted, is invalid here; it can never name another session's or object's.
class Client {
 public:
  /// Takes over one reference.
  explicit Client(Connection* connection) noexcept : connection_(connection) {}
  Client(Client&& other) noexcept : connection_(std::exchange(other.connection_, nullptr)) {}
  Client& operator=(Client&&) = delete;
  ~Client() {
    if (connection_ != nullptr) connection_->release();
  }

  Connection& connection() const noexcept { return *connection_; }
  const ParamKinds& param_kinds() const noexcept { return connection_->param_kinds(); }

  Result<ck::SlotId> slot(CK_SLOT_ID id) const;
  Result<ck::SessionHandle> session(CK_SESSION_HANDLE handle) const;
  /// object answers `invalid` for a handle that cannot be one: the standard has a code for each role of a key.
  Result<ck::ObjectHandle> object(CK_OBJECT_HANDLE handle, Rv invalid = Rv::object_handle_invalid) const;
  template <class Tag>
  CK_ULONG handle(StrongId<Tag> id) const noexcept {
    return static_cast<CK_ULONG>(std::uint64_t{connection_->epoch()} << 32 | id.value);
  }

  /// send crosses with command C and returns its reply. `input` are the bytes of C's memory parameters, in order; they
  /// go to the transport straight from the caller's memory.
  template <class C, class... Input>
  Result<typename C::Reply> send(const typename C::Request& request, Input... input) const {
    static_assert(C::kParameter2 != wire::Bulk::output, "use fetch");
    std::array<std::byte, wire::fixed_size(C::kReply)> reply{};
    constexpr bool kHasReply = C::kParameter2 == wire::Bulk::reply;
    HF_ASSIGN_OR_RETURN(const Outcome outcome,
                        (run<C>(request, std::make_tuple(ByteView(input)...), MutableByteView(reply))));
    if (outcome.rv != Rv::ok) return fail(outcome.rv, C::kName);
    if constexpr (kHasReply) {
      if (outcome.size != reply.size()) return fail(Rv::general_error, "reply of another size");
      return wire::decode<typename C::Reply>(C::kReply, reply);
    } else {
      return typename C::Reply{};
    }
  }

  /// fetch crosses with a command of variable output, which goes straight into `out`. An empty `out` is a length query.
  /// Fails only when no answer came; what the trusted application said is the outcome's code.
  template <class C, class... Input>
  Result<Outcome> fetch(const typename C::Request& request, MutableByteView out, Input... input) const {
    static_assert(C::kParameter2 == wire::Bulk::output, "use send");
    return run<C>(request, std::make_tuple(ByteView(input)...), out);
  }

 private:
  struct Memory {
    std::uint32_t type = TEEC_NONE;
    void* data = nullptr;
    std::size_t size = 0;
  };
  static Memory input(ByteView bytes) noexcept;
  static Memory optional_input(ByteView bytes) noexcept { return bytes.empty() ? Memory{} : input(bytes); }
  static Memory output(MutableByteView bytes) noexcept;

  template <wire::Bulk kind, std::size_t position, class Inputs>
  static Memory memory(const Inputs& inputs, MutableByteView out) noexcept {
    if constexpr (kind == wire::Bulk::input) {
      return input(std::get<position>(inputs));
    } else if constexpr (kind == wire::Bulk::optional_input) {
      return optional_input(std::get<position>(inputs));
    } else if constexpr (kind == wire::Bulk::output || kind == wire::Bulk::reply) {
      return output(out);
    } else {
      return {};
    }
  }
  static constexpr std::size_t inputs_of(wire::Bulk kind) {
    return kind == wire::Bulk::input || kind == wire::Bulk::optional_input ? 1 : 0;
  }

  template <class C, class Inputs>
  Result<Outcome> run(const typename C::Request& request, const Inputs& inputs, MutableByteView out) const {
    constexpr std::size_t kFirst = inputs_of(C::kParameter1);
    static_assert(std::tuple_size_v<Inputs> == kFirst + inputs_of(C::kParameter2),
                  "one input for each input parameter");
    if (connection_->is_plain_optee()) [[unlikely]]
      return run_filtered<C>(request, inputs, out);
    return cross<C>(request, memory<C::kParameter1, 0>(inputs, {}), memory<C::kParameter2, kFirst>(inputs, out));
  }

  /// run_filtered is run for a world without our extension block (optee/filter.h).
  template <class C, class Inputs>
  Result<Outcome> run_filtered(typename C::Request request, const Inputs& inputs, MutableByteView out) const {
    constexpr std::size_t kFirst = inputs_of(C::kParameter1);
    optee::Data data{.out = out};
    if constexpr (kFirst != 0) data.input = std::get<0>(inputs);
    if constexpr (inputs_of(C::kParameter2) != 0) data.signature = std::get<kFirst>(inputs);
    optee::Kept kept;
    HF_ASSIGN_OR_RETURN(const optee::Answered answered, optee::before<C>(*this, request, data, kept));
    if (answered) return *answered;
    Memory first = memory<C::kParameter1, 0>(inputs, {});
    // OP-TEE's ciphers want a buffer, and be it empty (OP-TEE ABI section 9.3).
    if constexpr (C::kId == wire::EncryptOneshot::kId || C::kId == wire::DecryptOneshot::kId) first = input(data.input);
    Result<Outcome> outcome = cross<C>(request, first, memory<C::kParameter2, kFirst>(inputs, out));
    optee::after<C>(*this, request, data, kept, outcome);
    if (outcome) outcome->rv = optee::standard_code<C>(outcome->rv);
    return outcome;
  }

  template <class C>
  Result<Outcome> cross(const typename C::Request& request, const Memory& first, const Memory& second) const {
    const std::size_t request_bytes = wire::encoded_size(C::kRequest, request);
    HF_ASSIGN_OR_RETURN(SecretBytes frame, SecretBytes::allocate(std::max(request_bytes, wire::kStatusBytes)));
    wire::encode(C::kRequest, request, wire::SecretCodec::fill(frame).first(request_bytes));
    return exchange(C::kId, wire::SecretCodec::fill(frame), first, second);
  }

  Result<Outcome> exchange(wire::CommandId command, MutableByteView frame, const Memory& first,
                           const Memory& second) const;

  Connection* connection_;
};

}  // namespace holdfast::cryptoki
