#include "secure/crypto/xmss.h"

#include <algorithm>

#include "secure/crypto/stateful_signature_vectors.h"
#include "secure/crypto/test_support.h"
#include "secure/crypto/xmss_params.h"

namespace holdfast::secure::crypto {
namespace {

Rv outcome(XmssKind kind, const SignatureVector& vector, ByteView message, ByteView signature) {
  const auto key = XmssPublicKey::from_value(kind, hex(vector.public_key));
  return key ? rv_of(key->verify(message, signature)) : key.error().rv;
}

void expect_holds_and_nothing_else(XmssKind kind, const SignatureVector& vector) {
  const Bytes message = hex(vector.message);
  Bytes signature = hex(vector.signature);
  EXPECT_EQ(outcome(kind, vector, message, signature), Rv::ok) << vector.name;
  for (std::size_t i = 0; i < signature.size(); i += 67) {
    signature[i] ^= std::byte{0x40};
    EXPECT_EQ(outcome(kind, vector, message, signature), Rv::signature_invalid) << vector.name << " at " << i;
    signature[i] ^= std::byte{0x40};
  }
  Bytes other = message;
  other.push_back(std::byte{0});
  EXPECT_EQ(outcome(kind, vector, other, signature), Rv::signature_invalid);
  for (const std::size_t size : {std::size_t{0}, std::size_t{2}, std::size_t{30}, signature.size() - 1})
    EXPECT_EQ(outcome(kind, vector, message, ByteView(signature).first(size)), Rv::signature_len_range);
  signature.push_back(std::byte{0});
  EXPECT_EQ(outcome(kind, vector, message, signature), Rv::signature_len_range);
}

TEST(Xmss, VerifiesWhatTheReferenceImplementationSigned) {
  for (const SignatureVector& vector : kXmssVectors) expect_holds_and_nothing_else(XmssKind::single_tree, vector);
}

TEST(Xmss, VerifiesSignaturesOfLayersOfTrees) {
  for (const SignatureVector& vector : kXmssMultiTreeVectors)
    expect_holds_and_nothing_else(XmssKind::multi_tree, vector);
}

TEST(Xmss, RefusesALeafThatTheTreeDoesNotHave) {
  const SignatureVector& vector = kXmssVectors[0];
  Bytes signature = hex(vector.signature);
  std::fill_n(signature.begin(), 4, std::byte{0xFF});
  EXPECT_EQ(outcome(XmssKind::single_tree, vector, hex(vector.message), signature), Rv::signature_invalid);
}

TEST(Xmss, KnowsTheRegisteredParameterSets) {
  struct Known {
    XmssKind kind;
    std::uint32_t oid;
    TreeFunction function;
    std::size_t bytes;
    std::uint32_t height;
    std::uint32_t layers;
  };
  for (const Known& known : {Known{XmssKind::single_tree, 0x01, TreeFunction::sha256, 32, 10, 1},
                             Known{XmssKind::single_tree, 0x06, TreeFunction::sha512, 64, 20, 1},
                             Known{XmssKind::single_tree, 0x08, TreeFunction::shake128, 32, 16, 1},
                             Known{XmssKind::single_tree, 0x0C, TreeFunction::shake256, 64, 20, 1},
                             Known{XmssKind::single_tree, 0x0D, TreeFunction::sha256, 24, 10, 1},
                             Known{XmssKind::single_tree, 0x10, TreeFunction::shake256, 32, 10, 1},
                             Known{XmssKind::single_tree, 0x15, TreeFunction::shake256, 24, 20, 1},
                             Known{XmssKind::multi_tree, 0x01, TreeFunction::sha256, 32, 20, 2},
                             Known{XmssKind::multi_tree, 0x08, TreeFunction::sha256, 32, 60, 12},
                             Known{XmssKind::multi_tree, 0x0D, TreeFunction::sha512, 64, 40, 8},
                             Known{XmssKind::multi_tree, 0x16, TreeFunction::shake128, 32, 60, 3},
                             Known{XmssKind::multi_tree, 0x21, TreeFunction::sha256, 24, 20, 2},
                             Known{XmssKind::multi_tree, 0x29, TreeFunction::shake256, 32, 20, 2},
                             Known{XmssKind::multi_tree, 0x38, TreeFunction::shake256, 24, 60, 12}}) {
    const std::optional<XmssParams> params = find_xmss_params(known.kind, known.oid);
    ASSERT_TRUE(params.has_value()) << known.oid;
    EXPECT_EQ(params->hash.function, known.function) << known.oid;
    EXPECT_EQ(params->hash.bytes, known.bytes) << known.oid;
    EXPECT_EQ(params->height, known.height) << known.oid;
    EXPECT_EQ(params->layers, known.layers) << known.oid;
  }
}

TEST(Xmss, RefusesKeysThatAreNone) {
  const Bytes good = hex(kXmssVectors[0].public_key);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(rv_of(XmssPublicKey::from_value(XmssKind::single_tree, ByteView(good).first(size))),
              Rv::attribute_value_invalid)
        << size;
  Bytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(rv_of(XmssPublicKey::from_value(XmssKind::single_tree, longer)), Rv::attribute_value_invalid);
  for (const unsigned oid : {0U, 0x16U, 0xFFU}) {
    Bytes other = good;
    other[3] = static_cast<std::byte>(oid);
    EXPECT_EQ(rv_of(XmssPublicKey::from_value(XmssKind::single_tree, other)), Rv::parameter_set_not_supported);
  }
  Bytes other = good;
  other[3] = std::byte{0x39};
  EXPECT_EQ(rv_of(XmssPublicKey::from_value(XmssKind::multi_tree, other)), Rv::parameter_set_not_supported);
}

}  // namespace
}  // namespace holdfast::secure::crypto
