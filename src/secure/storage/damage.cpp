#include "secure/storage/damage.h"

namespace holdfast::secure::storage {

const char* text(Damage damage) noexcept {
  switch (damage) {
    case Damage::none:
      return "no damage";
    case Damage::store_unreachable:
      return "the supplicant cannot be reached, or answers out of protocol";
    case Damage::store_corrupt:
      return "the supplicant cannot read its database";
    case Damage::store_manifest_missing:
      return "the store's manifest is gone, but tokens are there";
    case Damage::store_altered:
      return "the store's manifest was altered";
    case Damage::other_root_key:
      return "the store was made under another root key";
    case Damage::store_manifest_old:
      return "a token is there that the store's manifest does not know";
    case Damage::token_missing:
      return "a token of the store is gone, manifest and all";
    case Damage::manifest_altered:
      return "the token's manifest was altered";
    case Damage::manifest_misplaced:
      return "the token's manifest belongs to another place";
    case Damage::manifest_old:
      return "the token's manifest is older than its records";
    case Damage::record_altered:
      return "a record was altered";
    case Damage::record_misplaced:
      return "a record belongs to another object or token";
    case Damage::record_missing:
      return "a record is missing";
    case Damage::record_extra:
      return "a record is there that should not be";
    case Damage::record_old:
      return "a record was replaced by an older version";
    case Damage::changed_outside:
      return "the token was changed behind the secure world's back";
    case Damage::set_mismatch:
      return "the records differ from the manifest in more places than it can name";
  }
  return "unknown damage";
}

}  // namespace holdfast::secure::storage
