#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

// The message functions of PKCS#11 3.0 (sections 5.9, 5.11, 5.14, 5.16).

/// Longest associated data of a message, in bytes.
inline constexpr std::size_t kMaxAssociatedData = 64 * 1024;

/// MessageHead is the request that brings a message's parameter, as wire::ParamKind lays it out, and associated data.
struct MessageHead {
  struct Request {
    ck::SessionHandle session;
    ByteView param;
    ByteView aad;
  };
  static constexpr auto kRequest =
      fields(&Request::session, size_of(&Request::param, kMaxMechanismParamBytes),
             size_of(&Request::aad, kMaxAssociatedData), bytes_of(&Request::param), bytes_of(&Request::aad));
};

/// MessagePart is the request of the next part of a message. When it is the last, 1; else 0.
struct MessagePart {
  struct Request {
    ck::SessionHandle session;
    std::uint32_t is_last;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::is_last);
};

struct MessageEncryptInit : Command<0x80000020, Permit::session>, OperationInit {
  static constexpr const char* kName = "MESSAGE_ENCRYPT_INIT";
};
struct MessageDecryptInit : Command<0x80000021, Permit::session>, OperationInit {
  static constexpr const char* kName = "MESSAGE_DECRYPT_INIT";
};
struct MessageSignInit : Command<0x80000022, Permit::session>, OperationInit {
  static constexpr const char* kName = "MESSAGE_SIGN_INIT";
};
struct MessageVerifyInit : Command<0x80000023, Permit::session>, OperationInit {
  static constexpr const char* kName = "MESSAGE_VERIFY_INIT";
};

/// ENCRYPT_MESSAGE gives the ciphertext, as long as the plaintext, then the nonce, then the tag.
struct EncryptMessage : Command<0x80000024, Permit::session, Bulk::optional_input, Bulk::output>, MessageHead {
  static constexpr const char* kName = "ENCRYPT_MESSAGE";
};
/// ENCRYPT_MESSAGE_BEGIN gives the nonce.
struct EncryptMessageBegin : Command<0x80000025, Permit::session, Bulk::none, Bulk::output>, MessageHead {
  static constexpr const char* kName = "ENCRYPT_MESSAGE_BEGIN";
};
/// ENCRYPT_MESSAGE_NEXT gives the part's ciphertext, and after the last one the tag.
struct EncryptMessageNext : Command<0x80000026, Permit::session, Bulk::optional_input, Bulk::output>, MessagePart {
  static constexpr const char* kName = "ENCRYPT_MESSAGE_NEXT";
};

struct DecryptMessage : Command<0x80000027, Permit::session, Bulk::optional_input, Bulk::output>, MessageHead {
  static constexpr const char* kName = "DECRYPT_MESSAGE";
};
struct DecryptMessageBegin : Command<0x80000028, Permit::session>, MessageHead {
  static constexpr const char* kName = "DECRYPT_MESSAGE_BEGIN";
};
/// DECRYPT_MESSAGE_NEXT gives nothing before the last part, which brings the parameter with the tag.
struct DecryptMessageNext : Command<0x80000029, Permit::session, Bulk::optional_input, Bulk::output> {
  static constexpr const char* kName = "DECRYPT_MESSAGE_NEXT";
  struct Request {
    ck::SessionHandle session;
    std::uint32_t is_last;
    ByteView param;
  };
  static constexpr auto kRequest =
      fields(&Request::session, &Request::is_last, size_of(&Request::param, kMaxMechanismParamBytes),
             bytes_of(&Request::param));
};

struct SignMessage : Command<0x8000002A, Permit::session, Bulk::optional_input, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "SIGN_MESSAGE";
};
struct SignMessageBegin : Command<0x8000002B, Permit::session>, SessionOnly {
  static constexpr const char* kName = "SIGN_MESSAGE_BEGIN";
};
/// SIGN_MESSAGE_NEXT gives the signature after the last part.
struct SignMessageNext : Command<0x8000002C, Permit::session, Bulk::optional_input, Bulk::output>, MessagePart {
  static constexpr const char* kName = "SIGN_MESSAGE_NEXT";
};

struct VerifyMessage : Command<0x8000002D, Permit::session, Bulk::optional_input, Bulk::input>, SessionOnly {
  static constexpr const char* kName = "VERIFY_MESSAGE";
};
struct VerifyMessageBegin : Command<0x8000002E, Permit::session>, SessionOnly {
  static constexpr const char* kName = "VERIFY_MESSAGE_BEGIN";
};
/// VERIFY_MESSAGE_NEXT takes the signature with the last part.
struct VerifyMessageNext : Command<0x8000002F, Permit::session, Bulk::optional_input, Bulk::optional_input>, MessagePart {
  static constexpr const char* kName = "VERIFY_MESSAGE_NEXT";
};

/// MESSAGE_FINAL ends the messages that one of the four inits began; `init` is its number.
struct MessageFinal : Command<0x80000030, Permit::session> {
  static constexpr const char* kName = "MESSAGE_FINAL";
  struct Request {
    ck::SessionHandle session;
    CommandId init;
  };
  static constexpr auto kRequest = fields(&Request::session, &Request::init);
};

}  // namespace holdfast::wire
