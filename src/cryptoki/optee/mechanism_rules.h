#pragma once

#include "cryptoki/client.h"
#include "cryptoki/optee/attribute_list.h"
#include "cryptoki/optee/operation.h"

namespace holdfast::cryptoki::optee {

/// What OP-TEE may be asked to do with a mechanism. A parameter that would end its trusted application, or that it reads
/// otherwise than the standard says, is refused here (OP-TEE ABI sections 7, 11.3 and 19.3).

/// fit_operation makes a mechanism ready for C_EncryptInit and the like, and tells what is then begun. `memory` holds
/// what is put in place of the parameter.
Result<Operation> fit_operation(const Client& client, Verb verb, ck::SessionHandle session, ck::ObjectHandle key,
                                wire::Mechanism& mechanism, SecretBytes& memory);

/// fit_wrapping makes a mechanism that wraps or unwraps ready.
Result<void> fit_wrapping(wire::Mechanism& mechanism, SecretBytes& memory);
/// fit_unwrapping is fit_wrapping and a look at the wrapped bytes: OP-TEE does not ask how many there are.
Result<void> fit_unwrapping(const Client& client, const wire::UnwrapKey::Request& request, ByteView wrapped,
                            wire::Mechanism& mechanism, SecretBytes& memory);
/// check_wrapped_key refuses keys that OP-TEE wraps in a form of its own.
Result<void> check_wrapped_key(const Client& client, ck::SessionHandle session, ck::ObjectHandle key);

/// fit_agreement makes a key agreement ready: parameter, and length of the key that the template asks for.
Result<void> fit_agreement(const Client& client, ck::SessionHandle session, ck::ObjectHandle parent,
                           wire::Mechanism& mechanism, SecretBytes& memory, AttributeList& attributes);

}  // namespace holdfast::cryptoki::optee
