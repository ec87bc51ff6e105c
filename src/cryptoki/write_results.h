#pragma once

#include <span>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"
#include "cryptoki/flatten.h"

namespace holdfast::cryptoki {

// What the secure world tells beside a function's own output goes into the caller's parameter: nonces and tags of messages,
// handles, IVs and a version of derivations. Nothing is written before all of it fits.

/// MessageTarget is where a message's parameter wants the nonce, when it is generated, and the tag.
struct MessageTarget {
  CK_BYTE_PTR nonce = nullptr;
  std::size_t nonce_bytes = 0;
  bool is_generated = false;
  CK_BYTE_PTR tag = nullptr;
  std::size_t tag_bytes = 0;

  void write_nonce(ByteView made) const;
  void write_tag(ByteView made) const;
};

/// message_kind_of tells the structs of the message functions apart by their sizes; Rv::mechanism_param_invalid.
Result<wire::ParamKind> message_kind_of(const CallerParam& param);

/// message_target reads a parameter of a kind that has a nonce: of a message or of a wrapping. Rv::mechanism_param_invalid
/// when there is nowhere to write to.
Result<MessageTarget> message_target(wire::ParamKind kind, const CallerParam& param);

/// write_message_results writes a nonce that was generated and a tag, if the kind has one. Rv::general_error when they are
/// of other lengths than the parameter says.
Result<void> write_message_results(wire::ParamKind kind, const CallerParam& param, ByteView nonce, ByteView tag);

/// write_derived writes what a derivation made beside its main key: `handles` are the application's, the main key's first,
/// `results` what the mechanism tells (wire::DeriveKeys).
Result<void> write_derived(wire::ParamKind kind, const CallerParam& param, std::span<const CK_OBJECT_HANDLE> handles,
                           ByteView results);

}  // namespace holdfast::cryptoki
