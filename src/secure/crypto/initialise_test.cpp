#include "secure/crypto/initialise.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "secure/crypto/ec.h"
#include "secure/crypto/edwards.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"
#include "secure/crypto/rsa.h"
#include "secure/crypto/seal.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

#ifdef HOLDFAST_SANITIZED
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

bool use_everything() {
  Bytes signature(256);
  Bytes random(32);
  const Result<EcKeyPair> ec = generate_ec(Curve::p256);
  const Result<EdwardsKeyPair> ed25519 = generate_edwards(EdwardsCurve::ed25519);
  const Result<RsaPrivateComponents> rsa = generate_rsa(1024, hex("010001"));
  return ec && ed25519 && rsa && EcPrivateKey::from_scalar(Curve::p256, ec->scalar)->sign(random, signature) &&
         RsaPrivateKey::from_components(*rsa)->sign(RsaPss{}, random, signature) &&
         EdwardsPrivateKey::from_seed(EdwardsCurve::ed25519, ed25519->seed)->sign({}, random, signature) && fill_random(random) &&
         add_seed(random) && seal(secret(Bytes(32)), Bytes(12), {}, random) &&
         hkdf_sha256(secret(random), {}, {}, 32) && scrypt(secret(random), random, {.log2_n = 4}, 32);
}

TEST(Initialise, MayBeCalledAgain) {
  EXPECT_EQ(rv_of(initialise()), Rv::ok);
  EXPECT_EQ(rv_of(initialise()), Rv::ok);
}

// With no descriptor left to give, whatever opens a file fails: the state of the secure world behind its sandbox.
TEST(Initialise, LeavesNothingThatOpensAFileLater) {
  if (kSanitized) GTEST_SKIP() << "UndefinedBehaviorSanitizer itself opens pipes to look at memory";
  const pid_t child = ::fork();
  if (child == 0) {
    bool good = initialise().has_value();
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    good = good && ::setrlimit(RLIMIT_NOFILE, &none) == 0 && ::open("/dev/null", 0) < 0;
    good = good && use_everything();
    bool in_thread = false;
    std::thread([&] { in_thread = use_everything(); }).join();
    ::_exit(good && in_thread ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace holdfast::secure::crypto
