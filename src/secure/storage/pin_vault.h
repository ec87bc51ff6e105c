#pragma once

#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/storage/key_ladder.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::storage {

/// PinPlace says whose PIN of which token a vault belongs to.
struct PinPlace {
  TokenUid token;
  PinOwner owner = PinOwner::user;
};

inline constexpr std::uint8_t kMaxScryptLog2N = 20;

/// make_pin_vault locks the private object key under `pin`: scrypt with a fresh salt, peppered with the root key.
/// Rv::arguments_bad for a cost above kMaxScryptLog2N. Layout in docs/formats/sealed-blob.md.
Result<Bytes> make_pin_vault(const StoreKeys& keys, const PinPlace& place, const SecretBytes& pin,
                             std::uint8_t scrypt_log2_n, const SecretBytes& private_object_key);

/// open_pin_vault gives the key back; Rv::pin_incorrect for another PIN, Rv::device_error for a vault that is none.
Result<SecretBytes> open_pin_vault(const StoreKeys& keys, const PinPlace& place, const SecretBytes& pin,
                                   ByteView vault);

}  // namespace holdfast::secure::storage
