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

/// WRAP_KEY_AEAD is WRAP_KEY with a parameter that may generate its nonce, and C_WrapKeyAuthenticated. Parameter 2 has a
/// head of kHeadBytes, which holds the nonce and the tag, each with its u32 size; after that the wrapped bytes.
struct WrapKeyAead : Command<0x80000041, Permit::session, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "WRAP_KEY_AEAD";
  static constexpr std::size_t kHeadBytes = 256;
  static constexpr std::size_t kMostAssociatedData = 32 * 1024;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle wrapping_key;
    ck::ObjectHandle key;
    std::uint32_t is_authenticated;  // 1: the parameter is a message's, and the associated data beside it
    ByteView associated_data;
    Mechanism mechanism;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::wrapping_key, &Request::key, &Request::is_authenticated,
             size_of(&Request::associated_data, kMostAssociatedData), bytes_of(&Request::associated_data),
             &Request::mechanism);
};

/// UNWRAP_KEY_AEAD is its inverse, with the wrapped bytes in parameter 1.
struct UnwrapKeyAead : Command<0x80000042, Permit::session, Bulk::input, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "UNWRAP_KEY_AEAD";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle unwrapping_key;
    std::uint32_t is_authenticated;
    ByteView associated_data;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::unwrapping_key, &Request::is_authenticated,
             size_of(&Request::associated_data, WrapKeyAead::kMostAssociatedData), bytes_of(&Request::associated_data),
             &Request::mechanism, &Request::attributes);
};

/// ENCAPSULATE_KEY makes a secret key. Parameter 2 gets its handle, then the ciphertext.
struct EncapsulateKey : Command<0x80000043, Permit::session, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "ENCAPSULATE_KEY";
  static constexpr std::size_t kHeadBytes = 4;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle public_key;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::public_key, &Request::mechanism, &Request::attributes);
};

/// DECAPSULATE_KEY takes the ciphertext in parameter 1.
struct DecapsulateKey : Command<0x80000044, Permit::session, Bulk::input, Bulk::reply>, HandleReply {
  static constexpr const char* kName = "DECAPSULATE_KEY";
  using HandleReply::kReply;
  using HandleReply::Reply;
  struct Request {
    ck::SessionHandle session;
    ck::ObjectHandle private_key;
    Mechanism mechanism;
    Template attributes;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::private_key, &Request::mechanism, &Request::attributes);
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
