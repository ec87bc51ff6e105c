#pragma once

#include <pkcs11/pkcs11.h>

#include <string>
#include <variant>
#include <vector>

namespace holdfast::cli {

/// NotLoaded is why a module could not be used, for a person.
struct NotLoaded {
  std::string cause;
};

/// find_module names the module that is used when --module is not given: HOLDFAST_MODULE, or the one of this installation or
/// build tree. Empty when there is none.
std::string find_module();

/// Module is a PKCS#11 module loaded and initialised as any application would; it is finalised at the end.
class Module {
 public:
  /// load never starts a holdfastd: to look must not change what is seen.
  static std::variant<Module, NotLoaded> load(const std::string& path);

  Module(Module&& other) noexcept;
  Module& operator=(Module&&) = delete;
  Module(const Module&) = delete;
  Module& operator=(const Module&) = delete;
  ~Module();

  const CK_FUNCTION_LIST& calls() const { return *calls_; }
  /// slots gives all slots, or the code of the call that failed.
  CK_RV slots(std::vector<CK_SLOT_ID>& out) const;

 private:
  explicit Module(const CK_FUNCTION_LIST* calls) : calls_(calls) {}
  const CK_FUNCTION_LIST* calls_;
};

}  // namespace holdfast::cli
