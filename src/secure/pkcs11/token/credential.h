#pragma once

#include <variant>

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::pkcs11 {

/// Proof is what a caller shows to be let in. The token decides which of the two it looks at.
struct Proof {
  const SecretBytes& pin;
  storage::CallerIdentity caller;
};

/// Credential is what a token is to ask for from now on: a PIN, or who calls. The PIN belongs to the request.
using Credential = std::variant<const SecretBytes*, storage::CallerIdentity>;

/// named_identity reads what a token with identity login takes in place of a new PIN (OP-TEE ABI section 13): nothing for the
/// caller himself, "public", "user:<uuid>" or "group:<uuid>". Rv::pin_invalid for anything else.
Result<storage::CallerIdentity> named_identity(ByteView text, const storage::CallerIdentity& caller);

}  // namespace holdfast::secure::pkcs11
