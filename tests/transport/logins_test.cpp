// The identity a trusted application sees, of real processes: what they are, not what they say.
#include <filesystem>
#include <grp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

struct Account {
  uid_t uid = ::geteuid();
  gid_t gid = ::getegid();
  std::vector<gid_t> groups = {};
};

/// become changes the calling process into that account; what it is already it can always become.
bool become(const Account& account) {
  if (account.uid == ::geteuid() && account.gid == ::getegid() && account.groups.empty()) return true;
  return ::setgroups(account.groups.size(), account.groups.data()) == 0 &&
         ::setresgid(account.gid, account.gid, account.gid) == 0 &&
         ::setresuid(account.uid, account.uid, account.uid) == 0;
}

std::string text(const std::uint8_t (&octets)[16]) {
  std::string out;
  for (std::size_t i = 0; i < 16; ++i) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", octets[i]);
    out += digits;
    if (i == 3 || i == 5 || i == 7 || i == 9) out += '-';
  }
  return out;
}

/// log_in opens a session and gives the UUID the application sees, or the result as a number.
std::string log_in(const char* socket_path, std::uint32_t login, const gid_t* group) {
  TEEC_Context context{};
  if (TEEC_InitializeContext(socket_path, &context) != TEEC_SUCCESS) return "cannot connect";
  TEEC_Session session{};
  const TEEC_UUID echo = to_teec(EchoApplication::kUuid);
  std::uint32_t origin = 0;
  const TEEC_Result opened = TEEC_OpenSession(&context, &session, &echo, login, group, nullptr, &origin);
  char result[32];
  std::snprintf(result, sizeof result, "%08x origin %u", opened, origin);
  std::string seen = result;
  if (opened == TEEC_SUCCESS) {
    std::uint8_t octets[16] = {};
    TEEC_Operation operation{};
    operation.paramTypes = TEEC_PARAM_TYPES(TEEC_MEMREF_TEMP_OUTPUT, TEEC_VALUE_OUTPUT, TEEC_NONE, TEEC_NONE);
    operation.params[0].tmpref = {.buffer = octets, .size = sizeof octets};
    const bool told = TEEC_InvokeCommand(&session, EchoApplication::kWhoAmI, &operation, nullptr) == TEEC_SUCCESS;
    seen = told && operation.params[1].value.a == login ? text(octets) : "not told";
    TEEC_CloseSession(&session);
  }
  TEEC_FinalizeContext(&context);
  return seen;
}

class Logins : public ::testing::Test {
 protected:
  void SetUp() override { world_.open_to_all(); }
  /// seen is log_in by a process of that account.
  std::string seen(const Account& account, std::uint32_t login, const gid_t* group = nullptr) {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const std::string answer = become(account) ? log_in(world_.socket_path(), login, group) : "cannot become that";
      ::_exit(::write(ends[1], answer.data(), answer.size()) < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    char answer[128] = {};
    EXPECT_GE(::read(ends[0], answer, sizeof answer - 1), 0);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    return answer;
  }
  TestWorld world_{TestWorld::Where::process};
};

constexpr char kNil[] = "00000000-0000-0000-0000-000000000000";
constexpr char kDenied[] = "ffff0001 origin 3";
constexpr gid_t kRootGroup = 0, kUsersGroup = 1000;

TEST_F(Logins, PublicIsNobody) { EXPECT_EQ(seen({}, TEEC_LOGIN_PUBLIC), kNil); }

TEST_F(Logins, UserIsTheUidOfTheProcess) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be two users";
  EXPECT_EQ(seen({.uid = 0, .gid = 0}, TEEC_LOGIN_USER), "ef0180a3-13f3-5d1c-b7f5-888c0e21059a");
  EXPECT_EQ(seen({.uid = 1000, .gid = 1000}, TEEC_LOGIN_USER), "fc34275c-d8dd-5ba7-968b-504718363b87");
  EXPECT_EQ(seen({.uid = 1000, .gid = 0}, TEEC_LOGIN_USER, &kRootGroup), "fc34275c-d8dd-5ba7-968b-504718363b87")
      << "data is for groups";
}

TEST_F(Logins, GroupIsOneTheProcessIsIn) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be two users";
  EXPECT_EQ(seen({.uid = 0, .gid = 0}, TEEC_LOGIN_GROUP, &kRootGroup), "d93bc168-f863-58d3-a1fe-bb2039421b99");
  const char* const users = "0ece43ed-001d-51bd-bab7-480c8954c3cf";
  EXPECT_EQ(seen({.uid = 1000, .gid = 1000}, TEEC_LOGIN_GROUP, &kUsersGroup), users);
  EXPECT_EQ(seen({.uid = 1001, .gid = 1001, .groups = {5, kUsersGroup}}, TEEC_LOGIN_GROUP, &kUsersGroup), users)
      << "a supplementary one will do";
  EXPECT_EQ(seen({.uid = 1001, .gid = 1001, .groups = {5, 6}}, TEEC_LOGIN_GROUP, &kUsersGroup), kDenied);
  EXPECT_EQ(seen({.uid = 1001, .gid = 1001}, TEEC_LOGIN_GROUP, &kRootGroup), kDenied);
}

TEST_F(Logins, GroupNeedsToBeNamed) {
  EXPECT_EQ(seen({}, TEEC_LOGIN_GROUP), "ffff0006 origin 1");
  EXPECT_EQ(seen({}, TEEC_LOGIN_GROUP_APPLICATION), "ffff0006 origin 1");
}

TEST_F(Logins, ApplicationIsTheFileThatRuns) {
  const std::string application = seen({}, TEEC_LOGIN_APPLICATION);
  if (application == "ffff000a origin 3") GTEST_SKIP() << "this kernel has no SO_PEERPIDFD (Linux 6.5)";
  EXPECT_EQ(application.size(), sizeof kNil - 1) << application;
  EXPECT_EQ(application[14], '5') << "version 5";
  EXPECT_EQ(seen({}, TEEC_LOGIN_APPLICATION), application) << "two processes, one program";
  const gid_t own = ::getegid();
  const std::string of_user = seen({}, TEEC_LOGIN_USER_APPLICATION);
  const std::string of_group = seen({}, TEEC_LOGIN_GROUP_APPLICATION, &own);
  EXPECT_EQ(of_user.size(), sizeof kNil - 1) << of_user;
  EXPECT_EQ(of_group.size(), sizeof kNil - 1) << of_group;
  EXPECT_NE(of_user, application);
  EXPECT_NE(of_group, application);
  EXPECT_NE(of_user, of_group);
  constexpr gid_t kStrangers = 0xFFFFFFF0;
  EXPECT_EQ(seen({}, TEEC_LOGIN_GROUP_APPLICATION, &kStrangers), kDenied);
}

TEST_F(Logins, OthersDoNotExist) {
  for (const std::uint32_t login : {3U, 7U, 0x80000000U, ~0U}) EXPECT_EQ(seen({}, login), "ffff0006 origin 3") << login;
}

}  // namespace
}  // namespace holdfast::transport_test
