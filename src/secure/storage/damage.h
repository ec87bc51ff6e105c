#pragma once

#include <cstdint>

#include "base/uid.h"

namespace holdfast::secure::storage {

/// Damage says what is wrong with a token's records, or with the store as a whole.
enum class Damage : std::uint8_t {
  none,
  store_unreachable,       // no supplicant, or it answered out of protocol
  store_corrupt,           // the supplicant cannot read its own database
  store_manifest_missing,  // the store has tokens, but no manifest of its own
  store_altered,           // the store's own manifest does not unseal or does not parse
  other_root_key,          // the store was made under another root key
  store_manifest_old,      // a token is there that the store's manifest does not list
  token_missing,           // the store's manifest names a token whose manifest is gone
  manifest_altered,        // does not unseal, or says what no manifest of ours says
  manifest_misplaced,      // belongs to another slot, token or store
  manifest_old,            // records are newer than it
  record_altered,          // does not unseal, or says what no record of ours says
  record_misplaced,        // belongs to another object or token
  record_missing,          // listed in the set hash, absent in the store
  record_extra,            // in the store, not in the set hash
  record_old,              // an earlier version of a listed record
  changed_outside,         // while we ran, somebody else wrote to the token's shelf
  set_mismatch,            // the set hash does not fit, by more differences than the manifest can name
};

/// text gives a literal that tells an operator what `damage` means.
const char* text(Damage damage) noexcept;

/// DamageReport is the first finding; every finding has its own log line.
struct DamageReport {
  Damage damage = Damage::none;
  ObjectUid object;  // zero when it is not about an object
  std::uint32_t findings = 0;
};

}  // namespace holdfast::secure::storage
