#pragma once

#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {

bool is_message_verb(Verb verb);

/// read_message_init_param reads what came with the init. A cipher's messages bring their own, so it may be left out.
Result<MechanismParam> read_message_init_param(Verb verb, const MechanismRow& row, ByteView param);

/// begin_messages is begin for the verbs of the message functions, after its checks.
Result<Begun> begin_messages(Verb verb, const Prepared& prepared, ByteView param);

}  // namespace holdfast::secure::pkcs11
