#pragma once

#include "base/tee_result.h"
#include "secure/ta/trusted_application.h"
#include "wire/schema.h"

namespace holdfast::secure::pkcs11 {

class Pkcs11Ta;
class Client;

/// dispatch runs one command by OP-TEE's convention (OP-TEE ABI section 3): parameter 0 brings the request and takes the
/// return code; NOT_SUPPORTED for an unknown command, SHORT_BUFFER for CKR_BUFFER_TOO_SMALL, else SUCCESS.
/// Order of checks: parameter types, reply size, session, fields, bytes left over, then the command's own.
TeeResult dispatch(Pkcs11Ta& ta, Client& client, wire::CommandId command, ta::Params& params);

}  // namespace holdfast::secure::pkcs11
