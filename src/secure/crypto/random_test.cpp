#include "secure/crypto/random.h"

#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "secure/crypto/secrets.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

TEST(Random, DoesNotRepeatItself) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    Bytes out(16);
    ASSERT_EQ(rv_of(fill_random(out)), Rv::ok);
    EXPECT_TRUE(seen.insert(to_hex(out)).second);
    EXPECT_TRUE(seen.insert(to_hex(random_secret(16).value())).second);
  }
}

TEST(Random, FillsLargeAndEmptyBuffers) {
  Bytes large(200'000);
  ASSERT_EQ(rv_of(fill_random(large)), Rv::ok);
  EXPECT_NE(to_hex(ByteView(large).last(16)), std::string(32, '0'));
  EXPECT_EQ(rv_of(fill_random({})), Rv::ok);
  EXPECT_EQ(random_secret(0).value().size(), 0u);
}

TEST(Random, TakesSeedsAndStillDoesNotRepeat) {
  Bytes first(32);
  Bytes second(32);
  ASSERT_EQ(rv_of(add_seed(as_bytes("the same seed"))), Rv::ok);
  ASSERT_EQ(rv_of(fill_random(first)), Rv::ok);
  ASSERT_EQ(rv_of(add_seed(as_bytes("the same seed"))), Rv::ok);
  ASSERT_EQ(rv_of(fill_random(second)), Rv::ok);
  EXPECT_NE(to_hex(first), to_hex(second));
  EXPECT_EQ(rv_of(add_seed({})), Rv::ok);
}

TEST(Random, ForkedChildGoesItsOwnWay) {
  Bytes warm(16);
  ASSERT_EQ(rv_of(fill_random(warm)), Rv::ok);
  int pipe_ends[2];
  ASSERT_EQ(::pipe(pipe_ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    std::byte out[16];
    const bool good = fill_random(out).has_value() && ::write(pipe_ends[1], out, sizeof out) == sizeof out;
    ::_exit(good ? 0 : 1);
  }
  Bytes ours(16);
  ASSERT_EQ(rv_of(fill_random(ours)), Rv::ok);
  Bytes theirs(16);
  ASSERT_EQ(::read(pipe_ends[0], theirs.data(), theirs.size()), 16);
  ::close(pipe_ends[0]);
  ::close(pipe_ends[1]);
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(to_hex(ours), to_hex(theirs));
}

TEST(Secrets, AreCopiedSlicedAndJoined) {
  const SecretBytes text = secret(as_bytes("holdfast"));
  EXPECT_EQ(to_hex(copy(text).value()), to_hex(text));
  EXPECT_EQ(to_hex(slice(text, 4, 4).value()), to_hex(as_bytes("fast")));
  EXPECT_EQ(slice(text, 8, 0).value().size(), 0u);
  EXPECT_EQ(rv_of(slice(text, 5, 4)), Rv::key_size_range);
  EXPECT_EQ(rv_of(slice(text, 9, 0)), Rv::key_size_range);
  EXPECT_EQ(rv_of(slice(text, 1, SIZE_MAX)), Rv::key_size_range);
  EXPECT_EQ(to_hex(concatenate(text, secret(as_bytes("!"))).value()), to_hex(as_bytes("holdfast!")));
  EXPECT_TRUE(equal_secrets(text, copy(text).value()));
  EXPECT_FALSE(equal_secrets(text, slice(text, 0, 7).value()));
}

}  // namespace
}  // namespace holdfast::secure::crypto
