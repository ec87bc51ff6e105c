#pragma once

#include <span>

#include <pkcs11/pkcs11.h>

#include "cryptoki/client.h"

namespace holdfast::cryptoki {

/// read_attributes is C_GetAttributeValue for a template that was checked for null: it fills what may be told, and says
/// of each attribute in ulValueLen what became of it (PKCS#11 3.0 section 5.7.5; OP-TEE ABI section 4.5).
Result<void> read_attributes(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             std::span<CK_ATTRIBUTE> attributes);

}  // namespace holdfast::cryptoki
