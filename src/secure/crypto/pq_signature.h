#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/pq_key.h"

namespace holdfast::secure::crypto {

inline constexpr std::size_t kMaxPqContextBytes = 255;

/// pq_message_prefix is what FIPS 204 (algorithms 2 and 4) and FIPS 205 (algorithms 22 and 23) put before a message,
/// or, with `hash`, before its hash. `context` has at most kMaxPqContextBytes. Rv::mechanism_param_invalid for a hash
/// that the standards do not approve.
Result<Bytes> pq_message_prefix(ByteView context, std::optional<DigestKind> hash = std::nullopt);

/// PqMessage takes a message in parts and gives what the signature is made over: ML-DSA's representative mu, which
/// needs no copy of the message, or the message itself, which SLH-DSA reads twice.
class PqMessage {
 public:
  /// begin starts a message for a key of this public value.
  static Result<PqMessage> begin(const PqParams& params, ByteView public_value, ByteView prefix);

  /// add fails with Rv::data_len_range when SLH-DSA's message becomes longer than what we copy.
  Result<void> add(ByteView part);
  Result<Bytes> finish();

 private:
  explicit PqMessage(std::optional<Digest> mu) : mu_(std::move(mu)) {}

  std::optional<Digest> mu_;
  Bytes whole_;
};

/// pq_sign signs what a PqMessage gave; `out` has the parameter set's output_bytes. A deterministic signature uses no
/// randomness.
Result<void> pq_sign(const PqPrivateKey& key, bool deterministic, ByteView represented, MutableByteView out);
/// pq_verify fails with Rv::signature_len_range and Rv::signature_invalid.
Result<void> pq_verify(const PqPublicKey& key, ByteView represented, ByteView signature);

}  // namespace holdfast::secure::crypto
