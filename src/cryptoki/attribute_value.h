#pragma once

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/attribute_encoding.h"

namespace holdfast::cryptoki {

// Values that the secure world told, on their way into the caller's memory, wherever that lies.

wire::AttributeEncoding encoding_of(const CK_ATTRIBUTE& attribute);

/// take_value gives the caller one value that is no template. `size` is the value's own; `room` holds it when it fits.
/// Rv::buffer_too_small when the caller's place is too small for it; ulValueLen then says so.
Result<void> take_value(CK_ATTRIBUTE& attribute, std::size_t size, ByteView room);

/// take_template gives the caller a template (PKCS#11 3.2 §5.7.5): without a place its length, whole CK_ATTRIBUTEs; with one, the
/// types, and to each element what take_value gives. Elements that do not fit make it Rv::buffer_too_small.
Result<void> take_template(CK_ATTRIBUTE& attribute, ByteView value);

}  // namespace holdfast::cryptoki
