#pragma once

#include <span>

#include <pkcs11/pkcs11.h>

namespace holdfast::cryptoki {

inline constexpr CK_VERSION kVersion2_40{2, 40};
inline constexpr CK_VERSION kVersion3_0{3, 0};

/// The tables are read-only memory, though the standard's types do not say so.
CK_FUNCTION_LIST_PTR function_list_2_40() noexcept;

/// interfaces are what C_GetInterfaceList offers, the preferred one first. None is fork-safe (CKF_INTERFACE_FORK_SAFE):
/// a forked child shares no session with its parent and initialises for itself.
std::span<const CK_INTERFACE> interfaces() noexcept;
/// find_interface is the first that fits; a null name or version fits all. Null when none does.
const CK_INTERFACE* find_interface(const CK_UTF8CHAR* name, const CK_VERSION* version, CK_FLAGS flags) noexcept;

/// get_info is C_GetInfo as each table's own version answers it.
CK_RV get_info(CK_INFO_PTR info, CK_VERSION version);

}  // namespace holdfast::cryptoki
