#pragma once

#include "base/strong_id.h"

namespace holdfast::ck {

/// Integers of PKCS#11 as types of their own: a session handle does not compile where an object handle is asked for.
/// All are 32 bits wide, as on OP-TEE's wire; a CK_ULONG constant of our header fits in braces: AttributeType{CKA_LABEL}.
using SlotId = StrongId<struct SlotIdTag>;
using SessionHandle = StrongId<struct SessionHandleTag>;
using ObjectHandle = StrongId<struct ObjectHandleTag>;
using MechanismType = StrongId<struct MechanismTypeTag>;
using AttributeType = StrongId<struct AttributeTypeTag>;
using ObjectClass = StrongId<struct ObjectClassTag>;
using KeyType = StrongId<struct KeyTypeTag>;

}  // namespace holdfast::ck
