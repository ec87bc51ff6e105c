#pragma once

#include "base/rv.h"
#include "secure/pkcs11/dialect.h"

namespace holdfast::secure::pkcs11 {

/// TokenRules is what the commands on tokens and PINs answer where OP-TEE and PKCS#11 part ways.
struct TokenRules {
  /// C_InitToken with a PIN of bad length on a slot without a token (OP-TEE ABI 5.4; PKCS#11 3.1 §5.5.7).
  Rv first_pin_length;
  /// C_SetPIN when the user has no PIN yet (5.4; §5.5.9).
  Rv no_pin_to_change;
  /// C_SetPIN looks at the old PIN before the length of the new (5.4); otherwise a new PIN of bad length costs no try.
  bool old_pin_first;
  /// The final-try flag stays when the PIN is locked (12.4); by PKCS#11 it says that one more try would lock.
  bool final_try_stays;
  /// The number of sessions that may be open at most: none is known (6), or effectively infinite.
  std::uint32_t session_limit;
  /// An empty PIN binds a token to its caller even if that caller is nobody in particular (13).
  bool public_callers_own;
  /// Whether one call may drive two operations (PKCS#11 3.1 §5.17, CKF_DUAL_CRYPTO_OPERATIONS).
  bool has_dual_operations;
};

inline const TokenRules& token_rules(Dialect dialect) {
  static constexpr TokenRules kOptee{.first_pin_length = Rv::arguments_bad,
                                     .no_pin_to_change = Rv::general_error,
                                     .old_pin_first = true,
                                     .final_try_stays = true,
                                     .session_limit = 0xFFFFFFFF,
                                     .public_callers_own = true,
                                     .has_dual_operations = false};
  static constexpr TokenRules kStandard{.first_pin_length = Rv::pin_len_range,
                                        .no_pin_to_change = Rv::user_pin_not_initialized,
                                        .old_pin_first = false,
                                        .final_try_stays = false,
                                        .session_limit = 0,
                                        .public_callers_own = false,
                                        .has_dual_operations = true};
  return dialect == Dialect::optee ? kOptee : kStandard;
}

}  // namespace holdfast::secure::pkcs11
