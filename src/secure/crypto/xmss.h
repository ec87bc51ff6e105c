#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::crypto {

/// XmssKind tells the two registries of parameter sets apart (RFC 8391, 5; SP 800-208, 5): one tree, or layers of
/// trees.
enum class XmssKind : std::uint8_t { single_tree, multi_tree };

/// XmssPublicKey verifies signatures of XMSS and XMSS^MT. There is no private key here: signing would need a state that
/// is never restored.
class XmssPublicKey {
 public:
  /// from_value reads OID || root || SEED, the form of CKA_VALUE. Anything else is `refusal`;
  /// Rv::parameter_set_not_supported for an OID that no standard names or libcrypto's hashes do not serve.
  static Result<XmssPublicKey> from_value(XmssKind kind, ByteView value, Rv refusal = Rv::attribute_value_invalid);

  ByteView value() const noexcept;
  std::uint32_t parameter_set() const noexcept;

  /// verify fails with Rv::signature_len_range when the signature's length is not that of the parameter set, and with
  /// Rv::signature_invalid. `signature` must be private memory.
  Result<void> verify(ByteView message, ByteView signature) const;

  struct Impl;

 private:
  explicit XmssPublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}

  std::shared_ptr<const Impl> impl_;
};

}  // namespace holdfast::secure::crypto
