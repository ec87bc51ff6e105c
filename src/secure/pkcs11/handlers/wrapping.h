#pragma once

#include "secure/pkcs11/handlers/object_access.h"

namespace holdfast::secure::pkcs11 {

/// require_wrappable asks whether a key may leave the token under that wrapping key.
Result<void> require_wrappable(const AttributeSet& key, const AttributeSet& wrapping_key);

/// kMaxWrappedBytes is the longest wrapped key.
inline constexpr std::size_t kMaxWrappedBytes = 64 * 1024;

/// draft_unwrapped drafts a key that comes out of another key by unwrapping or decapsulating, as the template that is the
/// unwrapping key's `required` demands.
Result<ObjectContent> draft_unwrapped(const Call& call, const wire::Template& attributes, const AttributeSet& unwrapping_key,
                                      ck::AttributeType required);

}  // namespace holdfast::secure::pkcs11
