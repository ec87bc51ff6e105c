#pragma once

#include "secure/pkcs11/handlers/call.h"
#include "secure/pkcs11/session/generation_job.h"

namespace holdfast::secure::pkcs11 {

/// require_no_generation refuses a second generation in a session while one is under way: Rv::operation_active.
Result<void> require_no_generation(const Call& call);

/// start_generation hands checked drafts to the worker. It always fails: with Rv::pending when the work has begun.
Unexpected<Error> start_generation(const Call& call, GenerationJob::Kind kind, const wire::Mechanism& mechanism,
                                   std::vector<ObjectContent> drafts);

}  // namespace holdfast::secure::pkcs11
