#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/uid.h"

namespace holdfast::secure::storage {

/// SlotNumber counts the slots of the store from 0.
using SlotNumber = std::uint32_t;

/// PinOwner is whose PIN it is: the security officer's (CKU_SO) or the user's (CKU_USER).
enum class PinOwner : std::uint8_t { so = 1, user = 2 };

/// CallerIdentity is who the kernel says a caller is: login method and client UUID of the TEE Client API. A token may be
/// bound to one instead of a PIN.
struct CallerIdentity {
  std::uint32_t login = 0;  // 0 is the public login: anybody
  std::array<std::byte, 16> uuid{};
};

/// PinRecord is what the store keeps of a PIN: no PIN and no hash, but the private object key wrapped under it. A token
/// with identity login keeps the key wrapped under the identity instead.
struct PinRecord {
  std::uint32_t tries_used = 0;
  /// vault comes from TokenStore::lock_with_pin or lock_with_identity; empty while nothing is set.
  Bytes vault;

  bool is_set() const noexcept { return !vault.empty(); }
  /// opens_to_identity tells that the vault asks who calls, not for a PIN.
  bool opens_to_identity() const noexcept;
};

/// TokenState is what a token's manifest says beside the keys.
struct TokenState {
  SlotNumber slot = 0;
  TokenUid uid;
  std::array<std::byte, 32> label{};   // CK_TOKEN_INFO.label, blank padded
  std::array<std::byte, 16> serial{};  // CK_TOKEN_INFO.serialNumber
  std::uint32_t flags = 0;             // the trusted application's own, opaque here
  PinRecord so;
  PinRecord user;
};

/// StoredObject is one object at rest.
struct StoredObject {
  ObjectUid uid;
  /// The epoch of the commit that wrote it. Set by the store; what a caller puts here is not looked at.
  std::uint64_t version = 0;
  /// Attributes in the trusted application's own encoding: sealed on disk, plain in memory.
  Bytes public_part;
  /// What TokenStore::seal_secret made, or empty. Stays sealed in memory.
  Bytes sealed_secret_part;
};

/// Change is what one commit does, whole or not at all.
struct Change {
  std::vector<StoredObject> put;    // new or replaced
  std::vector<ObjectUid> removed;   // each must be stored now
  std::optional<TokenState> state;  // slot and uid must stay as they are
};

}  // namespace holdfast::secure::storage
