#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// The message functions of an AEAD: CKM_AES_GCM, CKM_AES_CCM and CKM_CHACHA20_POLY1305, whose rows name the parameter of
/// a message in message_param.
Made<MessageEncryptor> new_aead_message_encryptor(const Start& start);
Made<MessageDecryptor> new_aead_message_decryptor(const Start& start);

}  // namespace holdfast::secure::pkcs11
