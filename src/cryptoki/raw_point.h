#pragma once

#include <span>

#include <pkcs11/pkcs11.h>

#include "cryptoki/client.h"

namespace holdfast::cryptoki {

/// read_raw_points is read_attributes with CKA_EC_POINT of Edwards and Montgomery keys as raw bytes (PKCS#11 3.2,
/// "Edwards Elliptic Curve public key objects"). The secure world tells all points as the DER octet strings of
/// version 3.0.
Result<void> read_raw_points(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             std::span<CK_ATTRIBUTE> attributes);

}  // namespace holdfast::cryptoki
