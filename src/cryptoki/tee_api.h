#pragma once

#include <cstdint>

#include <holdfast/tee_client_api.h>

#include "base/result.h"

namespace holdfast::cryptoki {

/// TeeApi are the functions of the TEE Client API that the module uses. They are our own unless HOLDFAST_TEE names
/// another library.
struct TeeApi {
  decltype(&TEEC_InitializeContext) initialize_context;
  decltype(&TEEC_FinalizeContext) finalize_context;
  decltype(&TEEC_OpenSession) open_session;
  decltype(&TEEC_CloseSession) close_session;
  decltype(&TEEC_InvokeCommand) invoke_command;
};

/// TeeLogin is how the module asks to be identified.
struct TeeLogin {
  std::uint32_t method = TEEC_LOGIN_USER;
  std::uint32_t group = 0;  // for TEEC_LOGIN_GROUP
  /// A world that cannot tell who this process is may take it as anybody. Not where somebody asked for an identity.
  bool or_public = false;
};

/// Whose says whose TEE client library it is; only for our own can there be a world to start.
enum class Whose : std::uint8_t { ours, foreign };

/// Tee is the secure world that the process's environment chose.
struct Tee {
  TeeApi api;
  TeeLogin login;
  Whose whose = Whose::ours;
};

/// own_tee is the library that is linked in, with Holdfast's own world behind it.
Tee own_tee() noexcept;

/// choose_tee reads HOLDFAST_TEE: unset or empty is our own; `optee` is the system's libteec.so.2; an absolute path is
/// that library. Anything else, and a library that cannot be used, is Rv::function_failed. A library once loaded stays,
/// as its threads may.
///
/// CKTEEC_LOGIN_TYPE (`public`, `user`, `group`) and CKTEEC_LOGIN_GID choose the login as they do for OP-TEE's
/// libckteec (OP-TEE ABI section 13), else it is `user` in our world and `public` in another. A value that means nothing
/// is Rv::arguments_bad. The environment is not read in a program with more rights than its user.
Result<Tee> choose_tee() noexcept;

}  // namespace holdfast::cryptoki
