#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::crypto {

// Key derivation of SP 800-108 with an input of any layout, which libcrypto's own does not take.

/// KbkdfPrf is HMAC over a hash, or the CMAC of AES.
struct KbkdfPrf {
  std::optional<DigestKind> hmac;  // nothing: AES-CMAC
  std::size_t size() const noexcept { return hmac.has_value() ? digest_bytes(*hmac) : 16; }
};

enum class KbkdfMode : std::uint8_t { counter, feedback, double_pipeline };

/// KbkdfField is one part of the input of each iteration.
struct KbkdfField {
  enum class Kind : std::uint8_t {
    chain,    // what the iteration before gave: K(i-1) of feedback, A(i) of double pipeline
    counter,  // the number of the iteration, from 1
    bytes,
    secret,
  };
  Kind kind = Kind::bytes;
  bool little_endian = false;
  std::size_t width_bytes = 0;  // of a counter, 1 to 4
  ByteView bytes = {};
  const SecretBytes* secret = nullptr;
};

struct KbkdfInput {
  KbkdfMode mode = KbkdfMode::counter;
  KbkdfPrf prf = {};
  std::span<const KbkdfField> fields;
  ByteView iv = {};  // K(0) of feedback
};

/// kbkdf gives `segments` outputs of the PRF, one after the other. Rv::key_size_range for none, for more than the counter
/// counts, and for a key that CMAC does not take.
Result<SecretBytes> kbkdf(const KbkdfInput& input, const SecretBytes& key, std::size_t segments);

/// counter_bytes writes a number as a field has it; Rv::mechanism_param_invalid when it does not fit.
Result<Bytes> counter_bytes(std::uint64_t number, std::size_t width_bytes, bool little_endian);

}  // namespace holdfast::secure::crypto
