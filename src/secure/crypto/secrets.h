#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

// What may be done with secret bytes without seeing them. All fail with Rv::host_memory when there is no memory.

Result<SecretBytes> copy(const SecretBytes& secret);
/// slice copies `size` bytes from `offset`; Rv::key_size_range when they are not all there.
Result<SecretBytes> slice(const SecretBytes& secret, std::size_t offset, std::size_t size);
/// set_odd_parity makes each byte's number of ones odd by its last bit, as DES keys have it.
void set_odd_parity(SecretBytes& secret) noexcept;
Result<SecretBytes> concatenate(const SecretBytes& head, const SecretBytes& tail);
/// to_secret copies bytes that a caller already holds in the clear; the caller wipes its own.
Result<SecretBytes> to_secret(ByteView bytes);

/// equal_secrets compares in constant time; the lengths are public.
bool equal_secrets(const SecretBytes& a, const SecretBytes& b) noexcept;

}  // namespace holdfast::secure::crypto
