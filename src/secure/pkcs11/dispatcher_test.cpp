// The convention of every command (OP-TEE ABI section 3): parameter types, reply sizes, order of checks.

#include "secure/pkcs11/dispatcher.h"

#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;
using ta::ParamType;

/// RawCall is an invocation with every byte and type in the test's hands.
struct RawCall {
  Bytes request;
  Bytes second = {};
  Bytes third = {};
  ta::Params params{};

  explicit RawCall(Bytes bytes) : request(std::move(bytes)) {
    if (request.size() < wire::kStatusBytes) return;
    set(0, ParamType::memref_inout, request);
  }
  void set(std::size_t index, ParamType type, Bytes& bytes) {
    params[index] = {.type = type, .memref = ta::SharedMemref(bytes.data(), bytes.size())};
  }
  /// shape gives parameters 1 and 2 what the command declares.
  template <class C>
  RawCall& shape(std::size_t room) {
    if (C::kParameter1 == wire::Bulk::input) set(1, ParamType::memref_input, second);
    third.resize(room);
    if (C::kParameter2 == wire::Bulk::output || C::kParameter2 == wire::Bulk::reply)
      set(2, ParamType::memref_output, third);
    if (C::kParameter2 == wire::Bulk::input) set(2, ParamType::memref_input, third);
    return *this;
  }
  Rv rv() const { return static_cast<Rv>(ByteReader(request).u32().value()); }
};

template <class C>
Bytes encoded(const typename C::Request& request) {
  Bytes bytes(wire::encoded_size(C::kRequest, request));
  wire::encode(C::kRequest, request, bytes);
  return bytes;
}

template <class C>
constexpr std::size_t reply_bytes() {
  if constexpr (C::kParameter2 == wire::Bulk::reply) return wire::fixed_size(C::kReply);
  return 0;
}

struct Convention : LoggedIn {
  Rv invoke(std::uint32_t command, RawCall& call) {
    EXPECT_NE(client->invoke(command, call.params), TeeResult::bad_parameters);
    return call.rv();
  }
  /// request_of is a sound request of any command, for this session.
  template <class C>
  Bytes request_of() {
    typename C::Request request{};
    if constexpr (requires { request.session; }) request.session = session;
    return encoded<C>(request);
  }
};

TEST_F(Convention, UnknownCommandsAreNotSupportedAndLeaveTheRequestAlone) {
  for (const std::uint32_t command : {53u, 54u, 1000u, 0x7FFFFFFFu, 0x8000FFFFu, 0xFFFFFFFFu}) {
    RawCall call(Bytes(8, std::byte{0xAA}));
    EXPECT_EQ(client->invoke(command, call.params), TeeResult::not_supported) << command;
    EXPECT_EQ(call.request, Bytes(8, std::byte{0xAA}));
  }
}

TEST_F(Convention, WithoutRoomForTheCodeThereIsNoAnswer) {
  wire::for_each_command([&]<class C>() {
    for (const ParamType type : {ParamType::none, ParamType::value_inout, ParamType::memref_input}) {
      RawCall call(request_of<C>());
      call.params[0].type = type;
      EXPECT_EQ(client->invoke(C::kId.value, call.params), TeeResult::bad_parameters) << C::kName;
    }
    RawCall small(Bytes(4));
    Bytes three(3);
    small.set(0, ParamType::memref_inout, three);
    EXPECT_EQ(client->invoke(C::kId.value, small.params), TeeResult::bad_parameters) << C::kName;
  });
}

TEST_F(Convention, AnOutputOnlyRequestIsBadArguments) {
  wire::for_each_command([&]<class C>() {
    RawCall call(request_of<C>());
    call.shape<C>(reply_bytes<C>());
    call.params[0].type = ParamType::memref_output;
    EXPECT_EQ(invoke(C::kId.value, call), Rv::arguments_bad) << C::kName;
  });
}

TEST_F(Convention, ParameterTypesOtherThanDeclaredAreBadArguments) {
  const auto fits = [](wire::Bulk declared, ParamType type) {
    switch (declared) {
      case wire::Bulk::none:
        return type == ParamType::none;
      case wire::Bulk::input:
        return type == ParamType::memref_input;
      case wire::Bulk::optional_input:
        return type == ParamType::none || type == ParamType::memref_input;
      case wire::Bulk::output:
      case wire::Bulk::reply:
        return type == ParamType::memref_output;
    }
    return false;
  };
  constexpr ParamType kTypes[] = {ParamType::none,        ParamType::value_input,  ParamType::value_output,
                                  ParamType::value_inout, ParamType::memref_input, ParamType::memref_output,
                                  ParamType::memref_inout};
  wire::for_each_command([&]<class C>() {
    for (const std::size_t index : {1u, 2u, 3u}) {
      const wire::Bulk declared = index == 1 ? C::kParameter1 : index == 2 ? C::kParameter2 : wire::Bulk::none;
      for (const ParamType type : kTypes) {
        if (fits(declared, type)) continue;
        RawCall call(request_of<C>());
        call.shape<C>(reply_bytes<C>());
        call.params[index].type = type;
        EXPECT_EQ(invoke(C::kId.value, call), Rv::arguments_bad)
            << C::kName << " parameter " << index << " type " << static_cast<int>(type);
      }
    }
  });
}

TEST_F(Convention, RepliesOfAnotherSizeAreBadArguments) {
  wire::for_each_command([&]<class C>() {
    if constexpr (C::kParameter2 == wire::Bulk::reply) {
      for (const std::size_t room : {reply_bytes<C>() - 1, reply_bytes<C>() + 1, std::size_t{0}}) {
        RawCall call(request_of<C>());
        call.shape<C>(room);
        EXPECT_EQ(invoke(C::kId.value, call), Rv::arguments_bad) << C::kName << " with " << room;
      }
    }
  });
}

TEST_F(Convention, AnUnknownSessionIsNamedBeforeTheRestIsRead) {
  wire::for_each_command([&]<class C>() {
    if constexpr (C::kPermit == wire::Permit::session) {
      for (const std::size_t extra : {0u, 1u, 100u}) {
        Bytes request = std::move(ByteWriter().u32(0xBAD)).take();
        request.resize(request.size() + extra, std::byte{0xFF});
        RawCall call(request);
        call.shape<C>(reply_bytes<C>());
        EXPECT_EQ(invoke(C::kId.value, call), Rv::session_handle_invalid) << C::kName << " + " << extra;
      }
    }
  });
}

TEST_F(Convention, BytesLeftOverAreBadArguments) {
  wire::for_each_command([&]<class C>() {
    Bytes request = request_of<C>();
    request.push_back(std::byte{0});
    RawCall call(request);
    call.shape<C>(reply_bytes<C>());
    EXPECT_EQ(invoke(C::kId.value, call), Rv::arguments_bad) << C::kName;
  });
}

TEST_F(Convention, RequestsThatEndEarlyAreBadArguments) {
  wire::for_each_command([&]<class C>() {
    const Bytes whole = request_of<C>();
    for (std::size_t size = wire::kStatusBytes; size < whole.size(); ++size) {
      RawCall call(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
      call.shape<C>(reply_bytes<C>());
      EXPECT_EQ(invoke(C::kId.value, call), Rv::arguments_bad) << C::kName << " cut to " << size;
    }
  });
}

TEST_F(Convention, RequestsAboveEveryLimitAreBadArguments) {
  RawCall call(Bytes(std::size_t{1} << 20));
  EXPECT_EQ(invoke(wire::Ping::kId.value, call), Rv::arguments_bad);
}

TEST_F(Convention, RequestsFromNobodyAreASecurityFault) {
  RawCall call(request_of<wire::Ping>());
  EXPECT_EQ(world.ta().invoke_command({.id = 0xDEAD}, 0, call.params), TeeResult::security);
}

TEST_F(Convention, LengthFieldsThatLieAreBadArguments) {
  const auto login = [&](std::uint32_t pin_bytes, std::string_view pin) {
    RawCall call(std::move(ByteWriter().u32(session.value).u32(CKU_USER).u32(pin_bytes).raw(as_bytes(pin))).take());
    return invoke(wire::Login::kId.value, call);
  };
  EXPECT_EQ(login(4, "123"), Rv::arguments_bad);
  EXPECT_EQ(login(4, "12345"), Rv::arguments_bad);
  EXPECT_EQ(login(0xFFFFFFFF, "1234"), Rv::arguments_bad);
  EXPECT_EQ(login(1025, std::string(1025, 'x')), Rv::arguments_bad);

  const auto create = [&](std::uint32_t list_bytes, std::size_t sent) {
    RawCall call(std::move(ByteWriter().u32(session.value).u32(list_bytes).u32(1).raw(Bytes(sent))).take());
    call.shape<wire::CreateObject>(4);
    return invoke(wire::CreateObject::kId.value, call);
  };
  EXPECT_EQ(create(0xFFFFFFFF, 16), Rv::arguments_bad);
  EXPECT_EQ(create(17, 16), Rv::arguments_bad);
  EXPECT_EQ(create(15, 16), Rv::arguments_bad);
  EXPECT_EQ(create(65537, 65537), Rv::arguments_bad);
}

// ---- What the version commands answer

TEST_F(Convention, PingAnswersAVersionThatLibckteecAccepts) {
  const auto version = client->call<wire::Ping>({}).value();
  EXPECT_TRUE(version.major == 0 || version.minor <= 1);
  EXPECT_EQ(client->call<wire::Hello>({.version = 1})->version, 1u);
}

TEST_F(Convention, ListsAnswerTheirSizeAndThenTheirItems) {
  const Answer query = client->send<wire::SlotList>({.ignored = 0});
  EXPECT_EQ(query.rv, Rv::buffer_too_small);
  EXPECT_EQ(query.reported, 12u);
  EXPECT_EQ(client->send<wire::SlotList>({.ignored = 0}, {.room = 11}).rv, Rv::buffer_too_small);
  EXPECT_EQ(client->send<wire::SlotList>({.ignored = 0}, {.room = 100}).output,
            std::move(ByteWriter().u32(0).u32(1).u32(2)).take());
  EXPECT_EQ(client->fetch<wire::MechanismParamKinds>({.slot = ck::SlotId{0}})->size(),
            2 * client->fetch<wire::MechanismIds>({.slot = ck::SlotId{0}})->size());
}

TEST_F(Convention, EveryMechanismListedHasInfo) {
  const Bytes ids = client->fetch<wire::MechanismIds>({.slot = ck::SlotId{0}}).value();
  ByteReader in(ids);
  ASSERT_GT(in.remaining(), 40u);
  while (in.remaining() != 0) {
    const ck::MechanismType type{in.u32().value()};
    const auto info = client->call<wire::MechanismInfo>({.slot = ck::SlotId{0}, .mechanism = type});
    ASSERT_THAT(info, IsOk()) << type.value;
    EXPECT_NE(info->flags, 0u) << type.value;
    EXPECT_LE(info->min_key_size, info->max_key_size) << type.value;
  }
}

TEST_F(Convention, RandomFillsAllThatIsAskedFor) {
  const Bytes one = client->send<wire::GenerateRandom>({.session = session}, {.room = 1000}).output;
  const Bytes other = client->send<wire::GenerateRandom>({.session = session}, {.room = 1000}).output;
  EXPECT_EQ(one.size(), 1000u);
  EXPECT_NE(one, other);
  EXPECT_NE(Bytes(one.end() - 16, one.end()), Bytes(16));
  EXPECT_EQ(client->rv<wire::GenerateRandom>({.session = session}), Rv::ok) << "nothing asked, nothing given";
  EXPECT_EQ(client->rv<wire::SeedRandom>({.session = session}, {.input = as_bytes("seed")}), Rv::ok);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
