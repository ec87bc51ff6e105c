#include "secure/pkcs11/handlers/async.h"

#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/object_access.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<GenerationJob::Kind> kind_of(std::uint32_t function) {
  if (function > static_cast<std::uint32_t>(GenerationJob::Kind::pair))
    return fail(Rv::operation_not_initialized, "function never runs asynchronously");
  return static_cast<GenerationJob::Kind>(function);
}

Result<void> require_async(const Call& call) {
  if (!call.session->is_async()) return fail(Rv::session_async_not_supported, "session was not opened for it");
  return {};
}

/// generation gives the session's, which must be of that function.
Result<std::shared_ptr<GenerationJob>> generation(const Call& call, std::uint32_t function) {
  HF_TRY(require_async(call));
  HF_ASSIGN_OR_RETURN(const GenerationJob::Kind kind, kind_of(function));
  const std::shared_ptr<GenerationJob>& job = call.session->generation();
  if (job == nullptr || job->kind() != kind) return fail(Rv::operation_not_initialized, "no such generation here");
  return job;
}

Result<std::vector<ck::ObjectHandle>> place_made(const Call& call, const GenerationJob& job,
                                                 std::vector<ObjectContent> made) {
  // The login and the session are those of now.
  for (ObjectContent& object : made)
    HF_TRY(finish_object(call, object, {.origin = Origin::generate, .generated_by = job.mechanism()}));
  return place_objects(call, std::move(made));
}

}  // namespace

Result<void> require_no_generation(const Call& call) {
  if (call.session->generation() != nullptr) return fail(Rv::operation_active, "a generation is under way");
  return {};
}

Unexpected<Error> start_generation(const Call& call, GenerationJob::Kind kind, const wire::Mechanism& mechanism,
                                   std::vector<ObjectContent> drafts) {
  Result<SecretBytes> param = wire::SecretCodec::copy(mechanism.param);
  if (!param) return Unexpected<Error>{param.error()};
  auto job = std::make_shared<GenerationJob>(kind, mechanism.type, *std::move(param), std::move(drafts));
  if (const Result<void> queued = call.ta.generations().submit(job, &call.client); !queued)
    return Unexpected<Error>{queued.error()};
  call.session->generation() = std::move(job);
  return fail(Rv::pending, "generation has begun");
}

Handled<wire::AsyncComplete> handle(wire::AsyncComplete, const wire::AsyncComplete::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(const std::shared_ptr<GenerationJob> job, generation(call, request.function));
  Result<std::vector<ObjectContent>> made = job->take();
  if (!made && made.error().rv == Rv::pending) return Unexpected<Error>{made.error()};
  call.session->generation().reset();
  if (!made) return Unexpected<Error>{made.error()};
  HF_ASSIGN_OR_RETURN(const std::vector<ck::ObjectHandle> handles, place_made(call, *job, *std::move(made)));
  return wire::AsyncComplete::Reply{.object = handles[0],
                                    .additional = handles.size() > 1 ? handles[1] : ck::ObjectHandle{}};
}

Handled<wire::AsyncGetId> handle(wire::AsyncGetId, const wire::AsyncGetId::Request& request, const Call& call) {
  HF_ASSIGN_OR_RETURN(std::shared_ptr<GenerationJob> job, generation(call, request.function));
  HF_ASSIGN_OR_RETURN(const std::uint32_t id,
                      call.ta.generations().save({std::move(job), call.token().slot(), call.caller()}));
  return wire::AsyncGetId::Reply{.id = id};
}

Handled<wire::AsyncJoin> handle(wire::AsyncJoin, const wire::AsyncJoin::Request& request, const Call& call) {
  HF_TRY(require_async(call));
  HF_ASSIGN_OR_RETURN(const GenerationJob::Kind kind, kind_of(request.function));
  std::shared_ptr<GenerationJob>& mine = call.session->generation();
  HF_ASSIGN_OR_RETURN(mine, call.ta.generations().join(request.id, kind, call.token().slot(), call.caller(), mine.get()));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
