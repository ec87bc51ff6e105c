#pragma once

#include "secure/pkcs11/operations/operation.h"

namespace holdfast::secure::pkcs11 {

// Bases for mechanisms that take their data in one piece. Handlers refuse the other steps by the row's Parts first.

class SinglePartSigner : public Signer {
 public:
  Result<void> update(ByteView) final { return fail(Rv::mechanism_invalid, "mechanism takes data in one piece"); }
  Result<void> finish(MutableByteView) final {
    return fail(Rv::mechanism_invalid, "mechanism takes data in one piece");
  }
};

class SinglePartVerifier : public Verifier {
 public:
  Result<void> update(ByteView) final { return fail(Rv::mechanism_invalid, "mechanism takes data in one piece"); }
  Result<void> finish(ByteView) final { return fail(Rv::mechanism_invalid, "mechanism takes data in one piece"); }
};

class SinglePartCipher : public Cipher {
 public:
  std::size_t update_bytes(std::size_t) const final { return 0; }
  std::size_t finish_bytes() const final { return 0; }
  Result<std::size_t> update(ByteView, MutableByteView) final {
    return fail(Rv::mechanism_invalid, "mechanism takes data in one piece");
  }
  Result<std::size_t> finish(MutableByteView) final {
    return fail(Rv::mechanism_invalid, "mechanism takes data in one piece");
  }
};

}  // namespace holdfast::secure::pkcs11
