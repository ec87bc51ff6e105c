// Which secure world the module talks to, as whom, and what becomes of it when that world ends.
#include <dlfcn.h>
#include <sys/wait.h>

#include <holdfast/tee_client_api.h>

#include "optee_test.h"

namespace holdfast::optee {
namespace {

class Choice : public OpteeTest {};

TEST_F(Choice, RefusesWhatNamesNoLibraryAndPrintsNothing) {
  ::testing::internal::CaptureStdout();
  ::testing::internal::CaptureStderr();
  for (const char* const choice : {"op-tee", "OPTEE", "libteec.so.2", "/no/such/libteec.so.2", "./libteec.so.2"}) {
    ::setenv("HOLDFAST_TEE", choice, 1);
    EXPECT_EQ(p11().C_Initialize(nullptr), CKR_FUNCTION_FAILED) << choice;
  }
  ::setenv("HOLDFAST_TEE", std::getenv("HF_MODULE"), 1);  // a library, but not of a TEE
  EXPECT_EQ(p11().C_Initialize(nullptr), CKR_FUNCTION_FAILED);
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(p11().C_Finalize(nullptr), CKR_CRYPTOKI_NOT_INITIALIZED);
  ::setenv("HOLDFAST_TEE", std::getenv("HF_STANDIN"), 1);
  EXPECT_EQ(p11().C_Initialize(nullptr), CKR_OK) << "a failure leaves nothing behind";
}

TEST_F(Choice, LogsInAsLibckteecDoes) {
  const auto opened_as = [&](const char* type, const char* gid) -> std::string {
    ::unlink(record_path().c_str());
    type == nullptr ? ::unsetenv("CKTEEC_LOGIN_TYPE") : ::setenv("CKTEEC_LOGIN_TYPE", type, 1);
    gid == nullptr ? ::unsetenv("CKTEEC_LOGIN_GID") : ::setenv("CKTEEC_LOGIN_GID", gid, 1);
    const CK_RV rv = p11().C_Initialize(nullptr);
    if (rv != CKR_OK) return std::to_string(rv);
    p11().C_Finalize(nullptr);
    return record().at(0);
  };
  const std::string arguments_bad = std::to_string(CKR_ARGUMENTS_BAD);
  EXPECT_EQ(opened_as(nullptr, nullptr), "open login=0 group=0");
  EXPECT_EQ(opened_as("public", nullptr), "open login=0 group=0");
  EXPECT_EQ(opened_as("user", nullptr), "open login=1 group=0");
  EXPECT_EQ(opened_as("group", "1000"), "open login=2 group=1000");
  EXPECT_EQ(opened_as("group", nullptr), arguments_bad);
  EXPECT_EQ(opened_as("group", "10x"), arguments_bad);
  EXPECT_EQ(opened_as("group", "-1"), arguments_bad);
  EXPECT_EQ(opened_as("group", "4294967296"), arguments_bad);
  EXPECT_EQ(opened_as("root", nullptr), arguments_bad);
}

TEST_F(Choice, AsksOnceForTheExtensionBlock) {
  ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
  CK_ULONG slots = 0;
  EXPECT_EQ(p11().C_GetSlotList(CK_TRUE, nullptr, &slots), CKR_OK);
  EXPECT_EQ(slots, 3u);
  const auto lines = record();
  ASSERT_GE(lines.size(), 3u);
  EXPECT_EQ(lines[1].rfind("cmd=2147483648 ", 0), 0u) << lines[1];
  EXPECT_EQ(count_record("cmd=21474836"), 1);
  EXPECT_EQ(p11().C_Finalize(nullptr), CKR_OK);
  EXPECT_EQ(count_record("close"), 1);
}

TEST_F(Choice, ForkedChildLeavesItsParentsSessionOpen) {
  ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
  const pid_t child = ::fork();
  if (child == 0) {
    CK_ULONG slots = 0;
    const bool begins_afresh = p11().C_GetSlotList(CK_TRUE, nullptr, &slots) == CKR_CRYPTOKI_NOT_INITIALIZED;
    const bool works = p11().C_Initialize(nullptr) == CKR_OK && p11().C_GetSlotList(CK_TRUE, nullptr, &slots) == CKR_OK;
    ::_exit(begins_afresh && works && slots == 3 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_EQ(count_record("open"), 2);
  // A board's driver ends a session for all who hold the descriptor.
  EXPECT_EQ(count_record("close"), 0);
}

/// Another client ends the application: it asks for a GCM tag of 8 bits (OP-TEE ABI section 19.3, number 4b).
void end_the_application() {
  void* const library = ::dlopen(std::getenv("HF_STANDIN"), RTLD_NOW | RTLD_LOCAL);
  const auto open = reinterpret_cast<decltype(&TEEC_OpenSession)>(::dlsym(library, "TEEC_OpenSession"));
  const auto invoke = reinterpret_cast<decltype(&TEEC_InvokeCommand)>(::dlsym(library, "TEEC_InvokeCommand"));
  TEEC_Context context{};
  TEEC_Session session{};
  const TEEC_UUID uuid{};
  ASSERT_EQ(open(&context, &session, &uuid, TEEC_LOGIN_PUBLIC, nullptr, nullptr, nullptr), TEEC_SUCCESS);
  std::uint32_t request[] = {1, 1, CKM_AES_GCM, 16, 4, 0, 0, 8};
  TEEC_Operation operation{};
  operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_INOUT, TEEC_NONE, TEEC_NONE, TEEC_NONE);
  operation.params[0].tmpref = {.buffer = request, .size = sizeof request};
  ASSERT_EQ(invoke(&session, 17, &operation, nullptr), TEEC_ERROR_TARGET_DEAD);
}

TEST_F(Choice, DeadApplicationIsADeviceRemovedUntilSlotsAreListed) {
  ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
  CK_SESSION_HANDLE before = 0;
  ASSERT_EQ(p11().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &before), CKR_OK);
  end_the_application();
  CK_SESSION_INFO info;
  EXPECT_EQ(p11().C_GetSessionInfo(before, &info), CKR_DEVICE_REMOVED);
  EXPECT_EQ(p11().C_GetSessionInfo(before, &info), CKR_DEVICE_REMOVED) << "nothing is opened behind the caller's back";
  CK_ULONG slots = 0;
  EXPECT_EQ(p11().C_GetSlotList(CK_TRUE, nullptr, &slots), CKR_OK);
  EXPECT_EQ(slots, 3u);
  EXPECT_EQ(p11().C_GetSessionInfo(before, &info), CKR_SESSION_HANDLE_INVALID);
  CK_SESSION_HANDLE after = 0;
  EXPECT_EQ(p11().C_OpenSession(0, CKF_SERIAL_SESSION, nullptr, nullptr, &after), CKR_OK);
  EXPECT_NE(before, after);
  EXPECT_EQ(p11().C_GetSessionInfo(after, &info), CKR_OK);
}

TEST_F(Choice, SecurityOfficerOfNoTokenIsRefusedBeforeTheApplicationEnds) {
  ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
  CK_SESSION_HANDLE session = 0;
  ASSERT_EQ(p11().C_OpenSession(2, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), CKR_OK);
  CK_UTF8CHAR pin[] = {'1', '2', '3', '4'};
  EXPECT_EQ(p11().C_Login(session, CKU_SO, pin, sizeof pin), CKR_PIN_INCORRECT);
  EXPECT_EQ(count_record("panic"), 0);
}

TEST_F(Choice, OffersOpteesMechanismsAlone) {
  ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
  CK_ULONG count = 0;
  ASSERT_EQ(p11().C_GetMechanismList(0, nullptr, &count), CKR_OK);
  std::vector<CK_MECHANISM_TYPE> list(count);
  ASSERT_EQ(p11().C_GetMechanismList(0, list.data(), &count), CKR_OK);
  EXPECT_EQ(count, 56u);
  CK_MECHANISM_INFO info;
  EXPECT_EQ(p11().C_GetMechanismInfo(0, CKM_AES_KEY_WRAP, &info), CKR_MECHANISM_INVALID);
  EXPECT_EQ(p11().C_GetMechanismInfo(0, CKM_AES_CBC_PAD, &info), CKR_MECHANISM_INVALID) << "OP-TEE says: no flags";
  EXPECT_EQ(p11().C_GetMechanismInfo(0, CKM_AES_CTS, &info), CKR_OK);
}

}  // namespace
}  // namespace holdfast::optee
