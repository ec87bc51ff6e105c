/* A program of the TEE Client API as one writes it for OP-TEE: asks the PKCS#11 trusted application for its version.
 *   tee_program LOGIN [GROUP] [--remove-first]: the number of a login method, and the group of a group login. The option
 * removes the program's own file before it logs in. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tee_client_api.h>
#include <tee_client_api_extensions.h>
#include <unistd.h>

static const TEEC_UUID kPkcs11 = {0xfd02c9da, 0x306c, 0x48c7, {0xa4, 0x9c, 0xbb, 0xd8, 0x27, 0xae, 0x86, 0xee}};

static int report(const char* what, TEEC_Result result, uint32_t origin) {
  fprintf(stderr, "%s: %08x, origin %u\n", what, (unsigned)result, (unsigned)origin);
  return 1;
}

static int ask_version(TEEC_Session* session) {
  uint32_t version[3] = {0, 0, 0};
  uint32_t arguments = 0;
  uint32_t origin = 0;
  TEEC_Operation operation;
  memset(&operation, 0, sizeof operation);
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INOUT, TEEC_NONE, TEEC_MEMREF_TEMP_OUTPUT, TEEC_NONE);
  operation.params[0].tmpref.buffer = &arguments;
  operation.params[0].tmpref.size = sizeof arguments;
  operation.params[2].tmpref.buffer = version;
  operation.params[2].tmpref.size = sizeof version;
  const TEEC_Result result = TEEC_InvokeCommand(session, 0, &operation, &origin);
  if (result != TEEC_SUCCESS || arguments != 0) return report("ping", result, origin);
  printf("version %u.%u.%u\n", (unsigned)version[0], (unsigned)version[1], (unsigned)version[2]);
  return 0;
}

int main(int argc, char** argv) {
  const uint32_t login = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : TEEC_LOGIN_PUBLIC;
  const uint32_t group = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 0) : 0;
  if (argc > 2 && strcmp(argv[argc - 1], "--remove-first") == 0 && unlink(argv[0]) != 0) return 2;
  TEEC_Context context;
  TEEC_Result result = TEEC_InitializeContext(NULL, &context);
  if (result != TEEC_SUCCESS) return report("connect", result, TEEC_ORIGIN_API);
  TEEC_Session session;
  uint32_t origin = 0;
  result = TEEC_OpenSession(&context, &session, &kPkcs11, login, &group, NULL, &origin);
  const int status = result == TEEC_SUCCESS ? ask_version(&session) : report("log in", result, origin);
  if (result == TEEC_SUCCESS) TEEC_CloseSession(&session);
  TEEC_FinalizeContext(&context);
  return status;
}
