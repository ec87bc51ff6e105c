#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

/// Legacy is what a token serves because old programs need it, and may refuse (ADR 0010). The numbers are stored.
enum class Legacy : std::uint32_t {
  small_rsa = 1u << 0,     // new RSA keys below 2048 bits
  md5_signing = 1u << 1,   // new signatures over MD5
  sha1_signing = 1u << 2,  // new signatures over SHA-1
  md5 = 1u << 3,           // MD5 for anything, verification of old signatures included
  dsa_signing = 1u << 4,   // new DSA keys and signatures
  triple_des = 1u << 5,    // new triple DES keys, and encryption, MACs, wrapping and derivation with old ones
};

struct LegacyName {
  Legacy what;
  std::string_view name;
};
inline constexpr std::array kLegacyNames{
    LegacyName{Legacy::small_rsa, "small-rsa"}, LegacyName{Legacy::md5_signing, "md5-signing"},
    LegacyName{Legacy::sha1_signing, "sha1-signing"}, LegacyName{Legacy::md5, "md5"},
    LegacyName{Legacy::dsa_signing, "dsa-signing"}, LegacyName{Legacy::triple_des, "triple-des"}};

/// TokenPolicy says which legacy a token refuses.
class TokenPolicy {
 public:
  static constexpr TokenPolicy refuse_nothing() { return TokenPolicy(0); }
  /// usual refuses what nobody should begin today and no program needs by chance.
  static constexpr TokenPolicy usual() {
    return refuse_nothing()
        .refuse(Legacy::small_rsa)
        .refuse(Legacy::md5_signing)
        .refuse(Legacy::dsa_signing)
        .refuse(Legacy::triple_des);
  }
  /// from_bits gives nothing for a bit that this version does not know: it could not enforce it.
  static constexpr std::optional<TokenPolicy> from_bits(std::uint32_t bits) {
    std::uint32_t unknown = bits;
    for (const LegacyName& each : kLegacyNames) unknown &= ~static_cast<std::uint32_t>(each.what);
    return unknown == 0 ? std::optional(TokenPolicy(bits)) : std::nullopt;
  }
  /// parse reads "none", or names with commas between them.
  static constexpr std::optional<TokenPolicy> parse(std::string_view text);

  constexpr bool refuses(Legacy what) const { return (bits_ & static_cast<std::uint32_t>(what)) != 0; }
  constexpr TokenPolicy refuse(Legacy what) const { return TokenPolicy(bits_ | static_cast<std::uint32_t>(what)); }
  constexpr TokenPolicy allow(Legacy what) const { return TokenPolicy(bits_ & ~static_cast<std::uint32_t>(what)); }
  constexpr std::uint32_t bits() const { return bits_; }
  /// text is what parse reads.
  std::string text() const;
  friend constexpr bool operator==(TokenPolicy, TokenPolicy) = default;

 private:
  explicit constexpr TokenPolicy(std::uint32_t bits) : bits_(bits) {}
  std::uint32_t bits_;
};

constexpr std::optional<TokenPolicy> TokenPolicy::parse(std::string_view text) {
  TokenPolicy policy = refuse_nothing();
  if (text == "none") return policy;
  for (;;) {
    const std::size_t comma = text.find(',');
    const std::string_view word = text.substr(0, comma);
    const TokenPolicy before = policy;
    for (const LegacyName& each : kLegacyNames)
      if (each.name == word) policy = policy.refuse(each.what);
    if (policy == before) return std::nullopt;  // unknown, or named twice
    if (comma == std::string_view::npos) return policy;
    text.remove_prefix(comma + 1);
  }
}

inline std::string TokenPolicy::text() const {
  std::string text;
  for (const LegacyName& each : kLegacyNames)
    if (refuses(each.what)) text.append(text.empty() ? "" : ",").append(each.name);
  return text.empty() ? "none" : text;
}

}  // namespace holdfast
