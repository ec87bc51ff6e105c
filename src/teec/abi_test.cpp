#include <gtest/gtest.h>

#include <holdfast/tee_client_api.h>

// Sizes and offsets of OP-TEE's libteec.so.2 on 64-bit Linux: its clients allocate these themselves.
static_assert(sizeof(TEEC_Result) == 4);
static_assert(sizeof(TEEC_UUID) == 16 && offsetof(TEEC_UUID, timeMid) == 4 &&
              offsetof(TEEC_UUID, timeHiAndVersion) == 6 && offsetof(TEEC_UUID, clockSeqAndNode) == 8);
static_assert(sizeof(TEEC_Context) == 8 && alignof(TEEC_Context) == 4);
static_assert(sizeof(TEEC_Session) == 16 && offsetof(TEEC_Session, imp.session_id) == 8);
static_assert(sizeof(TEEC_SharedMemory) == 56 && offsetof(TEEC_SharedMemory, size) == 8 &&
              offsetof(TEEC_SharedMemory, flags) == 16 && offsetof(TEEC_SharedMemory, imp) == 24);
static_assert(sizeof(TEEC_TempMemoryReference) == 16 && offsetof(TEEC_TempMemoryReference, size) == 8);
static_assert(sizeof(TEEC_RegisteredMemoryReference) == 24 && offsetof(TEEC_RegisteredMemoryReference, size) == 8 &&
              offsetof(TEEC_RegisteredMemoryReference, offset) == 16);
static_assert(sizeof(TEEC_Value) == 8 && offsetof(TEEC_Value, b) == 4);
static_assert(sizeof(TEEC_Parameter) == 24);
static_assert(sizeof(TEEC_Operation) == 112 && offsetof(TEEC_Operation, paramTypes) == 4 &&
              offsetof(TEEC_Operation, params) == 8 && offsetof(TEEC_Operation, imp) == 104);

namespace {

TEST(TeeClientApi, IgnoresNullWhereItTakesBack) {
  TEEC_FinalizeContext(nullptr);
  TEEC_CloseSession(nullptr);
  TEEC_ReleaseSharedMemory(nullptr);
  TEEC_RequestCancellation(nullptr);
}

TEST(TeeClientApi, RefusesNullContext) {
  EXPECT_EQ(TEEC_InitializeContext(nullptr, nullptr), TEEC_ERROR_BAD_PARAMETERS);
}

TEST(TeeClientApi, FindsNothingBehindAnUnknownName) {
  TEEC_Context context;
  EXPECT_EQ(TEEC_InitializeContext("no-such-tee", &context), TEEC_ERROR_ITEM_NOT_FOUND);
  EXPECT_EQ(TEEC_InitializeContext("/nonexistent/socket", &context), TEEC_ERROR_ITEM_NOT_FOUND);
}

TEST(TeeClientApi, RefusesContextThatWasNeverMade) {
  TEEC_Context context{};
  TEEC_Session session{};
  const TEEC_UUID uuid{};
  std::uint32_t origin = 0;
  EXPECT_EQ(TEEC_OpenSession(&context, &session, &uuid, TEEC_LOGIN_PUBLIC, nullptr, nullptr, &origin),
            TEEC_ERROR_BAD_PARAMETERS);
  EXPECT_EQ(origin, static_cast<std::uint32_t>(TEEC_ORIGIN_API));
}

}  // namespace
