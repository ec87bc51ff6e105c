#include "cryptoki/interfaces.h"

#include <array>
#include <cstring>

namespace holdfast::cryptoki {
namespace {

CK_RV get_info_3_0(CK_INFO_PTR info) { return get_info(info, kVersion3_0); }
CK_RV get_info_3_2(CK_INFO_PTR info) { return get_info(info, kVersion3_2); }
CK_RV get_attribute_value_3_2(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_PTR attributes,
                              CK_ULONG count) {
  return get_attribute_value(session, object, attributes, count, kVersion3_2);
}

#define HF_FUNCTION_ENTRY(name, parameters) .name = &::name,

constexpr CK_FUNCTION_LIST kFunctions2_40{.version = kVersion2_40, CK_FUNCTIONS_2_40(HF_FUNCTION_ENTRY)};

constexpr CK_FUNCTION_LIST_3_0 functions_3_0() {
  CK_FUNCTION_LIST_3_0 list{.version = kVersion3_0,
                            CK_FUNCTIONS_2_40(HF_FUNCTION_ENTRY) CK_FUNCTIONS_3_0(HF_FUNCTION_ENTRY)};
  list.C_GetInfo = &get_info_3_0;
  return list;
}
constexpr CK_FUNCTION_LIST_3_0 kFunctions3_0 = functions_3_0();

constexpr CK_FUNCTION_LIST_3_2 functions_3_2() {
  CK_FUNCTION_LIST_3_2 list{.version = kVersion3_2,
                            CK_FUNCTIONS_2_40(HF_FUNCTION_ENTRY) CK_FUNCTIONS_3_0(HF_FUNCTION_ENTRY)
                                CK_FUNCTIONS_3_2(HF_FUNCTION_ENTRY)};
  list.C_GetInfo = &get_info_3_2;
  list.C_GetAttributeValue = &get_attribute_value_3_2;
  return list;
}
constexpr CK_FUNCTION_LIST_3_2 kFunctions3_2 = functions_3_2();

#undef HF_FUNCTION_ENTRY

constinit CK_UTF8CHAR interface_name[] = "PKCS 11";

const std::array<CK_INTERFACE, 3> kInterfaces{{
    {interface_name, const_cast<CK_FUNCTION_LIST_3_0*>(&kFunctions3_0), 0},
    {interface_name, const_cast<CK_FUNCTION_LIST_3_2*>(&kFunctions3_2), 0},
    {interface_name, const_cast<CK_FUNCTION_LIST*>(&kFunctions2_40), 0},
}};

bool has_version(const CK_INTERFACE& interface, const CK_VERSION& wanted) {
  const auto* const version = static_cast<const CK_VERSION*>(interface.pFunctionList);  // every table begins with it
  if (version->major != wanted.major) return false;
  // Version 3.1 has the functions of 3.0 and no table of its own.
  const bool same_table = wanted.major == 3 && wanted.minor == 1 && version->minor == 0;
  return version->minor == wanted.minor || same_table;
}

}  // namespace

CK_FUNCTION_LIST_PTR function_list_2_40() noexcept { return const_cast<CK_FUNCTION_LIST_PTR>(&kFunctions2_40); }

std::span<const CK_INTERFACE> interfaces() noexcept { return kInterfaces; }

const CK_INTERFACE* find_interface(const CK_UTF8CHAR* name, const CK_VERSION* version, CK_FLAGS flags) noexcept {
  if (name != nullptr && std::strcmp(reinterpret_cast<const char*>(name), "PKCS 11") != 0) return nullptr;
  for (const CK_INTERFACE& interface : kInterfaces)
    if ((version == nullptr || has_version(interface, *version)) && (interface.flags & flags) == flags)
      return &interface;
  return nullptr;
}

}  // namespace holdfast::cryptoki
