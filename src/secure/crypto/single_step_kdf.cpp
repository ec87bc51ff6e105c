#include "secure/crypto/single_step_kdf.h"

#include <algorithm>
#include <array>

#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {

Result<SecretBytes> single_step_kdf(DigestKind kind, const SecretBytes& shared_secret, ByteView fixed_info,
                                    std::size_t size) {
  if (size == 0) return fail(Rv::key_size_range, "a key has at least one byte");
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  HF_ASSIGN_OR_RETURN(SecretBytes block, SecretBytes::allocate(digest_bytes(kind)));
  const MutableByteView all = SecretUse::fill(out);
  std::uint32_t counter = 0;
  for (std::size_t done = 0; done < size; done += std::min(size - done, block.size())) {
    ++counter;
    std::array<std::byte, 4> number;
    for (std::size_t i = 0; i < number.size(); ++i) number[i] = static_cast<std::byte>(counter >> (24 - 8 * i));
    HF_ASSIGN_OR_RETURN(Digest hash, Digest::create(kind));
    HF_TRY(hash.update(number));
    HF_TRY(hash.update_secret(shared_secret));
    HF_TRY(hash.update(fixed_info));
    HF_TRY(hash.finish(SecretUse::fill(block)));
    std::ranges::copy(SecretUse::see(block).first(std::min(size - done, block.size())), all.subspan(done).begin());
  }
  return out;
}

}  // namespace holdfast::secure::crypto
