#pragma once

#include <cstdint>

#include "secure/pkcs11/pkcs11_ta.h"

namespace holdfast::optee {

/// Quirks make our trusted application behave as OP-TEE's does where that is smaller or wrong (OP-TEE ABI sections 9 and
/// 19.3), so that tests prove that the module never comes upon it.
class Quirks {
 public:
  explicit Quirks(secure::pkcs11::Pkcs11Ta& ta) : ta_(ta) {}

  TeeResult invoke(secure::ta::TaSession session, std::uint32_t command, secure::ta::Params& params);
  void forget(secure::ta::TaSession) {}
  /// has_panicked: the instance is gone, for all its clients.
  bool has_panicked() const { return panicked_; }

 private:
  secure::pkcs11::Pkcs11Ta& ta_;
  bool panicked_ = false;
};

}  // namespace holdfast::optee
