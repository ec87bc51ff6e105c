#pragma once

#include <span>

#include <pkcs11/pkcs11.h>

namespace holdfast::cryptoki {

inline constexpr CK_VERSION kVersion2_40{2, 40};
inline constexpr CK_VERSION kVersion3_0{3, 0};
inline constexpr CK_VERSION kVersion3_2{3, 2};

/// The tables are read-only memory, though the standard's types do not say so.
CK_FUNCTION_LIST_PTR function_list_2_40() noexcept;

/// interfaces are what C_GetInterfaceList offers, the default one first. That is 3.0: a host that names no version was
/// most likely written for it, and one that wants 3.2 says so or looks through the list.
/// None is fork-safe: CKF_INTERFACE_FORK_SAFE promises a forked child its copy of all sessions, logins and operations
/// (PKCS#11 3.0 section 3.7); here a child has none of them and initialises for itself.
std::span<const CK_INTERFACE> interfaces() noexcept;
/// find_interface is the first that fits; a null name or version fits all, and 3.0 also serves 3.1. Null when none does.
const CK_INTERFACE* find_interface(const CK_UTF8CHAR* name, const CK_VERSION* version, CK_FLAGS flags) noexcept;

/// get_info is C_GetInfo as each table's own version answers it.
CK_RV get_info(CK_INFO_PTR info, CK_VERSION version);
/// get_attribute_value is C_GetAttributeValue: from 3.2 on, points of Edwards and Montgomery keys are raw bytes.
CK_RV get_attribute_value(CK_SESSION_HANDLE session_handle, CK_OBJECT_HANDLE object_handle, CK_ATTRIBUTE_PTR attributes,
                          CK_ULONG count, CK_VERSION version);

}  // namespace holdfast::cryptoki
