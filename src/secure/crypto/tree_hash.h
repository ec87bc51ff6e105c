#pragma once

#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"
#include "base/result.h"
#include "secure/crypto/digest.h"

namespace holdfast::secure::crypto {

/// TreeFunction is a hash function of the stateful signatures' parameter sets (RFC 8391, RFC 8554, SP 800-208).
enum class TreeFunction : std::uint8_t { sha256, sha512, shake128, shake256 };

bool available(TreeFunction function) noexcept;

inline constexpr std::size_t kMaxTreeNodeBytes = 64;

/// TreeHash computes the many short hashes of a signature tree with one context. All its input is public.
class TreeHash {
 public:
  /// create cuts each output to `bytes`, at most that of the function. Rv::mechanism_invalid when libcrypto lacks it.
  static Result<TreeHash> create(TreeFunction function, std::size_t bytes);

  /// hash writes the hash of the parts, one after the other, to `out`, which has that size.
  Result<void> hash(std::initializer_list<ByteView> parts, MutableByteView out);

  // The same in steps.
  Result<void> begin();
  Result<void> add(ByteView part) { return digest_.update(part); }
  Result<void> end(MutableByteView out);

 private:
  TreeHash(Digest digest, bool is_extendable, std::size_t bytes)
      : digest_(std::move(digest)), is_extendable_(is_extendable), bytes_(bytes) {}

  Digest digest_;
  bool is_extendable_;
  std::size_t bytes_;
};

/// Big-endian integers, as both schemes write them.
template <std::size_t kBytes>
constexpr std::array<std::byte, kBytes> big_endian(std::uint64_t value) {
  std::array<std::byte, kBytes> out{};
  for (std::size_t i = kBytes; i > 0; --i, value >>= 8) out[i - 1] = static_cast<std::byte>(value & 0xFF);
  return out;
}
constexpr std::uint64_t from_big_endian(ByteView bytes) {
  std::uint64_t value = 0;
  for (const std::byte octet : bytes) value = value << 8 | std::to_integer<std::uint64_t>(octet);
  return value;
}

/// SignatureReader hands out the parts of a signature whose layout was fixed by its key. Running out is
/// Rv::signature_len_range.
class SignatureReader {
 public:
  explicit SignatureReader(ByteView signature) : rest_(signature) {}

  Result<ByteView> take(std::size_t bytes) {
    if (bytes > rest_.size()) return fail(Rv::signature_len_range, "the signature is too short for its key");
    const ByteView head = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return head;
  }
  Result<std::uint32_t> u32() {
    HF_ASSIGN_OR_RETURN(const ByteView field, take(4));
    return static_cast<std::uint32_t>(from_big_endian(field));
  }
  Result<void> expect_end() const {
    if (!rest_.empty()) return fail(Rv::signature_len_range, "the signature is too long for its key");
    return {};
  }

 private:
  ByteView rest_;
};

}  // namespace holdfast::secure::crypto
