#pragma once

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/storage/key_ladder.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::storage {

/// make_identity_vault locks the private object key for one caller, without a PIN: under the token's key and the identity.
/// Whoever holds the root key opens it; only the secure world's word about the caller stands between. Layout in
/// docs/formats/sealed-blob.md.
Result<Bytes> make_identity_vault(const StoreUid& store, const TokenKeys& keys, PinOwner owner,
                                  const CallerIdentity& identity, const SecretBytes& private_object_key);

/// open_identity_vault gives the key back; Rv::pin_incorrect for another caller, Rv::device_error for a vault that is none.
Result<SecretBytes> open_identity_vault(const StoreUid& store, const TokenKeys& keys, PinOwner owner,
                                        const CallerIdentity& caller, ByteView vault);

}  // namespace holdfast::secure::storage
