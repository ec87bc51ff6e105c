#include "secure/crypto/random.h"

#include "secure/pkcs11/handlers/handlers.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kMaxSeedBytes = 64 * 1024;

}  // namespace

Handled<wire::SeedRandom> handle(wire::SeedRandom, const wire::SeedRandom::Request&, const Call& call) {
  HF_ASSIGN_OR_RETURN(const SecretBytes seed, Call::private_input(call.parameter1, kMaxSeedBytes));
  HF_TRY(crypto::add_seed(wire::SecretCodec::see(seed)));
  return wire::Nothing{};
}

Handled<wire::GenerateRandom> handle(wire::GenerateRandom, const wire::GenerateRandom::Request&, const Call& call) {
  HF_TRY(crypto::fill_random(call.parameter2->streaming_output()));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
