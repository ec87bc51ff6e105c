#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <tuple>

#include "base/bytes.h"
#include "ck/handles.h"
#include "wire/mechanism.h"
#include "wire/template.h"

namespace holdfast::wire {

/// CommandId numbers a command of the PKCS#11 trusted application. 0 to 52 are OP-TEE's; ours have the top bit set.
/// Numbers are never reused.
using CommandId = StrongId<struct CommandIdTag>;

/// Permit is what the dispatcher demands before a handler runs.
enum class Permit : std::uint8_t {
  anyone,   // no session named
  session,  // the request's `session` is open in this client, else CKR_SESSION_HANDLE_INVALID
};

/// Bulk is what memory parameter 1 or 2 carries (OP-TEE ABI section 5.1). Parameter 0 is always the serialised request.
enum class Bulk : std::uint8_t {
  none,            // absent
  input,           // client to secure world
  optional_input,  // the same; absent means no bytes
  output,          // secure world to client, up to the size offered
  reply,           // secure world to client, exactly the command's Reply
};

// ---- Field lists: a command's request and reply are structs, and a tuple of descriptors gives the order on the wire.

/// Field is a member that encodes itself: u32, strong id, fixed array, Mechanism, Template.
template <class Owner, class T>
struct Field {
  T Owner::*member;
};
/// SizeOf is the u32 length of a ByteView member whose bytes follow later; at most `limit`.
template <class Owner>
struct SizeOf {
  ByteView Owner::*member;
  std::size_t limit;
};
/// BytesOf are the bytes announced by the SizeOf of the same member. Sizes and bytes come in the same order.
template <class Owner>
struct BytesOf {
  ByteView Owner::*member;
};

template <class Owner>
constexpr SizeOf<Owner> size_of(ByteView Owner::*member, std::size_t limit) {
  return {member, limit};
}
template <class Owner>
constexpr BytesOf<Owner> bytes_of(ByteView Owner::*member) {
  return {member};
}

namespace detail {
template <class Owner, class T>
constexpr Field<Owner, T> describe(T Owner::*member) {
  return {member};
}
template <class Owner>
constexpr SizeOf<Owner> describe(SizeOf<Owner> d) {
  return d;
}
template <class Owner>
constexpr BytesOf<Owner> describe(BytesOf<Owner> d) {
  return d;
}
}  // namespace detail

template <class... Descriptor>
constexpr auto fields(Descriptor... descriptor) {
  return std::make_tuple(detail::describe(descriptor)...);
}

// ---- Sizes known at compile time, for replies.

template <class T>
struct FixedSize;
template <>
struct FixedSize<std::uint32_t> {
  static constexpr std::size_t value = 4;
};
template <>
struct FixedSize<std::uint8_t> {
  static constexpr std::size_t value = 1;
};
template <class Tag>
struct FixedSize<StrongId<Tag, std::uint32_t>> {
  static constexpr std::size_t value = 4;
};
template <std::size_t N>
struct FixedSize<std::array<std::byte, N>> {
  static constexpr std::size_t value = N;
};

template <class Tuple>
consteval std::size_t fixed_size(const Tuple& tuple) {
  return std::apply(
      []<class... Owner, class... T>(const Field<Owner, T>&...) { return (std::size_t{0} + ... + FixedSize<T>::value); },
      tuple);
}

// ---- What the command structs are made of.

struct Nothing {};

/// Longest PIN field the wire takes; the token's own rule (4 to 128 bytes) is stricter and has its own code.
inline constexpr std::size_t kMaxPinField = 1024;

/// Command is the base of every command: its number, what it demands, and what parameters 1 and 2 carry. A command adds
/// kName, Request with kRequest and, when it answers with fields, Reply with kReply.
template <std::uint32_t id, Permit permit, Bulk parameter1 = Bulk::none, Bulk parameter2 = Bulk::none>
struct Command {
  static constexpr CommandId kId{id};
  static constexpr Permit kPermit = permit;
  static constexpr Bulk kParameter1 = parameter1;
  static constexpr Bulk kParameter2 = parameter2;
  using Reply = Nothing;
  static constexpr auto kReply = fields();
};

/// SessionOnly is the request of every command that names nothing but its session.
struct SessionOnly {
  struct Request {
    ck::SessionHandle session;
  };
  static constexpr auto kRequest = fields(&Request::session);
};

/// SlotOnly is the request of every command that names nothing but a slot.
struct SlotOnly {
  struct Request {
    ck::SlotId slot;
  };
  static constexpr auto kRequest = fields(&Request::slot);
};

/// SessionObject is the request of a command on one object.
struct SessionObject {
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle object;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::object);
};

/// SessionObjectTemplate is the request of a command that reads, sets or copies attributes of one object.
struct SessionObjectTemplate {
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle object;
    Template attributes;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::object, &Request::attributes);
};

/// OperationInit is the request of every command that starts an operation with a key.
struct OperationInit {
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle key;
    Mechanism mechanism;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::key, &Request::mechanism);
};

/// HandleReply is the reply of a command that creates one object.
struct HandleReply {
  struct Reply {
    ck::ObjectHandle object;
  };
  static constexpr auto kReply = fields(&Reply::object);
};

}  // namespace holdfast::wire
