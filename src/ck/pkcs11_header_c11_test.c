// Compiles the PKCS#11 header alone as C11 and holds its binary layout.

#include <stddef.h>

#include <pkcs11/pkcs11.h>

_Static_assert(sizeof(CK_ULONG) == sizeof(void*), "lengths are as wide as pointers on Linux");
_Static_assert(sizeof(CK_VERSION) == 2 && sizeof(CK_DATE) == 8 && sizeof(CK_BBOOL) == 1, "small structures");
_Static_assert(sizeof(CK_ATTRIBUTE) == 3 * sizeof(void*) && sizeof(CK_MECHANISM) == 3 * sizeof(void*), "no packing");
_Static_assert(offsetof(CK_INFO, flags) == 40 && offsetof(CK_INFO, libraryVersion) == 80, "CK_INFO on 64 bits");
_Static_assert(offsetof(CK_TOKEN_INFO, flags) == 96 && sizeof(CK_TOKEN_INFO) == 208, "CK_TOKEN_INFO on 64 bits");

#define COUNT_ONE(name, parameters) +1
enum {
  kCount240 = 0 CK_FUNCTIONS_2_40(COUNT_ONE),
  kCount30 = kCount240 CK_FUNCTIONS_3_0(COUNT_ONE),
  kCount32 = kCount30 CK_FUNCTIONS_3_2(COUNT_ONE)
};
_Static_assert(kCount240 == 68 && kCount30 == 92 && kCount32 == 104, "functions of 2.40, 3.0 and 3.2");

// The version takes one pointer's room; each function one pointer.
_Static_assert(sizeof(CK_FUNCTION_LIST) == (1 + 68) * sizeof(void*), "2.40");
_Static_assert(sizeof(CK_FUNCTION_LIST_3_0) == (1 + 92) * sizeof(void*), "3.0");
_Static_assert(sizeof(CK_FUNCTION_LIST_3_2) == (1 + 104) * sizeof(void*), "3.2");

// The older list is a prefix of the newer, so that a caller may use either through the same pointer.
_Static_assert(offsetof(CK_FUNCTION_LIST, C_Initialize) == sizeof(void*), "first function");
_Static_assert(offsetof(CK_FUNCTION_LIST, C_Sign) == offsetof(CK_FUNCTION_LIST_3_2, C_Sign), "shared position");
_Static_assert(offsetof(CK_FUNCTION_LIST, C_WaitForSlotEvent) == 68 * sizeof(void*), "last function of 2.40");
_Static_assert(offsetof(CK_FUNCTION_LIST_3_0, C_GetInterfaceList) == 69 * sizeof(void*), "first function of 3.0");
_Static_assert(offsetof(CK_FUNCTION_LIST_3_0, C_MessageVerifyFinal) == 92 * sizeof(void*), "last function of 3.0");
_Static_assert(offsetof(CK_FUNCTION_LIST_3_2, C_EncapsulateKey) == 93 * sizeof(void*), "first function of 3.2");
_Static_assert(offsetof(CK_FUNCTION_LIST_3_2, C_UnwrapKeyAuthenticated) == 104 * sizeof(void*), "last function of 3.2");

// For the C++ test beside this file: what a C compiler makes of the lists.
size_t size_of_function_list_3_2_in_c(void);
size_t size_of_function_list_3_2_in_c(void) { return sizeof(CK_FUNCTION_LIST_3_2); }
