#pragma once

#include <variant>

#include "secure/storage/record_index.h"
#include "secure/storage/store_parts.h"

namespace holdfast::secure::storage {

/// VerifiedToken is a token all of whose records are there and true.
struct VerifiedToken {
  TokenContent content;
  RecordIndex index;
  std::vector<StoredObject> objects;
};

/// read_token reads the manifest and every record of a token and verifies them: each by itself, and all together by the
/// manifest's record set. What is wrong is logged by name, and the first finding is the report. The error is for what
/// is no statement about the token: no supplicant, no memory.
Result<std::variant<VerifiedToken, DamageReport>> read_token(StoreClient& client, const StoreKeys& keys,
                                                             SlotNumber slot, const TokenUid& token);

/// log_damage writes one finding's log line.
void log_damage(SlotNumber slot, Damage damage, const ObjectUid& object, std::uint64_t version);

}  // namespace holdfast::secure::storage
