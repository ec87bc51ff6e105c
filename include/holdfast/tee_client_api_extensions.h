/* OP-TEE declares TEEC_RegisterSharedMemoryFileDescriptor in a header of this name; here one header has all. */
#ifndef HOLDFAST_TEE_CLIENT_API_EXTENSIONS_H
#define HOLDFAST_TEE_CLIENT_API_EXTENSIONS_H

#include <tee_client_api.h>

#endif
