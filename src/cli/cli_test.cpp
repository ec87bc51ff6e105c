#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "cli/description.h"
#include "cli/doctor_checks.h"
#include "base/byte_writer.h"
#include "cli/places.h"
#include "cli/self_test_report.h"
#include "cli/slot_report.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
namespace fs = std::filesystem;

class Cli : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/holdfast-cli-XXXXXX";
    folder_ = ::mkdtemp(name);
    ::setenv("HOLDFAST_SOCKET", socket().c_str(), 1);
  }
  void TearDown() override {
    ::unsetenv("HOLDFAST_SOCKET");
    fs::remove_all(folder_);
  }

  fs::path socket() const { return folder_ / "socket"; }
  /// Binds a socket of `type` and listens unless told otherwise.
  int bound(int type, bool listens) const {
    const int fd = ::socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::snprintf(address.sun_path, sizeof address.sun_path, "%s", socket().c_str());
    EXPECT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_TRUE(!listens || ::listen(fd, 1) == 0);
    return fd;
  }
  SettingsInForce settings() const { return {{"state", folder_.string()}, {"root_key", (folder_ / "root.key").string()}}; }
  void write_key(std::size_t size, mode_t mode) const {
    std::ofstream(folder_ / "root.key") << std::string(size, 'k');
    ::chmod((folder_ / "root.key").c_str(), mode);
  }

  fs::path folder_;
};

TEST_F(Cli, TellsTheStatesOfASocketApart) {
  EXPECT_EQ(look_at_socket(socket()), SocketState::missing);
  std::ofstream(socket()) << "a file";
  EXPECT_EQ(look_at_socket(socket()), SocketState::not_a_socket);
  fs::remove(socket());
  ::close(bound(SOCK_SEQPACKET, false));
  EXPECT_EQ(look_at_socket(socket()), SocketState::stale);
  fs::remove(socket());
  ::close(bound(SOCK_STREAM, true));
  fs::remove(socket());
  const int stream = bound(SOCK_STREAM, true);
  EXPECT_EQ(look_at_socket(socket()), SocketState::not_a_socket);
  ::close(stream);
  fs::remove(socket());
  const int listener = bound(SOCK_SEQPACKET, true);
  EXPECT_EQ(look_at_socket(socket()), SocketState::listening);
  EXPECT_EQ(listening_socket(), socket().string());
  ::close(listener);
}

TEST_F(Cli, LooksWhereTheModuleLooks) {
  EXPECT_THAT(socket_places(), ElementsAre(socket().string()));
  ::unsetenv("HOLDFAST_SOCKET");
  ::setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
  EXPECT_THAT(socket_places(), ElementsAre("/run/holdfast/holdfast.sock", "/run/user/7/holdfast/holdfast.sock"));
  ::unsetenv("XDG_RUNTIME_DIR");
  EXPECT_EQ(socket_places()[1], "/tmp/holdfast-" + std::to_string(::geteuid()) + "/holdfast.sock");
}

TEST_F(Cli, SaysThatNobodyListensBeforeItLoadsAModule) {
  const auto outcome = report_slots({.module = "/nonexistent.so"});
  ASSERT_TRUE(std::holds_alternative<Failure>(outcome));
  EXPECT_EQ(std::get<Failure>(outcome).code, ExitCode::not_running);
  EXPECT_THAT(std::get<Failure>(outcome).message, HasSubstr(socket().string()));
}

TEST_F(Cli, SaysThatAModuleDoesNotLoad) {
  const int listener = bound(SOCK_SEQPACKET, true);
  const auto missing = report_slots({.module = "/nonexistent.so"});
  EXPECT_EQ(std::get<Failure>(missing).code, ExitCode::no_module);
  const auto other = report_slots({.module = "libm.so.6"});
  EXPECT_EQ(std::get<Failure>(other).code, ExitCode::no_module);
  EXPECT_THAT(std::get<Failure>(other).message, HasSubstr("not a PKCS#11 module"));
  ::close(listener);
}

TEST_F(Cli, DescribesATokenWithoutPaddingAndItsFlagsByName) {
  CK_TOKEN_INFO token{};
  std::memset(token.label, ' ', sizeof token.label);
  std::memcpy(token.label, "my token", 8);
  token.flags = CKF_TOKEN_INITIALIZED | CKF_USER_PIN_LOCKED;
  token.ulMaxPinLen = 128;
  const nlohmann::json described = describe(token);
  EXPECT_EQ(described["label"], "my token");
  EXPECT_EQ(described["flags"], nlohmann::json({"token initialized", "user PIN locked"}));
  EXPECT_EQ(described["pin_max"], 128);
}

TEST_F(Cli, DoctorFindsABrokenSocket) {
  EXPECT_EQ(check_sockets()[0].grade, Grade::problem);
  ::close(bound(SOCK_SEQPACKET, false));
  EXPECT_THAT(check_sockets()[0].text, HasSubstr("nobody listens any more"));
  fs::remove(socket());
  const int listener = bound(SOCK_SEQPACKET, true);
  EXPECT_EQ(check_sockets()[0].grade, Grade::ok);
  ::close(listener);
}

TEST_F(Cli, DoctorFindsABrokenRootKey) {
  EXPECT_EQ(check_root_key(settings())[0].grade, Grade::note);
  write_key(32, 0644);
  EXPECT_THAT(check_root_key(settings())[0].remedy, HasSubstr("chmod 600"));
  write_key(31, 0600);
  EXPECT_THAT(check_root_key(settings())[0].text, HasSubstr("31 bytes instead of 32"));
  write_key(32, 0600);
  EXPECT_EQ(check_root_key(settings())[0].grade, Grade::ok);
}

TEST_F(Cli, DoctorFindsAStoreWithoutItsRootKey) {
  fs::create_directories(folder_ / "store");
  EXPECT_EQ(check_root_key(settings())[0].grade, Grade::note);
  std::ofstream(folder_ / "store/records") << "r";
  EXPECT_EQ(check_root_key(settings())[0].grade, Grade::problem);
}

TEST_F(Cli, DoctorFindsAStoreOpenToOthers) {
  EXPECT_EQ(check_state(settings())[0].grade, Grade::note);
  fs::create_directories(folder_ / "store");
  fs::permissions(folder_ / "store", static_cast<fs::perms>(0755));
  EXPECT_THAT(check_state(settings())[0].remedy, HasSubstr("chmod 700"));
  fs::permissions(folder_ / "store", static_cast<fs::perms>(0700));
  EXPECT_EQ(check_state(settings())[0].grade, Grade::ok);
}

TEST_F(Cli, DoctorReadsP11KitRegistrations) {
  ::setenv("XDG_CONFIG_HOME", folder_.c_str(), 1);
  fs::create_directories(folder_ / "pkcs11/modules");
  const auto ours = [&] {
    const Findings findings = check_p11_kit();
    const auto found = std::ranges::find_if(findings, [&](const Finding& f) { return f.text.find(folder_.string()) != std::string::npos; });
    return found == findings.end() ? Finding{Grade::note, "", "none", ""} : *found;
  };
  EXPECT_EQ(ours().text, "none");
  std::ofstream(folder_ / "pkcs11/modules/holdfast.module") << "module: " << (folder_ / "libholdfast-pkcs11.so").string() << "\n";
  EXPECT_EQ(ours().grade, Grade::problem);
  std::ofstream(folder_ / "libholdfast-pkcs11.so") << "";
  EXPECT_EQ(ours().grade, Grade::ok);
  ::unsetenv("XDG_CONFIG_HOME");
}

// The wire's layout: answers, the mechanism that was wrong or none, the name.
TEST(SelfTestReport, NamesTheFamilyThatFailed) {
  ByteWriter writer;
  writer.u32(7).u32(0xFFFFFFFF).sized(as_bytes("digest")).u32(3).u32(CKM_ECDSA).sized(as_bytes("ecdsa"));
  const nlohmann::json report = describe_self_test(writer.view()).value();
  EXPECT_EQ(report["families"].size(), 2u);
  EXPECT_EQ(self_test_text(report), "7 known answers of 1 families right; FAILED and not offered: ecdsa (CKM_ECDSA)");
}

TEST(SelfTestReport, RefusesBytesThatAreNone) {
  ByteWriter writer;
  writer.u32(7).u32(0xFFFFFFFF).u32(1000);
  EXPECT_FALSE(describe_self_test(writer.view()).has_value());
}

}  // namespace
}  // namespace holdfast::cli
