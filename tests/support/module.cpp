#include "support/module.h"

#include <cstdlib>
#include <dlfcn.h>
#include <stdexcept>
#include <string>

namespace holdfast::testing {
namespace {

void* handle() {
  static void* const loaded = [] {
    const char* const path = std::getenv("HF_MODULE");
    if (path == nullptr) throw std::runtime_error("HF_MODULE does not name the module");
    void* const module = ::dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw std::runtime_error(std::string("cannot load the module: ") + ::dlerror());
    return module;
  }();
  return loaded;
}

}  // namespace

void* module_symbol(const char* name) { return ::dlsym(handle(), name); }

const CK_FUNCTION_LIST& module() {
  static const CK_FUNCTION_LIST& table = [&]() -> const CK_FUNCTION_LIST& {
    const auto get = reinterpret_cast<CK_C_GetFunctionList>(module_symbol("C_GetFunctionList"));
    CK_FUNCTION_LIST_PTR list = nullptr;
    if (get == nullptr || get(&list) != CKR_OK) throw std::runtime_error("the module has no function list");
    return *list;
  }();
  return table;
}

const CK_FUNCTION_LIST_3_2& module_3_2() {
  static const CK_FUNCTION_LIST_3_2& table = [&]() -> const CK_FUNCTION_LIST_3_2& {
    const auto get = reinterpret_cast<CK_C_GetInterface>(module_symbol("C_GetInterface"));
    CK_VERSION version{3, 2};
    CK_INTERFACE_PTR found = nullptr;
    if (get == nullptr || get(nullptr, &version, &found, 0) != CKR_OK)
      throw std::runtime_error("the module has no interface of version 3.2");
    return *static_cast<const CK_FUNCTION_LIST_3_2*>(found->pFunctionList);
  }();
  return table;
}

}  // namespace holdfast::testing
