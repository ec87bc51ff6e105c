#include <algorithm>

#include "secure/crypto/rsa_implicit_rejection.h"

#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kBlockBytes = 64;

SecretBytes key() { return rejection_key(secret(Bytes(kBlockBytes, std::byte{7}))).value(); }

/// block is 00 02, padding, 00 and a text.
Bytes block(std::size_t padding_bytes, std::string_view text) {
  Bytes made = hex("0002");
  made.resize(2 + padding_bytes, std::byte{0xAA});
  made.push_back(std::byte{0});
  for (const char letter : text) made.push_back(static_cast<std::byte>(letter));
  return made;
}

std::string removed(const Bytes& block, ByteView ciphertext) {
  return to_hex(remove_pkcs1_padding(secret(block), ciphertext, key()).value());
}

TEST(ImplicitRejection, GivesThePlaintextOfARightPadding) {
  const Bytes ciphertext(kBlockBytes, std::byte{1});
  for (const std::size_t padding : {std::size_t{8}, std::size_t{20}, kBlockBytes - 3}) {
    const std::string text(kBlockBytes - 3 - padding, 'x');
    EXPECT_EQ(removed(block(padding, text), ciphertext), to_hex(as_bytes(text))) << padding;
  }
}

TEST(ImplicitRejection, DrawsOneTextForEachCiphertextWhateverIsWrong) {
  const Bytes ciphertext(kBlockBytes, std::byte{1});
  const std::string text(kBlockBytes - 3 - 8, 'x');
  Bytes wrong_first = block(8, text);
  wrong_first[0] = std::byte{1};
  Bytes wrong_type = block(8, text);
  wrong_type[1] = std::byte{1};
  const Bytes short_padding = block(7, text + "x");
  Bytes no_separator = hex("0002");
  no_separator.resize(kBlockBytes, std::byte{0xAA});
  const std::string drawn = removed(wrong_first, ciphertext);
  EXPECT_EQ(removed(wrong_type, ciphertext), drawn);
  EXPECT_EQ(removed(short_padding, ciphertext), drawn);
  EXPECT_EQ(removed(no_separator, ciphertext), drawn);
  EXPECT_NE(removed(wrong_first, Bytes(kBlockBytes, std::byte{2})), drawn);
}

TEST(ImplicitRejection, DrawsLengthsThatATextCanHave) {
  const Bytes wrong(kBlockBytes);
  std::size_t longest = 0;
  for (unsigned i = 0; i < 64; ++i)
    longest = std::max(longest, removed(wrong, Bytes(kBlockBytes, static_cast<std::byte>(i))).size() / 2);
  EXPECT_LT(longest, kBlockBytes - 10);
  EXPECT_GT(longest, 32u) << "64 draws that are all short";
}

TEST(ImplicitRejection, RefusesABlockWithoutRoomForPadding) {
  EXPECT_EQ(rv_of(remove_pkcs1_padding(secret(Bytes(10)), Bytes(10), key())), Rv::key_size_range);
}

}  // namespace
}  // namespace holdfast::secure::crypto
