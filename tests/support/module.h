#pragma once

#include <pkcs11/pkcs11.h>

namespace holdfast::testing {

/// module loads the shared object that HF_MODULE names, once, the way a host does, and gives its 2.40 table.
const CK_FUNCTION_LIST& module();
/// module_3_2 is its 3.2 table.
const CK_FUNCTION_LIST_3_2& module_3_2();
/// module_symbol is an exported function of it, or null.
void* module_symbol(const char* name);

}  // namespace holdfast::testing
