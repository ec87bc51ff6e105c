#include "secure/crypto/secrets.h"

#include <algorithm>
#include <bit>

#include "secret/constant_time.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

Result<SecretBytes> to_secret(ByteView bytes) {
  HF_ASSIGN_OR_RETURN(SecretBytes made, SecretBytes::allocate(bytes.size()));
  std::ranges::copy(bytes, SecretUse::fill(made).begin());
  return made;
}

Result<SecretBytes> copy(const SecretBytes& secret) { return to_secret(SecretUse::see(secret)); }

Result<SecretBytes> slice(const SecretBytes& secret, std::size_t offset, std::size_t size) {
  if (offset > secret.size() || size > secret.size() - offset)
    return fail(Rv::key_size_range, "a slice beyond the end of a secret");
  return to_secret(SecretUse::see(secret).subspan(offset, size));
}

void set_odd_parity(SecretBytes& secret) noexcept {
  for (std::byte& byte : SecretUse::fill(secret)) {
    const auto key_bits = std::to_integer<std::uint8_t>(byte & std::byte{0xFE});
    byte = std::byte{key_bits} | (std::popcount(key_bits) % 2 == 0 ? std::byte{1} : std::byte{0});
  }
}

Result<SecretBytes> concatenate(const SecretBytes& head, const SecretBytes& tail) {
  HF_ASSIGN_OR_RETURN(SecretBytes made, SecretBytes::allocate(head.size() + tail.size()));
  const auto middle = std::ranges::copy(SecretUse::see(head), SecretUse::fill(made).begin()).out;
  std::ranges::copy(SecretUse::see(tail), middle);
  return made;
}

bool equal_secrets(const SecretBytes& a, const SecretBytes& b) noexcept {
  return equal_constant_time(SecretUse::see(a), SecretUse::see(b));
}

}  // namespace holdfast::secure::crypto
