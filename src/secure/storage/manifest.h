#pragma once

#include <map>

#include "base/result.h"
#include "secure/storage/record_set.h"
#include "secure/storage/token_state.h"

namespace holdfast::secure::storage {

// What the two kinds of manifest say, before sealing. Layouts in docs/formats/storage-record.md.

/// StoreManifest says which slots have a token, so that a token cannot vanish whole.
struct StoreManifest {
  std::map<SlotNumber, TokenUid> tokens;
};
Bytes encode(const StoreManifest& manifest);
Result<StoreManifest> decode_store_manifest(ByteView plain);

/// TokenManifest is a token's policy, its wrapped keys, and the set of its records.
struct TokenManifest {
  TokenState state;
  Bytes wrapped_token_key;
  RecordSet records;
};
Bytes encode(const TokenState& state, ByteView wrapped_token_key, const RecordSet& records);
Result<TokenManifest> decode_token_manifest(ByteView plain);

/// ObjectBody is what an object's record seals.
struct ObjectBody {
  Bytes public_part;
  Bytes sealed_secret_part;
};
Bytes encode_object(ByteView public_part, ByteView sealed_secret_part);
Result<ObjectBody> decode_object(ByteView plain);

}  // namespace holdfast::secure::storage
