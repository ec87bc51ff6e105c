#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// seal_key and open_key are the wrap_aead and unwrap_aead of the AEADs (PKCS#11 3.2, "Authenticated Wrap / Unwrap"): with the
/// parameter of C_WrapKey the tag follows the wrapped key, with a message's it is apart. A nonce made by a counter is
/// refused: nothing here outlives a call, so that the counter would begin anew with each.
Result<Sealed> seal_key(const Start& start, const SecretBytes& key, ByteView associated_data);
Result<SecretBytes> open_key(const Start& start, ByteView wrapped, ByteView associated_data);

}  // namespace holdfast::secure::pkcs11
