#pragma once

#include <cstdint>

namespace holdfast::secure::pkcs11 {

/// Dialect is how commands 0 to 52 are answered where OP-TEE's trusted application and PKCS#11 part ways (ADR 0009;
/// docs/holdfast-and-optee.md lists every such place). A client speaks OP-TEE's until it says HELLO: what never heard of
/// our commands was written for OP-TEE.
enum class Dialect : std::uint8_t {
  optee,
  standard,
};

}  // namespace holdfast::secure::pkcs11
