#include "secure/crypto/xmss.h"

#include <algorithm>
#include <array>

#include "secure/crypto/tree_hash.h"
#include "secure/crypto/xmss_params.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kOidBytes = 4;
constexpr std::size_t kMaxChains = 2 * kMaxTreeNodeBytes + 3;
constexpr std::uint32_t kTopDigit = 15;  // w - 1

using Node = std::array<std::byte, kMaxTreeNodeBytes>;

/// Address says where in the hypertree a hash is made (RFC 8391, 2.5): eight 32-bit words.
class Address {
 public:
  enum class Type : std::uint32_t { one_time = 0, leaf_tree = 1, hash_tree = 2 };

  void layer_and_tree(std::uint32_t layer, std::uint64_t tree) {
    word(0, layer);
    std::ranges::copy(big_endian<8>(tree), octets_.begin() + 4);
  }
  /// type clears the words whose meaning it changes.
  void type(Type type) {
    word(3, static_cast<std::uint32_t>(type));
    std::fill(octets_.begin() + 16, octets_.end(), std::byte{0});
  }
  void leaf(std::uint32_t number) { word(4, number); }    // one_time, leaf_tree
  void chain(std::uint32_t number) { word(5, number); }   // one_time
  void step(std::uint32_t number) { word(6, number); }    // one_time
  void height(std::uint32_t height) { word(5, height); }  // leaf_tree, hash_tree
  void index(std::uint32_t index) { word(6, index); }     // leaf_tree, hash_tree
  void key_and_mask(std::uint32_t value) { word(7, value); }

  ByteView bytes() const { return octets_; }

 private:
  void word(std::size_t at, std::uint32_t value) {
    std::ranges::copy(big_endian<4>(value), octets_.begin() + static_cast<std::ptrdiff_t>(4 * at));
  }

  std::array<std::byte, 32> octets_{};
};

/// Hasher has the keyed functions of RFC 8391, 5.1, under one public seed.
class Hasher {
 public:
  static Result<Hasher> create(const XmssHash& parameters, ByteView seed) {
    HF_ASSIGN_OR_RETURN(TreeHash hash, TreeHash::create(parameters.function, parameters.bytes));
    return Hasher(std::move(hash), parameters, seed);
  }

  std::size_t bytes() const { return parameters_.bytes; }

  Result<void> message(ByteView randomizer, ByteView root, std::uint64_t index, ByteView text, MutableByteView out) {
    const auto number = big_endian<kMaxTreeNodeBytes>(index);
    return hash_.hash({prefix(2), randomizer, root, ByteView(number).last(bytes()), text}, out);
  }

  /// chain_step is one step of a WOTS+ chain (RFC 8391, algorithm 2): F under a key and a mask of its own.
  Result<void> chain_step(Address& address, MutableByteView value) {
    Node key;
    Node mask;
    HF_TRY(random(address, 0, key));
    HF_TRY(random(address, 1, mask));
    combine(value, mask);
    return hash_.hash({prefix(0), ByteView(key).first(bytes()), value}, value);
  }

  /// join is RAND_HASH (RFC 8391, algorithm 7). `out` may be one of the two nodes.
  Result<void> join(Address& address, ByteView left, ByteView right, MutableByteView out) {
    Node key;
    Node left_mask;
    Node right_mask;
    HF_TRY(random(address, 0, key));
    HF_TRY(random(address, 1, left_mask));
    HF_TRY(random(address, 2, right_mask));
    combine(left_mask, left);
    combine(right_mask, right);
    return hash_.hash({prefix(1), ByteView(key).first(bytes()), ByteView(left_mask).first(bytes()),
                       ByteView(right_mask).first(bytes())},
                      out);
  }

 private:
  Hasher(TreeHash hash, const XmssHash& parameters, ByteView seed)
      : hash_(std::move(hash)), parameters_(parameters), seed_(seed) {}

  // toByte(number, padding)
  ByteView prefix(std::uint8_t number) {
    prefix_[parameters_.padding - 1] = static_cast<std::byte>(number);
    return ByteView(prefix_).first(parameters_.padding);
  }
  Result<void> random(Address& address, std::uint32_t which, MutableByteView out) {
    address.key_and_mask(which);
    return hash_.hash({prefix(3), seed_, address.bytes()}, out);
  }
  void combine(MutableByteView into, ByteView other) const {
    for (std::size_t i = 0; i < bytes(); ++i) into[i] ^= other[i];
  }

  TreeHash hash_;
  XmssHash parameters_;
  ByteView seed_;
  Node prefix_{};
};

/// Digits are those of a node in base 16, with the three of the checksum (RFC 8391, 2.6 and algorithm 6).
class Digits {
 public:
  explicit Digits(ByteView node) {
    std::uint32_t sum = 0;
    for (const std::byte octet : node) {
      const std::uint32_t both = std::to_integer<std::uint32_t>(octet);
      add(both >> 4);
      add(both & kTopDigit);
      sum += 2 * kTopDigit - (both >> 4) - (both & kTopDigit);
    }
    for (const unsigned shift : {8U, 4U, 0U}) add(sum >> shift & kTopDigit);
  }
  std::uint32_t at(std::size_t index) const { return digits_[index]; }

 private:
  void add(std::uint32_t digit) { digits_[count_++] = static_cast<std::uint8_t>(digit); }

  std::array<std::uint8_t, kMaxChains> digits_{};
  std::size_t count_ = 0;
};

/// compress folds the chains' ends to a leaf, in place (RFC 8391, algorithm 8).
Result<void> compress(Hasher& hasher, Address& address, MutableByteView nodes, std::size_t count) {
  const std::size_t n = hasher.bytes();
  const auto node = [nodes, n](std::size_t i) { return nodes.subspan(i * n, n); };
  for (std::uint32_t height = 0; count > 1; ++height) {
    address.height(height);
    for (std::size_t i = 0; i < count / 2; ++i) {
      address.index(static_cast<std::uint32_t>(i));
      HF_TRY(hasher.join(address, node(2 * i), node(2 * i + 1), node(i)));
    }
    if (count % 2 == 1) std::ranges::copy(node(count - 1), node(count / 2).begin());
    count = count / 2 + count % 2;
  }
  return {};
}

/// TreeSignature is the part of a signature that one tree makes.
struct TreeSignature {
  ByteView chains;
  ByteView path;
};

/// climb replaces `node`, which a leaf of the tree signed, by the root of that tree (RFC 8391, algorithm 13).
/// `address` names the tree.
Result<void> climb(Hasher& hasher, const XmssParams& params, Address address, std::uint32_t leaf,
                   const TreeSignature& signature, MutableByteView node) {
  const std::size_t n = hasher.bytes();
  const Digits digits(node);
  std::array<std::byte, kMaxChains * kMaxTreeNodeBytes> ends{};
  address.type(Address::Type::one_time);
  address.leaf(leaf);
  for (std::size_t i = 0; i < params.chains(); ++i) {
    const MutableByteView value = MutableByteView(ends).subspan(i * n, n);
    std::ranges::copy(signature.chains.subspan(i * n, n), value.begin());
    address.chain(static_cast<std::uint32_t>(i));
    for (std::uint32_t step = digits.at(i); step < kTopDigit; ++step) {
      address.step(step);
      HF_TRY(hasher.chain_step(address, value));
    }
  }
  address.type(Address::Type::leaf_tree);
  address.leaf(leaf);
  HF_TRY(compress(hasher, address, ends, params.chains()));
  std::ranges::copy(ByteView(ends).first(n), node.begin());

  address.type(Address::Type::hash_tree);
  for (std::uint32_t height = 0; height < params.tree_height(); ++height) {
    const ByteView sibling = signature.path.subspan(height * n, n);
    const bool is_right = (leaf >> height & 1) == 1;
    address.height(height);
    address.index(leaf >> height >> 1);
    HF_TRY(is_right ? hasher.join(address, sibling, node, node) : hasher.join(address, node, sibling, node));
  }
  return {};
}

// RFC 8391, 4.1.8 and 4.2.3.
std::size_t index_bytes(XmssKind kind, const XmssParams& params) {
  return kind == XmssKind::single_tree ? 4 : (params.height + 7) / 8;
}

}  // namespace

struct XmssPublicKey::Impl {
  XmssKind kind = XmssKind::single_tree;
  XmssParams params;
  Bytes value;

  ByteView root() const { return ByteView(value).subspan(kOidBytes, params.hash.bytes); }
  ByteView seed() const { return ByteView(value).last(params.hash.bytes); }
};

Result<XmssPublicKey> XmssPublicKey::from_value(XmssKind kind, ByteView value, Rv refusal) {
  if (value.size() < kOidBytes) return fail(refusal, "an XMSS key begins with its parameter set");
  const auto oid = static_cast<std::uint32_t>(from_big_endian(value.first(kOidBytes)));
  const std::optional<XmssParams> params = find_xmss_params(kind, oid);
  if (!params || !available(params->hash.function))
    return fail(Rv::parameter_set_not_supported, "no such XMSS parameter set");
  if (value.size() != kOidBytes + 2 * params->hash.bytes)
    return fail(refusal, "the XMSS key has not the length of its parameter set");
  auto impl = std::make_shared<Impl>();
  impl->kind = kind;
  impl->params = *params;
  impl->value = to_bytes(value);
  return XmssPublicKey(std::move(impl));
}

ByteView XmssPublicKey::value() const noexcept { return impl_->value; }

std::uint32_t XmssPublicKey::parameter_set() const noexcept {
  return static_cast<std::uint32_t>(from_big_endian(ByteView(impl_->value).first(kOidBytes)));
}

// RFC 8391, algorithms 14 and 17; one tree is the case of one layer.
Result<void> XmssPublicKey::verify(ByteView message, ByteView signature) const {
  const XmssParams& params = impl_->params;
  const std::size_t n = params.hash.bytes;
  SignatureReader reader(signature);
  HF_ASSIGN_OR_RETURN(const ByteView index_field, reader.take(index_bytes(impl_->kind, params)));
  HF_ASSIGN_OR_RETURN(const ByteView randomizer, reader.take(n));
  const std::size_t tree_bytes = (params.chains() + params.tree_height()) * n;
  HF_ASSIGN_OR_RETURN(ByteView trees, reader.take(params.layers * tree_bytes));
  HF_TRY(reader.expect_end());
  const std::uint64_t index = from_big_endian(index_field);
  if (index >> params.height != 0) return fail(Rv::signature_invalid, "the tree has no such leaf");

  HF_ASSIGN_OR_RETURN(Hasher hasher, Hasher::create(params.hash, impl_->seed()));
  Node storage{};
  const MutableByteView node = MutableByteView(storage).first(n);
  HF_TRY(hasher.message(randomizer, impl_->root(), index, message, node));
  std::uint64_t rest = index;
  for (std::uint32_t layer = 0; layer < params.layers; ++layer) {
    const auto leaf = static_cast<std::uint32_t>(rest & ((1U << params.tree_height()) - 1));
    rest >>= params.tree_height();
    Address address;
    address.layer_and_tree(layer, rest);
    const TreeSignature part{.chains = trees.first(params.chains() * n),
                             .path = trees.subspan(params.chains() * n, params.tree_height() * n)};
    HF_TRY(climb(hasher, params, address, leaf, part, node));
    trees = trees.subspan(tree_bytes);
  }
  if (!equal(node, impl_->root())) return fail(Rv::signature_invalid, "the XMSS signature is wrong");
  return {};
}

}  // namespace holdfast::secure::crypto
