#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secure/crypto/curve_facts.h"

namespace holdfast::secure::crypto {

// Private to this folder. PKCS#11 writes an ECDSA signature as r || s, each as long as the order; libcrypto as
// SEQUENCE { INTEGER r, INTEGER s }.

/// A sequence header of 3 bytes, and two integers with a header of 2 and perhaps a zero in front.
inline constexpr std::size_t kMaxEcdsaDerBytes = 3 + 2 * (2 + 1 + kMaxFieldBytes) + 8;

/// ecdsa_to_der encodes r || s at the end of `room`.
ByteView ecdsa_to_der(ByteView signature, MutableByteView room);
/// ecdsa_from_der writes r || s, both padded in front to half of `signature`.
Result<void> ecdsa_from_der(ByteView der, MutableByteView signature);

}  // namespace holdfast::secure::crypto
