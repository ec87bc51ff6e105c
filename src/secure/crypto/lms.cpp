#include "secure/crypto/lms.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "secure/crypto/tree_hash.h"

namespace holdfast::secure::crypto {
namespace {

// RFC 8554, 3.1 and 4.1. What a hash is of is told by two bytes after the tree's identifier and a number.
constexpr auto kPublicKeyTag = big_endian<2>(0x8080);
constexpr auto kMessageTag = big_endian<2>(0x8181);
constexpr auto kLeafTag = big_endian<2>(0x8282);
constexpr auto kInnerTag = big_endian<2>(0x8383);

constexpr std::size_t kIdentifierBytes = 16;
constexpr std::uint32_t kMaxLevels = 8;
constexpr std::size_t kMaxNodeBytes = 32;

/// HashSet is the hash of a group of type numbers. Groups follow each other in both registries in this order
/// (RFC 8554, 4.1 and 5.1; SP 800-208, tables 1 to 8): four LM-OTS and five LMS types each.
struct HashSet {
  TreeFunction function;
  std::size_t bytes;
};
constexpr std::array<HashSet, 4> kHashSets = {{{TreeFunction::sha256, 32},
                                               {TreeFunction::sha256, 24},
                                               {TreeFunction::shake256, 32},
                                               {TreeFunction::shake256, 24}}};
constexpr std::uint32_t kFirstOtsType = 1;
constexpr std::uint32_t kFirstTreeType = 5;
constexpr std::array<std::uint32_t, 4> kWidths = {1, 2, 4, 8};
constexpr std::array<std::uint32_t, 5> kHeights = {5, 10, 15, 20, 25};

/// OtsType is a set of parameters of the one-time signature (RFC 8554, appendix B, computes chains and shift).
struct OtsType {
  std::size_t hash_set;
  std::uint32_t width;   // w, bits of a digit
  std::uint32_t chains;  // p
  std::uint32_t shift;   // ls
};

constexpr OtsType make_ots_type(std::size_t hash_set, std::uint32_t width) {
  const std::uint32_t digits = static_cast<std::uint32_t>(8 * kHashSets[hash_set].bytes) / width;
  const std::uint32_t most = ((1U << width) - 1) * digits;
  const std::uint32_t sum_digits = (static_cast<std::uint32_t>(std::bit_width(most)) + width - 1) / width;
  return {hash_set, width, digits + sum_digits, 16 - sum_digits * width};
}
static_assert(make_ots_type(0, 1).chains == 265 && make_ots_type(0, 1).shift == 7);
static_assert(make_ots_type(0, 8).chains == 34 && make_ots_type(0, 8).shift == 0);
static_assert(make_ots_type(1, 2).chains == 101 && make_ots_type(1, 2).shift == 6);

std::optional<OtsType> find_ots_type(std::uint32_t number) {
  const std::uint32_t index = number - kFirstOtsType;
  if (number < kFirstOtsType || index >= kHashSets.size() * kWidths.size()) return std::nullopt;
  return make_ots_type(index / kWidths.size(), kWidths[index % kWidths.size()]);
}

struct TreeType {
  std::size_t hash_set;
  std::uint32_t height;
};

std::optional<TreeType> find_tree_type(std::uint32_t number) {
  const std::uint32_t index = number - kFirstTreeType;
  if (number < kFirstTreeType || index >= kHashSets.size() * kHeights.size()) return std::nullopt;
  return TreeType{index / kHeights.size(), kHeights[index % kHeights.size()]};
}

/// LmsPublicKey is a parsed public key of one tree (RFC 8554, 5.3). It points into what it was read from.
struct LmsPublicKey {
  std::uint32_t tree_number = 0;
  std::uint32_t ots_number = 0;
  TreeType tree{};
  OtsType ots{};
  ByteView identifier;
  ByteView root;

  std::size_t node_bytes() const { return kHashSets[tree.hash_set].bytes; }
  TreeFunction function() const { return kHashSets[tree.hash_set].function; }
};

Result<LmsPublicKey> read_public_key(SignatureReader& reader, Rv unknown_type) {
  LmsPublicKey key;
  HF_ASSIGN_OR_RETURN(key.tree_number, reader.u32());
  HF_ASSIGN_OR_RETURN(key.ots_number, reader.u32());
  const std::optional<TreeType> tree = find_tree_type(key.tree_number);
  const std::optional<OtsType> ots = find_ots_type(key.ots_number);
  // SP 800-208, 4: one hash function for the tree and its one-time keys.
  if (!tree || !ots || tree->hash_set != ots->hash_set || !available(kHashSets[tree->hash_set].function))
    return fail(unknown_type, "no such LMS parameter set");
  key.tree = *tree;
  key.ots = *ots;
  HF_ASSIGN_OR_RETURN(key.identifier, reader.take(kIdentifierBytes));
  HF_ASSIGN_OR_RETURN(key.root, reader.take(key.node_bytes()));
  return key;
}

using Node = std::array<std::byte, kMaxNodeBytes>;

/// Digits are the message's hash and its checksum, `width` bits each (RFC 8554, 3.1.3 and 4.4).
class Digits {
 public:
  Digits(const OtsType& type, ByteView hash) : width_(type.width), hash_bytes_(hash.size()) {
    std::ranges::copy(hash, octets_.begin());
    const std::uint32_t top = (1U << width_) - 1;
    std::uint32_t sum = 0;
    for (std::uint32_t i = 0; i < 8 * hash_bytes_ / width_; ++i) sum += top - at(i);
    std::ranges::copy(big_endian<2>(sum << type.shift), octets_.begin() + static_cast<std::ptrdiff_t>(hash_bytes_));
  }

  std::uint32_t at(std::uint32_t index) const {
    const std::uint32_t bit = index * width_;
    const std::uint32_t octet = std::to_integer<std::uint32_t>(octets_[bit / 8]);
    return octet >> (8 - width_ - bit % 8) & ((1U << width_) - 1);
  }

 private:
  std::uint32_t width_;
  std::size_t hash_bytes_;
  std::array<std::byte, kMaxNodeBytes + 2> octets_{};
};

/// OtsSignature is a one-time signature of a known type (RFC 8554, 4.5).
struct OtsSignature {
  ByteView randomizer;
  ByteView chains;
};

/// one_time_key computes the one-time public key that the signature belongs to (RFC 8554, algorithm 4b).
Result<void> one_time_key(TreeHash& hash, const LmsPublicKey& key, std::uint32_t leaf, const OtsSignature& signature,
                          ByteView message, MutableByteView out) {
  const std::size_t bytes = key.node_bytes();
  const auto number = big_endian<4>(leaf);
  Node q{};
  const MutableByteView digest = MutableByteView(q).first(bytes);
  HF_TRY(hash.hash({key.identifier, number, kMessageTag, signature.randomizer, message}, digest));
  const Digits digits(key.ots, digest);

  std::array<std::byte, kMaxNodeBytes * make_ots_type(0, 1).chains> ends{};
  const std::uint32_t top = (1U << key.ots.width) - 1;
  for (std::uint32_t i = 0; i < key.ots.chains; ++i) {
    const MutableByteView value = MutableByteView(ends).subspan(i * bytes, bytes);
    std::ranges::copy(signature.chains.subspan(i * bytes, bytes), value.begin());
    const auto chain = big_endian<2>(i);
    for (std::uint32_t step = digits.at(i); step < top; ++step)
      HF_TRY(hash.hash({key.identifier, number, chain, big_endian<1>(step), value}, value));
  }
  return hash.hash({key.identifier, number, kPublicKeyTag, ByteView(ends).first(key.ots.chains * bytes)}, out);
}

struct LmsSignature {
  std::uint32_t leaf = 0;
  OtsSignature ots;
  ByteView path;
};

/// read_signature takes a signature that must be of the key's types (RFC 8554, 5.4, and algorithm 6a, step 2).
Result<LmsSignature> read_signature(SignatureReader& reader, const LmsPublicKey& key) {
  const std::size_t bytes = key.node_bytes();
  LmsSignature signature;
  HF_ASSIGN_OR_RETURN(signature.leaf, reader.u32());
  HF_ASSIGN_OR_RETURN(const std::uint32_t ots_number, reader.u32());
  if (ots_number != key.ots_number) return fail(Rv::signature_invalid, "a one-time signature of another type");
  HF_ASSIGN_OR_RETURN(signature.ots.randomizer, reader.take(bytes));
  HF_ASSIGN_OR_RETURN(signature.ots.chains, reader.take(key.ots.chains * bytes));
  HF_ASSIGN_OR_RETURN(const std::uint32_t tree_number, reader.u32());
  if (tree_number != key.tree_number) return fail(Rv::signature_invalid, "a signature of another type of tree");
  HF_ASSIGN_OR_RETURN(signature.path, reader.take(key.tree.height * bytes));
  if (signature.leaf >> key.tree.height != 0) return fail(Rv::signature_invalid, "the tree has no such leaf");
  return signature;
}

/// verify_lms climbs from the leaf to the root (RFC 8554, algorithm 6a).
Result<void> verify_lms(const LmsPublicKey& key, const LmsSignature& signature, ByteView message) {
  const std::size_t bytes = key.node_bytes();
  HF_ASSIGN_OR_RETURN(TreeHash hash, TreeHash::create(key.function(), bytes));
  Node storage{};
  const MutableByteView node = MutableByteView(storage).first(bytes);
  HF_TRY(one_time_key(hash, key, signature.leaf, signature.ots, message, node));
  std::uint32_t number = (1U << key.tree.height) + signature.leaf;
  HF_TRY(hash.hash({key.identifier, big_endian<4>(number), kLeafTag, node}, node));
  for (std::size_t level = 0; number > 1; ++level, number /= 2) {
    const ByteView sibling = signature.path.subspan(level * bytes, bytes);
    const bool is_right = number % 2 == 1;
    HF_TRY(hash.hash({key.identifier, big_endian<4>(number / 2), kInnerTag, is_right ? sibling : ByteView(node),
                      is_right ? ByteView(node) : sibling},
                     node));
  }
  if (!equal(node, key.root)) return fail(Rv::signature_invalid, "the LMS signature is wrong");
  return {};
}

}  // namespace

struct HssPublicKey::Impl {
  Bytes value;
  std::uint32_t levels = 0;
  LmsPublicKey top;  // points into value
};

Result<HssPublicKey> HssPublicKey::from_value(ByteView value, Rv refusal) {
  auto impl = std::make_shared<Impl>();
  impl->value = to_bytes(value);
  SignatureReader reader(impl->value);
  const Result<std::uint32_t> levels = reader.u32();
  if (!levels || *levels < 1 || *levels > kMaxLevels) return fail(refusal, "an HSS key has one to eight levels");
  impl->levels = *levels;
  Result<LmsPublicKey> top = read_public_key(reader, Rv::parameter_set_not_supported);
  if (!top && top.error().rv == Rv::parameter_set_not_supported) return Unexpected<Error>{top.error()};
  if (!top || !reader.expect_end()) return fail(refusal, "the HSS key has not the length of its types");
  impl->top = *top;
  return HssPublicKey(std::move(impl));
}

ByteView HssPublicKey::value() const noexcept { return impl_->value; }
std::uint32_t HssPublicKey::levels() const noexcept { return impl_->levels; }
std::uint32_t HssPublicKey::lms_type() const noexcept { return impl_->top.tree_number; }
std::uint32_t HssPublicKey::lmots_type() const noexcept { return impl_->top.ots_number; }

// RFC 8554, 6.3: each tree signs the public key of the next one, the last tree the message. The whole signature is read
// before anything is hashed.
Result<void> HssPublicKey::verify(ByteView message, ByteView signature) const {
  struct Step {
    LmsPublicKey key;
    LmsSignature signature;
    ByteView signed_bytes;
  };
  std::array<Step, kMaxLevels> steps{};
  SignatureReader reader(signature);
  HF_ASSIGN_OR_RETURN(const std::uint32_t signed_keys, reader.u32());
  if (signed_keys != impl_->levels - 1) return fail(Rv::signature_invalid, "a signature of another number of levels");
  LmsPublicKey key = impl_->top;
  for (std::uint32_t i = 0; i < signed_keys; ++i) {
    steps[i].key = key;
    HF_ASSIGN_OR_RETURN(steps[i].signature, read_signature(reader, key));
    SignatureReader ahead = reader;
    HF_ASSIGN_OR_RETURN(key, read_public_key(ahead, Rv::signature_invalid));
    HF_ASSIGN_OR_RETURN(steps[i].signed_bytes, reader.take(4 + 4 + kIdentifierBytes + key.node_bytes()));
  }
  Step& last = steps[signed_keys];
  last.key = key;
  HF_ASSIGN_OR_RETURN(last.signature, read_signature(reader, key));
  last.signed_bytes = message;
  HF_TRY(reader.expect_end());
  for (std::uint32_t i = 0; i <= signed_keys; ++i)
    HF_TRY(verify_lms(steps[i].key, steps[i].signature, steps[i].signed_bytes));
  return {};
}

}  // namespace holdfast::secure::crypto
