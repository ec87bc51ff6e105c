#pragma once

#include "secure/crypto/pq_key.h"
#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// pq_params_of gives the parameter set that CKA_PARAMETER_SET names. Rv::template_incomplete when it is not there,
/// parameter_set_not_supported.
Result<const crypto::PqParams*> pq_params_of(crypto::PqFamily family, const AttributeSet& half);

/// store_pq puts a private key into a drafted object; an empty seed is one that nobody knows.
/// Rv::template_inconsistent when the draft is for another parameter set.
Result<void> store_pq(const crypto::PqParams& params, crypto::PqPrivateParts&& parts, ObjectContent& key);

}  // namespace holdfast::secure::pkcs11
