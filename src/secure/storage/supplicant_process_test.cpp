// The store over a real holdfast-supplicant that is killed again and again: nothing acknowledged is lost.

#include <atomic>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "base/log.h"
#include "secure/storage/record_link.h"
#include "secure/storage/token_store.h"
#include "support/secret_peek.h"

namespace holdfast::secure::storage {
namespace {

using namespace std::chrono_literals;

/// SupplicantProcess runs one holdfast-supplicant; start() gives the secure world's end of its link.
class SupplicantProcess {
 public:
  explicit SupplicantProcess(std::string directory) : directory_(std::move(directory)) {}
  SupplicantProcess(const SupplicantProcess&) = delete;
  SupplicantProcess& operator=(const SupplicantProcess&) = delete;
  ~SupplicantProcess() { kill(); }

  UniqueFd start() {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return {};
    UniqueFd ours(ends[0]);
    const UniqueFd theirs(ends[1]);
    const std::string number = std::to_string(theirs.get());
    pid_ = ::fork();
    if (pid_ == 0) {
      ::fcntl(theirs.get(), F_SETFD, 0);
      ::execl(HOLDFAST_SUPPLICANT, "holdfast-supplicant", "--link-fd", number.c_str(), "--store", directory_.c_str(),
              nullptr);
      ::_exit(127);
    }
    return ours;
  }
  void kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    pid_ = -1;
  }
  /// exit_status waits for the process to end by itself.
  int exit_status() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  pid_t pid() const { return pid_; }

 private:
  std::string directory_;
  pid_t pid_ = -1;
};

class RealSupplicant : public ::testing::Test {
 protected:
  RealSupplicant() {
    log::set_sink(-1);
    std::string pattern = ::testing::TempDir() + "holdfast-process-XXXXXX";
    root = ::mkdtemp(pattern.data());
  }
  ~RealSupplicant() override { std::filesystem::remove_all(root); }

  static Result<std::unique_ptr<Store>> open(RecordLink& link) {
    return Store::open(holdfast::testing::SecretPeek::make(Bytes(32, std::byte{3})), link,
                       {.slot_count = 2, .scrypt_log2_n = 2});
  }
  static void initialise(TokenStore& token) {
    ASSERT_TRUE(token.initialise({}, holdfast::testing::SecretPeek::make(as_bytes("so-pin"))));
  }
  static Result<ObjectUid> put_new(TokenStore& token) {
    HF_ASSIGN_OR_RETURN(const ObjectUid uid, token.new_object_uid());
    StoredObject object{.uid = uid, .version = 0, .public_part = Bytes(300, std::byte{1}), .sealed_secret_part = {}};
    HF_TRY(token.commit({.put = {std::move(object)}, .removed = {}, .state = {}}));
    return uid;
  }
  static std::set<ObjectUid> uids(TokenStore& token) {
    std::set<ObjectUid> found;
    for (const StoredObject& object : token.take_objects()) found.insert(object.uid);
    return found;
  }

  std::string root;
};

TEST_F(RealSupplicant, LosesNothingAcknowledgedWhenItIsKilledDuringCommits) {
  SupplicantProcess process(root + "/store");
  std::set<ObjectUid> acknowledged;
  std::size_t failed = 0;
  {
    SocketRecordLink link(process.start());
    const auto store = open(link).value();
    TokenStore& token = *store->token(0);
    initialise(token);
    std::atomic<bool> stop = false;
    std::atomic<int> answered = 0;
    std::thread writer([&] {
      while (!stop) {
        const Result<ObjectUid> uid = put_new(token);
        if (uid)
          acknowledged.insert(*uid);
        else
          ++failed;
        ++answered;
      }
    });
    for (int round = 0; round < 25; ++round) {
      // After some commits, at any point of the next one.
      for (const int goal = answered + 1 + round % 4; answered < goal;) std::this_thread::sleep_for(100us);
      std::this_thread::sleep_for(std::chrono::microseconds(137 * round));
      process.kill();
      link.replace(process.start());
    }
    stop = true;
    writer.join();
    EXPECT_TRUE(put_new(token));
    process.kill();
  }
  SocketRecordLink link(process.start());
  const auto store = open(link).value();
  ASSERT_EQ(store->token(0)->condition(), SlotCondition::ready);
  const std::set<ObjectUid> found = uids(*store->token(0));
  EXPECT_GE(acknowledged.size(), 25u);
  for (const ObjectUid& uid : acknowledged) EXPECT_TRUE(found.contains(uid));
  // A commit that failed may be there all the same, but nothing else may.
  EXPECT_LE(found.size(), acknowledged.size() + failed + 1);
}

TEST_F(RealSupplicant, EndsByItselfWhenItsLinkCloses) {
  SupplicantProcess process(root + "/store");
  {
    SocketRecordLink link(process.start());
    ASSERT_TRUE(open(link));
  }
  EXPECT_EQ(process.exit_status(), 0);
}

TEST_F(RealSupplicant, CannotBeDumpedOrGainPrivileges) {
  SupplicantProcess process(root + "/store");
  SocketRecordLink link(process.start());
  ASSERT_TRUE(open(link));
  const std::string proc = "/proc/" + std::to_string(process.pid());
  std::ifstream status(proc + "/status");
  const std::string text(std::istreambuf_iterator<char>(status), {});
  EXPECT_NE(text.find("NoNewPrivs:\t1"), std::string::npos);
  std::ifstream limits(proc + "/limits");
  const std::string limit_text(std::istreambuf_iterator<char>(limits), {});
  if (!limit_text.empty()) {
    EXPECT_NE(limit_text.find("Max core file size        0"), std::string::npos);
  }
}

TEST_F(RealSupplicant, TellsTheSecureWorldThatItsDatabaseIsCorrupt) {
  std::filesystem::create_directory(root + "/store");
  std::ofstream(root + "/store/records.sqlite") << "this is no database, and it is not ours to replace";
  SupplicantProcess process(root + "/store");
  SocketRecordLink link(process.start());
  const auto store = open(link);
  ASSERT_FALSE(store);
  EXPECT_STREQ(store.error().why, text(Damage::store_corrupt));
}

TEST_F(RealSupplicant, RefusesAWrongCommandLine) {
  const pid_t child = ::fork();
  if (child == 0) {
    const int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, 1);
    ::dup2(null, 2);
    ::execl(HOLDFAST_SUPPLICANT, "holdfast-supplicant", "--link-fd", "three", nullptr);
    ::_exit(127);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_NE(WEXITSTATUS(status), 0);
  EXPECT_NE(WEXITSTATUS(status), 127);
}

}  // namespace
}  // namespace holdfast::secure::storage
