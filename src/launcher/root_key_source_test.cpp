#include "launcher/root_key_source.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace holdfast::launcher {
namespace {

namespace fs = std::filesystem;

class RootKey : public ::testing::Test {
 protected:
  void SetUp() override {
    char name[] = "/tmp/holdfast-root-key-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path path() const { return folder_ / "sub/root.key"; }
  RootKeySource source() const { return RootKeySource(path()); }
  std::string file() const {
    std::ifstream in(path());
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void write(const std::string& bytes, mode_t mode = 0600) const {
    fs::create_directories(path().parent_path());
    std::ofstream(path()) << bytes;
    ::chmod(path().c_str(), mode);
  }
  std::string refusal() const {
    const auto prepared = source().prepare(StoreState::used);
    return prepared ? "" : prepared.error().line();
  }

  fs::path folder_;
};

TEST_F(RootKey, IsMadeOnceAndOnlyForAFreshStore) {
  ASSERT_TRUE(source().prepare(StoreState::fresh));
  const std::string first = file();
  EXPECT_EQ(first.size(), 32u);
  EXPECT_GT(std::set<char>(first.begin(), first.end()).size(), 8u);
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0600u);
  ASSERT_EQ(::stat(path().parent_path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0700u);
  ASSERT_TRUE(source().prepare(StoreState::fresh));
  ASSERT_TRUE(source().prepare(StoreState::used));
  EXPECT_EQ(file(), first);
}

TEST_F(RootKey, IsNotReplacedWhenAUsedStoreNeedsIt) {
  EXPECT_NE(refusal().find("is missing"), std::string::npos);
  EXPECT_FALSE(fs::exists(path()));
}

TEST_F(RootKey, SurvivesAStartThatWasInterruptedWhileMakingIt) {
  fs::create_directories(path().parent_path());
  std::ofstream(path().string() + ".new") << "half";
  ASSERT_TRUE(source().prepare(StoreState::fresh));
  EXPECT_EQ(file().size(), 32u);
  EXPECT_FALSE(fs::exists(path().string() + ".new"));
}

TEST_F(RootKey, ReachesThePipeWholeAndThenEnds) {
  write("0123456789abcdef0123456789abcdef");
  const UniqueFd pipe = source().open_pipe().value();
  char bytes[64];
  ASSERT_EQ(::read(pipe.get(), bytes, sizeof bytes), 32);
  EXPECT_EQ(std::string(bytes, 32), file());
  EXPECT_EQ(::read(pipe.get(), bytes, sizeof bytes), 0);
}

TEST_F(RootKey, IsRefusedWhenOthersMayReadIt) {
  for (const mode_t mode : {0640u, 0604u, 0660u, 0700u, 04600u}) {
    write(std::string(32, 'k'), mode);
    EXPECT_NE(refusal().find("wider than 0600; chmod 600 "), std::string::npos) << std::oct << mode;
  }
  for (const mode_t mode : {0600u, 0400u}) {
    write(std::string(32, 'k'), mode);
    EXPECT_EQ(refusal(), "") << std::oct << mode;
    fs::remove(path());
  }
}

TEST_F(RootKey, IsRefusedWhenItHasAnotherSize) {
  for (const std::size_t size : {0u, 31u, 33u, 4096u}) {
    write(std::string(size, 'k'));
    EXPECT_NE(refusal().find("has " + std::to_string(size) + " bytes instead of 32"), std::string::npos);
  }
}

TEST_F(RootKey, IsRefusedWhenItBelongsToSomebodyElse) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  write(std::string(32, 'k'));
  ASSERT_EQ(::chown(path().c_str(), 65534, 65534), 0);
  EXPECT_NE(refusal().find("belongs to uid 65534"), std::string::npos);
}

TEST_F(RootKey, IsRefusedWhenItIsNoFile) {
  fs::create_directories(path());
  EXPECT_NE(refusal().find("not a regular file"), std::string::npos);
  fs::remove(path());
  ASSERT_EQ(::mkfifo(path().c_str(), 0600), 0);
  EXPECT_NE(refusal().find("not a regular file"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::launcher
