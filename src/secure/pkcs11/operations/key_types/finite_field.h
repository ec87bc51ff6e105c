#pragma once

#include <optional>

#include "secure/crypto/finite_field.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// field_scheme tells what a key type over a finite field is for; nothing for another type.
std::optional<crypto::FieldScheme> field_scheme(ck::KeyType type);

/// domain_of takes the domain parameters of a key or a domain parameter object. Rv::template_incomplete.
Result<crypto::FieldDomain> domain_of(crypto::FieldScheme scheme, const AttributeSet& attributes);

/// store_domain puts domain parameters into an object.
void store_domain(const crypto::FieldDomain& domain, AttributeSet& attributes);

}  // namespace holdfast::secure::pkcs11
