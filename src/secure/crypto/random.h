#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

/// fill_random fills `out` from the generator for public values (nonces, C_GenerateRandom).
/// All three fail with Rv::random_no_rng; they are safe from any thread and in a forked child.
Result<void> fill_random(MutableByteView out);
/// random_secret makes a key or seed from a second generator, whose output never leaves in the clear.
Result<SecretBytes> random_secret(std::size_t size);
/// add_seed mixes the caller's bytes into both generators; it adds to, and never replaces, the system's entropy.
Result<void> add_seed(ByteView seed);

}  // namespace holdfast::secure::crypto
