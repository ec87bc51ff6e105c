/*
 * The GlobalPlatform TEE Client API (version 1.0) as Holdfast offers it.
 *
 * Types have the sizes and offsets of OP-TEE's libteec.so.2 on 64-bit Linux, so that a program compiled against either
 * header runs with either library. Members named `imp` belong to the library: a caller reserves the room and never
 * looks inside.
 *
 * Conventions that hold for every function:
 *  - a function that returns TEEC_Result says where a failure arose through `returnOrigin`, which may be NULL;
 *  - contexts, sessions, shared memory blocks and operations are allocated by the caller and must outlive their use;
 *  - different sessions, and one session, may be used by many threads at once; one operation by one thread at a time;
 *  - after fork() the child's copies of the parent's contexts are dead: calls on them end with TEEC_ERROR_TARGET_DEAD,
 *    finalising and closing them frees memory only. The child makes its own with TEEC_InitializeContext.
 */
#ifndef HOLDFAST_TEE_CLIENT_API_H
#define HOLDFAST_TEE_CLIENT_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef TEEC_EXPORT
#define TEEC_EXPORT
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TEEC_CONFIG_PAYLOAD_REF_COUNT 4

/* The largest block one parameter can carry: 64 MiB. */
#define TEEC_CONFIG_SHAREDMEM_MAX_SIZE ((size_t)64 * 1024 * 1024)

/* Result codes. */
typedef uint32_t TEEC_Result;

#define TEEC_SUCCESS ((TEEC_Result)0x00000000)
#define TEEC_ERROR_STORAGE_NOT_AVAILABLE ((TEEC_Result)0xF0100003)
#define TEEC_ERROR_GENERIC ((TEEC_Result)0xFFFF0000)
#define TEEC_ERROR_ACCESS_DENIED ((TEEC_Result)0xFFFF0001)
#define TEEC_ERROR_CANCEL ((TEEC_Result)0xFFFF0002)
#define TEEC_ERROR_ACCESS_CONFLICT ((TEEC_Result)0xFFFF0003)
#define TEEC_ERROR_EXCESS_DATA ((TEEC_Result)0xFFFF0004)
#define TEEC_ERROR_BAD_FORMAT ((TEEC_Result)0xFFFF0005)
#define TEEC_ERROR_BAD_PARAMETERS ((TEEC_Result)0xFFFF0006)
#define TEEC_ERROR_BAD_STATE ((TEEC_Result)0xFFFF0007)
#define TEEC_ERROR_ITEM_NOT_FOUND ((TEEC_Result)0xFFFF0008)
#define TEEC_ERROR_NOT_IMPLEMENTED ((TEEC_Result)0xFFFF0009)
#define TEEC_ERROR_NOT_SUPPORTED ((TEEC_Result)0xFFFF000A)
#define TEEC_ERROR_NO_DATA ((TEEC_Result)0xFFFF000B)
#define TEEC_ERROR_OUT_OF_MEMORY ((TEEC_Result)0xFFFF000C)
#define TEEC_ERROR_BUSY ((TEEC_Result)0xFFFF000D)
#define TEEC_ERROR_COMMUNICATION ((TEEC_Result)0xFFFF000E)
#define TEEC_ERROR_SECURITY ((TEEC_Result)0xFFFF000F)
#define TEEC_ERROR_SHORT_BUFFER ((TEEC_Result)0xFFFF0010)
#define TEEC_ERROR_EXTERNAL_CANCEL ((TEEC_Result)0xFFFF0011)
#define TEEC_ERROR_OVERFLOW ((TEEC_Result)0xFFFF300F)
#define TEEC_ERROR_TARGET_DEAD ((TEEC_Result)0xFFFF3024)
#define TEEC_ERROR_STORAGE_NO_SPACE ((TEEC_Result)0xFFFF3041)
#define TEEC_ERROR_MAC_INVALID ((TEEC_Result)0xFFFF3071)
#define TEEC_ERROR_SIGNATURE_INVALID ((TEEC_Result)0xFFFF3072)
#define TEEC_ERROR_TIME_NOT_SET ((TEEC_Result)0xFFFF5000)
#define TEEC_ERROR_TIME_NEEDS_RESET ((TEEC_Result)0xFFFF5001)

/* Where a result arose. */
#define TEEC_ORIGIN_API 0x00000001
#define TEEC_ORIGIN_COMMS 0x00000002
#define TEEC_ORIGIN_TEE 0x00000003
#define TEEC_ORIGIN_TRUSTED_APP 0x00000004

/* Direction of a shared memory block, seen from the client: INPUT is what the trusted application may read. */
#define TEEC_MEM_INPUT 0x00000001
#define TEEC_MEM_OUTPUT 0x00000002

/* Parameter types, four bits each in TEEC_Operation.paramTypes. */
#define TEEC_NONE 0x00000000
#define TEEC_VALUE_INPUT 0x00000001
#define TEEC_VALUE_OUTPUT 0x00000002
#define TEEC_VALUE_INOUT 0x00000003
#define TEEC_MEMREF_TEMP_INPUT 0x00000005
#define TEEC_MEMREF_TEMP_OUTPUT 0x00000006
#define TEEC_MEMREF_TEMP_INOUT 0x00000007
#define TEEC_MEMREF_WHOLE 0x0000000C
#define TEEC_MEMREF_PARTIAL_INPUT 0x0000000D
#define TEEC_MEMREF_PARTIAL_OUTPUT 0x0000000E
#define TEEC_MEMREF_PARTIAL_INOUT 0x0000000F

#define TEEC_PARAM_TYPES(p0, p1, p2, p3) \
  ((uint32_t)(p0) | ((uint32_t)(p1) << 4) | ((uint32_t)(p2) << 8) | ((uint32_t)(p3) << 12))
#define TEEC_PARAM_TYPE_GET(types, index) (((uint32_t)(types) >> ((index) * 4)) & 0xFu)

/* How a client asks to be identified. The secure world takes the identity itself from the kernel. */
#define TEEC_LOGIN_PUBLIC 0x00000000
#define TEEC_LOGIN_USER 0x00000001
#define TEEC_LOGIN_GROUP 0x00000002
#define TEEC_LOGIN_APPLICATION 0x00000004
#define TEEC_LOGIN_USER_APPLICATION 0x00000005
#define TEEC_LOGIN_GROUP_APPLICATION 0x00000006

/* A connection of this process to the secure world. */
typedef struct {
  struct {
    uint32_t handle[2];
  } imp;
} TEEC_Context;

typedef struct {
  uint32_t timeLow;
  uint16_t timeMid;
  uint16_t timeHiAndVersion;
  uint8_t clockSeqAndNode[8];
} TEEC_UUID;

/* The client's session with one trusted application. */
typedef struct {
  struct {
    TEEC_Context* context;
    uint32_t session_id;
  } imp;
} TEEC_Session;

/* Memory offered to trusted applications. The caller fills flags and size, and buffer when registering. */
typedef struct {
  void* buffer;
  size_t size;
  uint32_t flags;
  struct {
    int32_t id;
    size_t allocated_size;
    void* mapping;
    int32_t descriptor;
    uint32_t reserved;
  } imp;
} TEEC_SharedMemory;

/* A buffer that is shared for one call. */
typedef struct {
  void* buffer;
  size_t size;
} TEEC_TempMemoryReference;

/* All or part of a shared memory block; size and offset count for the PARTIAL types only. */
typedef struct {
  TEEC_SharedMemory* parent;
  size_t size;
  size_t offset;
} TEEC_RegisteredMemoryReference;

typedef struct {
  uint32_t a;
  uint32_t b;
} TEEC_Value;

typedef union {
  TEEC_TempMemoryReference tmpref;
  TEEC_RegisteredMemoryReference memref;
  TEEC_Value value;
} TEEC_Parameter;

typedef struct {
  uint32_t started;
  uint32_t paramTypes;
  TEEC_Parameter params[TEEC_CONFIG_PAYLOAD_REF_COUNT];
  struct {
    TEEC_Session* session;
  } imp;
} TEEC_Operation;

/* TEEC_InitializeContext connects to the secure world. `name` is NULL for the default search, "optee-tz" for the same,
 * or an absolute path of a socket. ITEM_NOT_FOUND: nothing listens there. */
TEEC_EXPORT TEEC_Result TEEC_InitializeContext(const char* name, TEEC_Context* context);

/* TEEC_FinalizeContext ends the connection; its sessions and shared memory must be closed before. NULL is ignored. */
TEEC_EXPORT void TEEC_FinalizeContext(TEEC_Context* context);

/* TEEC_OpenSession opens a session with the trusted application `destination`. `connectionData` points to a 32-bit
 * group id for the GROUP logins and is not read for the others. `operation` may be NULL. */
TEEC_EXPORT TEEC_Result TEEC_OpenSession(TEEC_Context* context, TEEC_Session* session, const TEEC_UUID* destination,
                                         uint32_t connectionMethod, const void* connectionData,
                                         TEEC_Operation* operation, uint32_t* returnOrigin);

/* TEEC_CloseSession ends a session; no call may be running on it. NULL is ignored. */
TEEC_EXPORT void TEEC_CloseSession(TEEC_Session* session);

/* TEEC_InvokeCommand runs one command and blocks until it has ended. After it every output memory reference holds, in
 * its size, what the trusted application reported, whatever the result; a size above the buffer's means "so much is
 * needed", and then no byte was copied. */
TEEC_EXPORT TEEC_Result TEEC_InvokeCommand(TEEC_Session* session, uint32_t commandID, TEEC_Operation* operation,
                                           uint32_t* returnOrigin);

/* TEEC_RegisterSharedMemory offers the caller's own buffer; the caller keeps it alive until it is released. */
TEEC_EXPORT TEEC_Result TEEC_RegisterSharedMemory(TEEC_Context* context, TEEC_SharedMemory* sharedMem);

/* TEEC_RegisterSharedMemoryFileDescriptor offers the memory behind `fd` (an extension of OP-TEE): any descriptor of a size
 * that can be mapped shared, as a memfd, POSIX shared memory, a dma-buf or a file. One opened for reading only will do
 * for TEEC_MEM_INPUT alone. The library maps it and sets buffer and size; the caller keeps the descriptor, may close it at
 * once, and must not make what is behind it shorter before the block is released, which unmaps it.
 * BAD_PARAMETERS: it is closed, empty, cannot be mapped, or not for these flags. */
TEEC_EXPORT TEEC_Result TEEC_RegisterSharedMemoryFileDescriptor(TEEC_Context* context, TEEC_SharedMemory* sharedMem,
                                                                int fd);

/* TEEC_AllocateSharedMemory allocates sharedMem->size zeroed bytes; size 0 is legal and gives a valid buffer. */
TEEC_EXPORT TEEC_Result TEEC_AllocateSharedMemory(TEEC_Context* context, TEEC_SharedMemory* sharedMem);

/* TEEC_ReleaseSharedMemory takes back what was allocated, mapped or registered; a registered buffer stays the caller's.
 * NULL, or a block released before, is ignored. */
TEEC_EXPORT void TEEC_ReleaseSharedMemory(TEEC_SharedMemory* sharedMemory);

/* TEEC_RequestCancellation asks that an operation, whose `started` the caller set to 0, end early. A call that has not
 * reached a trusted application ends with TEEC_ERROR_CANCEL. One that runs there is told within 50 ms; whether it heeds
 * that is the application's choice, and if it does not, the call ends as if nobody had asked. */
TEEC_EXPORT void TEEC_RequestCancellation(TEEC_Operation* operation);

#ifdef __cplusplus
}
#endif

#endif
