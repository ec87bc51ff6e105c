#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::crypto {

/// HssPublicKey verifies signatures of the hierarchical signature system over LMS trees (RFC 8554), with the parameter
/// sets of SP 800-208 (RFC 9858). There is no private key here: signing would need a state that is never restored.
class HssPublicKey {
 public:
  /// from_value reads u32 levels || LMS public key, the form of CKA_VALUE. Anything else is `refusal`;
  /// Rv::parameter_set_not_supported for types that no standard names or libcrypto's hashes do not serve.
  static Result<HssPublicKey> from_value(ByteView value, Rv refusal = Rv::attribute_value_invalid);

  ByteView value() const noexcept;
  std::uint32_t levels() const noexcept;
  std::uint32_t lms_type() const noexcept;    // of the top tree
  std::uint32_t lmots_type() const noexcept;  // of the top tree

  /// verify fails with Rv::signature_len_range when the signature's length is not that of its types, and with
  /// Rv::signature_invalid. `signature` must be private memory.
  Result<void> verify(ByteView message, ByteView signature) const;

  struct Impl;

 private:
  explicit HssPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

}  // namespace holdfast::secure::crypto
