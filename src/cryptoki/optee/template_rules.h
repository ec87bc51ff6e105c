#pragma once

#include "cryptoki/client.h"
#include "cryptoki/optee/attribute_list.h"

namespace holdfast::cryptoki::optee {

/// What OP-TEE may be told in a template (OP-TEE ABI sections 4.3, 8.6, 10 and 11). What it cannot keep is left out where
/// the standard leaves that to the token, and refused where the caller would be told an untruth.

/// fit_new is for what is created, generated, derived and unwrapped, once the caller's part is complete.
Result<void> fit_new(AttributeList& attributes);
/// fit_new_key adds Holdfast's own defaults (ADR 0007) to the template of a private or secret key when a user is logged
/// in: a program then gets the same key from both worlds.
Result<void> fit_new_key(const Client& client, ck::SessionHandle session, AttributeList& attributes,
                         CK_OBJECT_CLASS object_class);
/// fit_edwards_pair states the key type, which OP-TEE needs said (OP-TEE ABI section 10.7).
void fit_edwards_pair(AttributeList& attributes);
Result<void> fit_copy(AttributeList& attributes);
Result<void> fit_change(AttributeList& attributes);
/// fit_search turns a search for what OP-TEE does not know into one that finds nothing.
Result<void> fit_search(AttributeList& attributes);

}  // namespace holdfast::cryptoki::optee
