#pragma once

#include "base/result.h"
#include "base/token_policy.h"
#include "ck/handles.h"
#include "secure/pkcs11/attributes/attribute_set.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/operation.h"
#include "wire/commands/general.h"
#include "wire/mechanism.h"

namespace holdfast::secure::pkcs11 {

// The one place that knows what a token's policy means (ADR 0010). What is refused is logged, at most once a second.

/// check_new_object is asked before an object comes into being, by whatever command: Rv::key_size_range.
Result<void> check_new_object(TokenPolicy policy, const AttributeSet& attributes);
/// check_operation is asked when an operation begins: Rv::mechanism_invalid, or mechanism_param_invalid where only the
/// parameter names what is refused.
Result<void> check_operation(TokenPolicy policy, Verb verb, const wire::Mechanism& mechanism);
/// under takes from what a mechanism can do what the policy refuses.
wire::MechanismInfo::Reply under(TokenPolicy policy, ck::MechanismType mechanism, wire::MechanismInfo::Reply info);
/// info_under tells what is left of a mechanism, perhaps no flag at all: then the token does not have it.
wire::MechanismInfo::Reply info_under(TokenPolicy policy, const OfferedMechanism& mechanism);

/// How a policy lies in TokenState.flags, which are 0 in tokens of before.
std::uint32_t as_token_flags(TokenPolicy policy);
/// policy_of gives `otherwise` for a token that says nothing. What only a later version refuses is passed over.
TokenPolicy policy_of(std::uint32_t token_flags, TokenPolicy otherwise);

}  // namespace holdfast::secure::pkcs11
