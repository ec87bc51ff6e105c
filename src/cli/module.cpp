#include "cli/module.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "cli/places.h"

namespace holdfast::cli {
namespace {

constexpr const char* kModuleName = "libholdfast-pkcs11.so";

std::string code(CK_RV rv) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%lx", rv);
  return text;
}

}  // namespace

std::string find_module() {
  if (const char* const chosen = std::getenv("HOLDFAST_MODULE")) return chosen;
  const std::string here = directory_of_this_program();
  for (const std::string& place : {here + "/../lib/", here + "/", std::string(HOLDFAST_MODULE_DIRECTORY "/")})
    if (::access((place + kModuleName).c_str(), R_OK) == 0) return place + kModuleName;
  return {};
}

std::variant<Module, NotLoaded> Module::load(const std::string& path) {
  ::setenv("HOLDFAST_AUTOSTART", "0", 1);
  // Stays loaded for the life of this short program.
  void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return NotLoaded{::dlerror()};
  const auto get_list = reinterpret_cast<CK_RV (*)(CK_FUNCTION_LIST_PTR_PTR)>(::dlsym(library, "C_GetFunctionList"));
  if (get_list == nullptr) return NotLoaded{path + " is not a PKCS#11 module"};
  CK_FUNCTION_LIST_PTR calls = nullptr;
  if (const CK_RV rv = get_list(&calls); rv != CKR_OK) return NotLoaded{"C_GetFunctionList answers " + code(rv)};
  if (const CK_RV rv = calls->C_Initialize(nullptr); rv != CKR_OK) return NotLoaded{"C_Initialize answers " + code(rv)};
  return Module(calls);
}

Module::Module(Module&& other) noexcept : calls_(std::exchange(other.calls_, nullptr)) {}

Module::~Module() {
  if (calls_ != nullptr) calls_->C_Finalize(nullptr);
}

CK_RV Module::slots(std::vector<CK_SLOT_ID>& out) const {
  CK_ULONG count = 0;
  if (const CK_RV rv = calls_->C_GetSlotList(CK_FALSE, nullptr, &count); rv != CKR_OK) return rv;
  out.resize(count);
  const CK_RV rv = calls_->C_GetSlotList(CK_FALSE, out.data(), &count);
  out.resize(rv == CKR_OK ? count : 0);
  return rv;
}

}  // namespace holdfast::cli
