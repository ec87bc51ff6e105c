#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct GenerateKey : Command<33, Permit::session, Bulk::none, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "GENERATE_KEY";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::mechanism, &Request::attributes);
};

struct GenerateKeyPair : Command<50, Permit::session, Bulk::none, Bulk::reply> {
  static constexpr const char* kName = "GENERATE_KEY_PAIR";
  struct Request {
    ck::SessionHandle session;
    Mechanism mechanism;
    Template public_attributes;
    Template private_attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::mechanism, &Request::public_attributes, &Request::private_attributes);
  struct Reply {
    ck::ObjectHandle public_key;
    ck::ObjectHandle private_key;
  };
  static constexpr auto kReply = fields(&Reply::public_key, &Reply::private_key);
};

struct DeriveKey : Command<43, Permit::session, Bulk::none, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "DERIVE_KEY";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle parent;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::parent, &Request::mechanism, &Request::attributes);
};

/// DERIVE_KEYS is DERIVE_KEY for derivations that give more than one handle: u32 count, that many handles, the main key's
/// first, and, u32 size ahead, what the mechanism tells beside them (a version, IVs).
struct DeriveKeys : Command<0x80000040, Permit::session, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "DERIVE_KEYS";
  using Request = DeriveKey::Request;
  static constexpr auto kRequest = DeriveKey::kRequest;
  /// The room that parameter 2 must offer.
  static constexpr std::size_t kMostOutput = 1024;
};

/// WRAP_KEY puts the wrapped bytes into parameter 2.
struct WrapKey : Command<51, Permit::session, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "WRAP_KEY";
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle wrapping_key;
    ck::ObjectHandle key;
    Mechanism mechanism;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::wrapping_key, &Request::key, &Request::mechanism);
};

/// UNWRAP_KEY takes the wrapped bytes in parameter 1.
struct UnwrapKey : Command<52, Permit::session, Bulk::input, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "UNWRAP_KEY";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle unwrapping_key;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::unwrapping_key, &Request::mechanism, &Request::attributes);
};

}  // namespace holdfast::wire
