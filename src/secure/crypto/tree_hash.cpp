#include "secure/crypto/tree_hash.h"

#include <algorithm>
#include <array>

namespace holdfast::secure::crypto {
namespace {

DigestKind digest_of(TreeFunction function) {
  switch (function) {
    case TreeFunction::sha256:
      return DigestKind::sha256;
    case TreeFunction::sha512:
      return DigestKind::sha512;
    case TreeFunction::shake128:
      return DigestKind::shake128;
    case TreeFunction::shake256:
      break;
  }
  return DigestKind::shake256;
}

}  // namespace

bool available(TreeFunction function) noexcept { return available(digest_of(function)); }

Result<TreeHash> TreeHash::create(TreeFunction function, std::size_t bytes) {
  HF_ASSIGN_OR_RETURN(Digest digest, Digest::create(digest_of(function)));
  const bool is_extendable = function == TreeFunction::shake128 || function == TreeFunction::shake256;
  return TreeHash(std::move(digest), is_extendable, bytes);
}

Result<void> TreeHash::hash(std::initializer_list<ByteView> parts, MutableByteView out) {
  HF_TRY(begin());
  for (const ByteView part : parts) HF_TRY(add(part));
  return end(out);
}

Result<void> TreeHash::begin() { return digest_.restart(); }

Result<void> TreeHash::end(MutableByteView out) {
  if (is_extendable_) return digest_.squeeze(out.first(bytes_));
  std::array<std::byte, kMaxTreeNodeBytes> whole{};
  HF_TRY(digest_.finish(whole));
  std::ranges::copy_n(whole.begin(), static_cast<std::ptrdiff_t>(bytes_), out.begin());
  return {};
}

}  // namespace holdfast::secure::crypto
