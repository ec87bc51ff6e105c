#include "secure/crypto/chacha20.h"

#include <algorithm>

#include "secure/crypto/chacha20_poly1305.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kOriginalNonceBytes = 8;
constexpr std::size_t kIetfNonceBytes = 12;

std::uint64_t little_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i != 0; --i) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i - 1]);
  return value;
}

}  // namespace

bool has_chacha20() noexcept { return library().chacha20 != nullptr; }

Result<ChaCha20> ChaCha20::create(const SecretBytes& key, CipherDirection direction, ByteView counter, ByteView nonce) {
  if (!has_chacha20()) return fail(Rv::mechanism_invalid, "libcrypto has no ChaCha20");
  if (key.size() != kChaCha20KeyBytes) return fail(Rv::key_size_range, "a ChaCha20 key has 32 bytes");
  const bool is_ietf = nonce.size() == kIetfNonceBytes && counter.size() == 4;
  const bool is_original = nonce.size() == kOriginalNonceBytes && (counter.size() == 4 || counter.size() == 8);
  if (!is_ietf && !is_original)
    return fail(Rv::mechanism_param_invalid, "a counter and nonce of sizes that ChaCha20 does not have");

  // What libcrypto calls the iv is the last row of the state: the counter, then the nonce.
  std::array<std::byte, 16> row{};
  std::ranges::copy(counter, row.begin());
  std::ranges::copy(nonce, row.end() - static_cast<std::ptrdiff_t>(nonce.size()));
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex2(context.get(), library().chacha20, u8(SecretUse::see(key)), u8(ByteView(row)),
                                     direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");

  const std::uint64_t start = little_endian(counter);
  const std::uint64_t end = is_ietf ? std::uint64_t{1} << 32 : 0;  // 2^64 for the original
  const std::uint64_t blocks_left = end - start;
  return ChaCha20(Context(std::move(context)), direction, blocks_left == 0 ? kManyBlocks : blocks_left);
}

}  // namespace holdfast::secure::crypto
