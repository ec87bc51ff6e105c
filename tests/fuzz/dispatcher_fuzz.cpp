// Any sequence of commands from two clients, one of them logged in, against the whole trusted application over a
// supplicant in memory. The first byte says which dialect each client speaks, who the first one is, and whether the
// token knows its people by identity. The application answers each command by its convention, stays inside the
// parameters, and leaves a store that opens whole.
#include <array>

#include <pkcs11/pkcs11.h>

#include "fuzz/fuzz_input.h"
#include "support/ta_world.h"
#include "support/template_builder.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace {

using namespace holdfast;
using namespace holdfast::testing;
using secure::ta::Param;
using secure::ta::Params;
using secure::ta::ParamType;
using secure::ta::SharedMemref;
using secure::ta::TaSession;

struct CommandShape {
  std::uint32_t id;
  wire::Bulk parameter1;
  wire::Bulk parameter2;
  std::size_t reply_bytes;
};

template <class... C>
constexpr auto shapes(wire::CommandList<C...>) {
  return std::array{CommandShape{C::kId.value, C::kParameter1, C::kParameter2, [] {
                                   if constexpr (C::kParameter2 == wire::Bulk::reply)
                                     return wire::fixed_size(C::kReply);
                                   return std::size_t{0};
                                 }()}...};
}
constexpr auto kShapes = shapes(wire::AllCommands{});

ParamType type_of(wire::Bulk bulk) {
  switch (bulk) {
    case wire::Bulk::none:
      return ParamType::none;
    case wire::Bulk::input:
    case wire::Bulk::optional_input:
      return ParamType::memref_input;
    case wire::Bulk::output:
    case wire::Bulk::reply:
      return ParamType::memref_output;
  }
  return ParamType::none;
}

/// Cast is what the first byte of an input chooses.
struct Cast {
  explicit Cast(std::uint8_t choice)
      : says_hello{(choice & 1) != 0, (choice & 2) != 0}, is_by_identity((choice & 4) != 0) {
    // By PKCS#11 a token belongs to nobody who is nobody in particular.
    const bool is_somebody = (choice & 8) != 0 || (is_by_identity && says_hello[0]);
    identity.login = is_somebody ? secure::ta::Login::user : secure::ta::Login::public_login;
  }

  std::array<bool, 2> says_hello;  // else the client speaks OP-TEE's dialect
  bool is_by_identity;
  secure::ta::ClientIdentity identity;
};

/// Rig is the application with a token, a logged-in client with objects, and a client that is nobody.
class Rig {
 public:
  explicit Rig(const Cast& cast) : cast_(cast) {
    for (std::size_t i = 0; i < clients_.size(); ++i) {
      Params none;
      clients_[i] = world_.ta().open_session(i == 0 ? cast.identity : secure::ta::ClientIdentity{}, none).value();
      if (cast.says_hello[i]) must<wire::Hello>({.version = 1}, i);
    }
    const ByteView so_pin = cast.is_by_identity ? ByteView{} : as_bytes("so pin");
    const ByteView user_pin = cast.is_by_identity ? ByteView{} : as_bytes("1234");
    must<wire::InitToken>({.slot = ck::SlotId{0}, .pin = so_pin, .label = {}});
    const auto session = open_session(0);
    must<wire::Login>({.session = session, .user_type = CKU_SO, .pin = so_pin});
    must<wire::InitPin>({.session = session, .pin = user_pin});
    must<wire::Logout>({.session = session});
    must<wire::Login>({.session = session, .user_type = CKU_USER, .pin = user_pin});
    make_objects(session);
    open_session(1);
  }

  void step(FuzzInput& input) {
    const std::uint8_t choice = input.u8();
    const CommandShape& shape = kShapes[choice % kShapes.size()];
    const std::uint8_t options = input.u8();
    const std::size_t client = options & 1;
    const std::uint32_t command = (options & 0x80) != 0 ? input.u16() : shape.id;
    Bytes request = to_bytes(input.sized());
    if (request.size() < wire::kStatusBytes) request.resize(wire::kStatusBytes);
    if (is_slow(command, request)) return;
    Bytes first = to_bytes(input.sized());
    Bytes second((options & 2) != 0 ? shape.reply_bytes : std::size_t{input.u16()});
    Params params;
    set(params[0], ParamType::memref_inout, request);
    set(params[1], type_of(shape.parameter1), first);
    set(params[2], type_of(shape.parameter2), second);
    if ((options & 4) != 0) params[input.u8() % 4].type = static_cast<ParamType>(input.u8() % 8);
    const TeeResult tee = world_.ta().invoke_command(clients_[client], command, params);
    check(tee, params, request, cast_.says_hello[client]);
  }

  void restart() {
    for (const TaSession client : clients_) world_.ta().close_session(client);
    world_.restart();
    const auto& rules = secure::pkcs11::token_rules(secure::pkcs11::Dialect::standard);
    for (std::uint32_t slot = 0; slot < world_.ta().slot_count(); ++slot)
      require((world_.ta().token(ck::SlotId{slot}).value()->info(rules).flags & CKF_ERROR_STATE) == 0);
  }

 private:
  static void set(Param& param, ParamType type, Bytes& bytes) {
    param = {.type = type, .memref = SharedMemref(bytes.data(), bytes.size())};
  }

  /// RSA keys take seconds to make under the sanitizers.
  static bool is_slow(std::uint32_t command, ByteView request) {
    ByteReader in(request);
    (void)in.u32();
    const Result<std::uint32_t> mechanism = in.u32();
    return command == wire::GenerateKeyPair::kId.value && mechanism && *mechanism == CKM_RSA_PKCS_KEY_PAIR_GEN;
  }

  static void check(TeeResult tee, const Params& params, ByteView request, bool is_standard) {
    if (tee != TeeResult::success && tee != TeeResult::short_buffer)
      return require(tee == TeeResult::bad_parameters || tee == TeeResult::not_supported);
    require(params[0].memref.reported_size() == wire::kStatusBytes);
    const auto rv = static_cast<Rv>(ByteReader(request).u32().value());
    require((tee == TeeResult::short_buffer) == (rv == Rv::buffer_too_small));
    require(rv != Rv::general_error || !is_standard);  // OP-TEE's dialect has this code on purpose
    if (rv == Rv::ok && params[2].type == ParamType::memref_output)
      require(params[2].memref.reported_size() <= params[2].memref.size());
  }

  template <class C>
  Bytes must(const typename C::Request& request, std::size_t client = 0) {
    Bytes memory(std::max(wire::kStatusBytes, wire::encoded_size(C::kRequest, request)));
    wire::encode(C::kRequest, request, memory);
    Bytes reply;
    Params params;
    if constexpr (C::kParameter2 == wire::Bulk::reply) {
      reply.resize(wire::fixed_size(C::kReply));
      set(params[2], ParamType::memref_output, reply);
    }
    set(params[0], ParamType::memref_inout, memory);
    require(world_.ta().invoke_command(clients_[client], C::kId.value, params) == TeeResult::success);
    require(ByteReader(memory).u32().value() == 0);
    return reply;
  }

  ck::SessionHandle open_session(std::size_t client) {
    const Bytes reply =
        must<wire::OpenSession>({.slot = ck::SlotId{0}, .flags = CKF_SERIAL_SESSION | CKF_RW_SESSION}, client);
    return ck::SessionHandle{ByteReader(reply).u32().value()};
  }

  void make_objects(ck::SessionHandle session) {
    const TemplateBuilder key = TemplateBuilder()
                                    .ulong(CKA_CLASS, CKO_SECRET_KEY)
                                    .ulong(CKA_KEY_TYPE, CKK_AES)
                                    .flag(CKA_EXTRACTABLE, true)
                                    .flag(CKA_DERIVE, true)
                                    .raw(CKA_VALUE, Bytes(16, std::byte{1}));
    must<wire::CreateObject>({.session = session, .attributes = key.view()});
    const TemplateBuilder data = TemplateBuilder()
                                     .ulong(CKA_CLASS, CKO_DATA)
                                     .flag(CKA_TOKEN, true)
                                     .flag(CKA_PRIVATE, true)
                                     .text(CKA_VALUE, "note");
    must<wire::CreateObject>({.session = session, .attributes = data.view()});
    const TemplateBuilder public_half =
        TemplateBuilder().text(CKA_EC_PARAMS, "\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07");
    const TemplateBuilder private_half = TemplateBuilder().flag(CKA_SIGN, true).flag(CKA_DERIVE, true);
    must<wire::GenerateKeyPair>({.session = session,
                                 .mechanism = {.type = ck::MechanismType{CKM_EC_KEY_PAIR_GEN}, .param = {}},
                                 .public_attributes = public_half.view(),
                                 .private_attributes = private_half.view()});
  }

  const Cast cast_;
  TaWorld world_{2};
  std::array<TaSession, 2> clients_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  Rig rig{Cast(input.u8())};
  for (int steps = 0; steps < 64 && !input.empty(); ++steps) rig.step(input);
  rig.restart();
  return 0;
}
