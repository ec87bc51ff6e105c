#include "cryptoki/tee_api.h"

#include <charconv>
#include <cstdlib>
#include <dlfcn.h>
#include <string_view>

namespace holdfast::cryptoki {
namespace {

std::string_view variable(const char* name) noexcept {
  const char* const value = ::secure_getenv(name);
  return value == nullptr ? std::string_view{} : std::string_view(value);
}

template <class Function>
bool find_function(void* library, const char* name, Function& function) noexcept {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

Result<TeeApi> load(const char* path) noexcept {
  void* const library = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return fail(Rv::function_failed, "the TEE client library cannot be loaded");
  TeeApi api{};
  if (!find_function(library, "TEEC_InitializeContext", api.initialize_context) ||
      !find_function(library, "TEEC_FinalizeContext", api.finalize_context) ||
      !find_function(library, "TEEC_OpenSession", api.open_session) ||
      !find_function(library, "TEEC_CloseSession", api.close_session) ||
      !find_function(library, "TEEC_InvokeCommand", api.invoke_command))
    return fail(Rv::function_failed, "not a TEE client library");
  return api;
}

Result<std::uint32_t> group_id() noexcept {
  const std::string_view text = variable("CKTEEC_LOGIN_GID");
  std::uint32_t group = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), group);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return fail(Rv::arguments_bad, "CKTEEC_LOGIN_GID is not a group id");
  return group;
}

Result<TeeLogin> choose_login(const TeeLogin& otherwise) noexcept {
  const std::string_view type = variable("CKTEEC_LOGIN_TYPE");
  if (type.empty()) return otherwise;
  if (type == "public") return TeeLogin{.method = TEEC_LOGIN_PUBLIC};
  if (type == "user") return TeeLogin{.method = TEEC_LOGIN_USER};
  if (type != "group") return fail(Rv::arguments_bad, "CKTEEC_LOGIN_TYPE names no login");
  HF_ASSIGN_OR_RETURN(const std::uint32_t group, group_id());
  return TeeLogin{.method = TEEC_LOGIN_GROUP, .group = group};
}

Result<Tee> choose_library() noexcept {
  const std::string_view choice = variable("HOLDFAST_TEE");
  if (choice.empty()) return own_tee();
  const bool is_path = choice.front() == '/';
  if (!is_path && choice != "optee") return fail(Rv::function_failed, "HOLDFAST_TEE names no secure world");
  HF_ASSIGN_OR_RETURN(const TeeApi api, load(is_path ? choice.data() : "libteec.so.2"));
  return Tee{.api = api, .login = {.method = TEEC_LOGIN_PUBLIC}, .whose = Whose::foreign};
}

}  // namespace

Tee own_tee() noexcept {
  return {.api = {.initialize_context = &TEEC_InitializeContext,
                  .finalize_context = &TEEC_FinalizeContext,
                  .open_session = &TEEC_OpenSession,
                  .close_session = &TEEC_CloseSession,
                  .invoke_command = &TEEC_InvokeCommand},
          .login = {.method = TEEC_LOGIN_USER, .or_public = true}};
}

Result<Tee> choose_tee() noexcept {
  HF_ASSIGN_OR_RETURN(Tee tee, choose_library());
  HF_ASSIGN_OR_RETURN(tee.login, choose_login(tee.login));
  return tee;
}

}  // namespace holdfast::cryptoki
