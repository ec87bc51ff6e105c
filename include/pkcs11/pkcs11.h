#pragma once

// The PKCS#11 3.2 interface (Cryptoki) for C11 and C++ on Linux: CK_ULONG is unsigned long and no structure is packed.
// Include this file only; the others are its chapters.
//
// A program that loads a module calls it through a function list from C_GetFunctionList, C_GetInterface or
// C_GetInterfaceList. A module defines the functions and decides itself which of them it exports.

#include <pkcs11/attributes.h>
#include <pkcs11/constants.h>
#include <pkcs11/functions.h>
#include <pkcs11/mechanism_params.h>
#include <pkcs11/mechanisms.h>
#include <pkcs11/return_values.h>
#include <pkcs11/types.h>
