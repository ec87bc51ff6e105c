#pragma once

#include <array>
#include <cstdint>

#include "secure/pkcs11/operations/param.h"

namespace holdfast::secure::pkcs11 {

/// NonceMaker makes the nonces of messages under one key (CK_GENERATOR_FUNCTION, PKCS#11 3.2 section 6.13). Those with a
/// counter never repeat while it lives.
class NonceMaker {
 public:
  /// check tells whether make would refuse; it uses nothing up.
  static Result<void> check(const NonceSource& source);

  /// make gives the whole nonce, as long as source.nonce, whose leading fixed_bits stay. Rv::mechanism_param_invalid for
  /// an unknown generator, more fixed bits than there are or too few others, and for a base of CKG_GENERATE_COUNTER_XOR
  /// that is not the first one; Rv::function_failed when the counter has run out.
  Result<Bytes> make(const NonceSource& source);

 private:
  static constexpr std::size_t kBaseBytes = 16;

  Result<ByteView> random_base();
  Result<void> require_same_base(ByteView base);
  Result<void> add_counter(MutableByteView nonce, std::size_t free_bits);

  std::uint64_t counter_ = 0;
  std::array<std::byte, kBaseBytes> random_base_{};
  bool has_random_base_ = false;
  Bytes xor_base_;
};

}  // namespace holdfast::secure::pkcs11
