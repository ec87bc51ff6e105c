#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "support/is_rv.h"
#include "support/ta_world.h"
#include "support/template_builder.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::testing {

/// Answer is all that a client sees of one call.
struct Answer {
  TeeResult tee = TeeResult::generic;
  Rv rv = Rv::general_error;
  Bytes output;              // parameter 2, as long as the answer says, when that is not more than was offered
  std::size_t reported = 0;  // parameter 2's size after the call: the size needed when the output did not fit
};

/// Bulk is what goes beside the request: data in parameter 1, room or a signature in parameter 2.
struct BulkData {
  std::optional<ByteView> input = {};
  std::optional<ByteView> second = {};
  std::size_t room = 0;
};

/// TaClient is one application: a TEE session that sends commands as they lie on the wire.
class TaClient {
 public:
  explicit TaClient(TaWorld& world, secure::pkcs11::Dialect dialect = secure::pkcs11::Dialect::standard,
                    const secure::ta::ClientIdentity& identity = {})
      : ta_(world.ta()) {
    secure::ta::Params none;
    session_ = ta_.open_session(identity, none).value();
    if (dialect == secure::pkcs11::Dialect::optee) return;
    EXPECT_EQ(rv<wire::Hello>({.version = 1}), Rv::ok);
  }
  ~TaClient() { ta_.close_session(session_); }
  TaClient(const TaClient&) = delete;
  TaClient& operator=(const TaClient&) = delete;

  /// invoke sends anything.
  TeeResult invoke(std::uint32_t command, secure::ta::Params& params) {
    return ta_.invoke_command(session_, command, params);
  }

  /// send sends a command with parameters of the types it declares.
  template <class C>
  Answer send(const typename C::Request& request, const BulkData& bulk = {}) {
    Bytes memory(std::max(wire::kStatusBytes, wire::encoded_size(C::kRequest, request)));
    wire::encode(C::kRequest, request, memory);
    Bytes input = to_bytes(bulk.input.value_or(ByteView{}));
    Bytes second =
        C::kParameter2 == wire::Bulk::input ? to_bytes(bulk.second.value_or(ByteView{})) : Bytes(room<C>(bulk));
    secure::ta::Params params;
    params[0] = memref(secure::ta::ParamType::memref_inout, memory);
    if (bulk.input.has_value()) params[1] = memref(secure::ta::ParamType::memref_input, input);
    if constexpr (C::kParameter2 == wire::Bulk::input) params[2] = memref(secure::ta::ParamType::memref_input, second);
    if constexpr (C::kParameter2 == wire::Bulk::output || C::kParameter2 == wire::Bulk::reply)
      params[2] = memref(secure::ta::ParamType::memref_output, second);

    Answer answer{.tee = invoke(C::kId.value, params), .output = {}};
    EXPECT_EQ(params[0].memref.reported_size(), wire::kStatusBytes) << C::kName;
    answer.rv = static_cast<Rv>(ByteReader(memory).u32().value());
    EXPECT_EQ(answer.tee, answer.rv == Rv::buffer_too_small ? TeeResult::short_buffer : TeeResult::success) << C::kName;
    answer.reported = params[2].memref.reported_size();
    second.resize(std::min(second.size(), answer.reported));
    answer.output = std::move(second);
    return answer;
  }

  template <class C>
  Rv rv(const typename C::Request& request, const BulkData& bulk = {}) {
    return send<C>(request, bulk).rv;
  }

  /// call sends a command that answers with fields, or with nothing but its code.
  template <class C>
  Result<typename C::Reply> call(const typename C::Request& request, const BulkData& bulk = {}) {
    const Answer answer = send<C>(request, bulk);
    if (answer.rv != Rv::ok) return fail(answer.rv, C::kName);
    if constexpr (C::kParameter2 == wire::Bulk::reply) {
      return wire::decode<typename C::Reply>(C::kReply, answer.output);
    } else {
      return typename C::Reply{};
    }
  }

  /// fetch sends a command that fills parameter 2, once for the size and once for the bytes.
  template <class C>
  Result<Bytes> fetch(const typename C::Request& request, std::optional<ByteView> input = {}) {
    Answer answer = send<C>(request, {.input = input});
    if (answer.rv == Rv::buffer_too_small) answer = send<C>(request, {.input = input, .room = answer.reported});
    if (answer.rv != Rv::ok) return fail(answer.rv, C::kName);
    return std::move(answer.output);
  }

  // ---- The calls that every test needs

  ck::SessionHandle open(std::uint32_t slot = 0, std::uint32_t flags = CKF_SERIAL_SESSION | CKF_RW_SESSION) {
    return call<wire::OpenSession>({.slot = ck::SlotId{slot}, .flags = flags}).value().session;
  }
  ck::SessionHandle open_read_only(std::uint32_t slot = 0) { return open(slot, CKF_SERIAL_SESSION); }

  Rv init_token(std::string_view so_pin, std::uint32_t slot = 0) {
    wire::InitToken::Request request{.slot = ck::SlotId{slot}, .pin = as_bytes(so_pin), .label = {}};
    request.label.fill(std::byte{' '});
    return rv<wire::InitToken>(request);
  }
  Rv login(ck::SessionHandle session, std::uint32_t user, std::string_view pin) {
    return rv<wire::Login>({.session = session, .user_type = user, .pin = as_bytes(pin)});
  }
  Rv logout(ck::SessionHandle session) { return rv<wire::Logout>({.session = session}); }
  std::uint32_t token_flags(std::uint32_t slot = 0) {
    return call<wire::TokenInfo>({.slot = ck::SlotId{slot}}).value().flags;
  }
  std::uint32_t session_state(ck::SessionHandle session) {
    return call<wire::SessionInfo>({.session = session}).value().state;
  }

  Result<ck::ObjectHandle> create(ck::SessionHandle session, const TemplateBuilder& attributes) {
    HF_ASSIGN_OR_RETURN(const wire::CreateObject::Reply reply,
                        call<wire::CreateObject>({.session = session, .attributes = attributes.view()}));
    return reply.object;
  }
  /// find without a search gives everything but the profiles that a token has of itself.
  std::vector<ck::ObjectHandle> find(ck::SessionHandle session) {
    std::vector<ck::ObjectHandle> handles = find(session, {});
    const Bytes profile = std::move(ByteWriter().u32(CKO_PROFILE)).take();
    std::erase_if(handles, [&](ck::ObjectHandle object) {
      const Result<Bytes> object_class = attribute(session, object, CKA_CLASS);
      return object_class && *object_class == profile;
    });
    return handles;
  }
  std::vector<ck::ObjectHandle> find(ck::SessionHandle session, const TemplateBuilder& search) {
    std::vector<ck::ObjectHandle> handles;
    EXPECT_EQ(rv<wire::FindObjectsInit>({.session = session, .attributes = search.view()}), Rv::ok);
    const Answer answer = send<wire::FindObjects>({.session = session}, {.room = 4096});
    EXPECT_EQ(answer.rv, Rv::ok);
    ByteReader in(answer.output);
    while (in.remaining() != 0) handles.push_back(ck::ObjectHandle{in.u32().value()});
    EXPECT_EQ(rv<wire::FindObjectsFinal>({.session = session}), Rv::ok);
    return handles;
  }
  /// attribute reads one value of up to 512 bytes.
  Result<Bytes> attribute(ck::SessionHandle session, ck::ObjectHandle object, std::uint32_t type) {
    const TemplateBuilder request = TemplateBuilder().placeholder(type, 512);
    const Answer answer =
        send<wire::GetAttributeValue>({.session = session, .object = object, .attributes = request.view()},
                                      {.room = wire::kTemplateHeadBytes + request.view().attributes.size()});
    if (answer.rv != Rv::ok) return fail(answer.rv, "attribute");
    ByteReader in(answer.output);
    HF_TRY(in.take(wire::kTemplateHeadBytes + 4));
    HF_ASSIGN_OR_RETURN(const std::uint32_t size, in.u32());
    HF_ASSIGN_OR_RETURN(const ByteView value, in.take(size));
    return to_bytes(value);
  }

 private:
  template <class C>
  static std::size_t room(const BulkData& bulk) {
    if constexpr (C::kParameter2 == wire::Bulk::reply) return wire::fixed_size(C::kReply);
    return bulk.room;
  }
  static secure::ta::Param memref(secure::ta::ParamType type, Bytes& bytes) {
    return {.type = type, .memref = secure::ta::SharedMemref(bytes.data(), bytes.size())};
  }

  secure::pkcs11::Pkcs11Ta& ta_;
  secure::ta::TaSession session_;
};

/// TaTest has a world, and tokens with PINs when a test asks for them.
class TaTest : public ::testing::Test {
 protected:
  static constexpr std::string_view kSoPin = "so pin";
  static constexpr std::string_view kUserPin = "user pin";

  /// make_token initialises a slot's token and sets its user PIN.
  void make_token(std::uint32_t slot = 0) {
    TaClient client(world);
    ASSERT_EQ(client.init_token(kSoPin, slot), Rv::ok);
    const ck::SessionHandle session = client.open(slot);
    ASSERT_EQ(client.login(session, CKU_SO, kSoPin), Rv::ok);
    ASSERT_EQ(client.rv<wire::InitPin>({.session = session, .pin = as_bytes(kUserPin)}), Rv::ok);
  }

  TaWorld world;
};

/// LoggedIn has a token in slot 0, and a client whose read-write session is the user's.
class LoggedIn : public TaTest {
 protected:
  void SetUp() override {
    make_token();
    client.emplace(world);
    session = client->open();
    ASSERT_EQ(client->login(session, CKU_USER, kUserPin), Rv::ok);
  }

  std::optional<TaClient> client;
  ck::SessionHandle session;
};

}  // namespace holdfast::testing
