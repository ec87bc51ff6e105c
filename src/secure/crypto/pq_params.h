#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace holdfast::secure::crypto {

enum class PqFamily : std::uint8_t { ml_kem, ml_dsa, slh_dsa };

/// PqParams is a parameter set of FIPS 203, 204 or 205.
struct PqParams {
  PqFamily family;
  std::uint32_t number;  // CKP_, told apart by the family
  const char* name;      // libcrypto's
  std::size_t public_bytes;
  std::size_t private_bytes;
  std::size_t seed_bytes;    // what the private key is made from; none for SLH-DSA
  std::size_t output_bytes;  // of a signature or a ciphertext
  std::array<unsigned char, 11> oid;

  ByteView oid_element() const { return std::as_bytes(std::span(oid)); }
};

/// find_pq_params gives a parameter set, or null when there is no such number.
const PqParams* find_pq_params(PqFamily family, std::uint32_t number) noexcept;
/// The same by OID, a whole DER element (RFC 9881, RFC 9909, RFC 9935).
const PqParams* find_pq_params(PqFamily family, ByteView oid) noexcept;

/// available tells whether the libcrypto found has the parameter set, or the family.
bool available(const PqParams& params) noexcept;
bool available(PqFamily family) noexcept;

}  // namespace holdfast::secure::crypto
