#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/uid.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::storage {

/// StoreUid names one store for as long as it exists.
using StoreUid = Uid<struct StoreUidTag>;

enum class BlobKind : std::uint8_t {
  store_manifest = 1,
  token_manifest = 2,
  token_key = 3,
  object = 4,
  secret_part = 5,
  pin_vault = 6,
  identity_vault = 7,
};

/// KeyKind is which step of the key ladder a blob hangs on.
enum class KeyKind : std::uint8_t { store = 1, token = 2, private_object = 3, pin = 4, identity = 5 };

using KeyId = std::array<std::byte, 8>;

/// SealingKey is a step of the key ladder. No blob is encrypted under it: each has a key of its own, derived from it.
struct SealingKey {
  static constexpr std::size_t kBytes = 32;
  KeyKind kind = KeyKind::store;
  KeyId id{};  // a fingerprint; zero for a PIN's key, where it would be one more thing to hold guesses against
  SecretBytes key;

  /// make fails with Rv::arguments_bad unless the key has kBytes.
  static Result<SealingKey> make(KeyKind kind, SecretBytes key);
};

/// SealHeader says what a blob is and where it belongs. It stands in the clear before the blob, and is authenticated.
struct SealHeader {
  BlobKind kind = BlobKind::object;
  StoreUid store;
  TokenUid token;
  ObjectUid object;
  std::uint64_t version = 0;
};

/// ClearHeader is what a blob says of itself before anything is verified: good for naming a fault, for nothing else.
struct ClearHeader {
  SealHeader header;
  KeyKind key_kind = KeyKind::store;
  KeyId key_id{};
};

enum class SealFault : std::uint8_t {
  malformed,  // too short, or not our format
  other_kind,
  other_store,
  other_token,
  other_object,
  other_version,
  other_key,      // in its place, but sealed under another key
  not_authentic,  // in its place and ours by its header, but altered
  no_memory,
};
template <class T>
using SealResult = Expected<T, SealFault>;

using SealTag = std::array<std::byte, 16>;

inline constexpr std::size_t kSealHeaderBytes = 72;
inline constexpr std::size_t kSealOverhead = kSealHeaderBytes + 12 + 16;

/// seal protects `plain` at rest. The layout is in docs/formats/sealed-blob.md. Thread-safe.
Result<Bytes> seal(const SealingKey& key, const SealHeader& header, ByteView plain);
Result<Bytes> seal_secret(const SealingKey& key, const SealHeader& header, const SecretBytes& plain);

/// unseal gives back what was sealed, if `blob` is exactly what `expected` and `key` describe.
SealResult<Bytes> unseal(const SealingKey& key, const SealHeader& expected, ByteView blob);
SealResult<SecretBytes> unseal_secret(const SealingKey& key, const SealHeader& expected, ByteView blob);

/// read_clear_header reads the header of an unverified blob.
SealResult<ClearHeader> read_clear_header(ByteView blob);
/// tag_of gives the authentication tag of a blob that seal made.
SealTag tag_of(ByteView blob);

}  // namespace holdfast::secure::storage
