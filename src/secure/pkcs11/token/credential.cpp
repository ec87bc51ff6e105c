#include "secure/pkcs11/token/credential.h"

#include <array>
#include <charconv>
#include <string_view>

#include "secure/ta/trusted_application.h"

namespace holdfast::secure::pkcs11 {
namespace {

using Uuid = std::array<std::byte, 16>;

// 8-4-4-4-12 hexadecimal digits (RFC 9562 §4).
Result<Uuid> parse_uuid(std::string_view text) {
  constexpr std::string_view kShape = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
  const auto wrong = [] { return fail(Rv::pin_invalid, "not the text form of a UUID"); };
  if (text.size() != kShape.size()) return wrong();
  Uuid uuid;
  std::size_t at = 0;
  for (std::byte& octet : uuid) {
    if (kShape[at] == '-' && text[at++] != '-') return wrong();
    unsigned value = 0;
    const char* const end = text.data() + at + 2;
    if (std::from_chars(text.data() + at, end, value, 16).ptr != end) return wrong();
    octet = static_cast<std::byte>(value);
    at += 2;
  }
  return uuid;
}

}  // namespace

Result<storage::CallerIdentity> named_identity(ByteView payload, const storage::CallerIdentity& caller) {
  struct Prefix {
    std::string_view text;
    ta::Login login;
  };
  static constexpr std::array kPrefixes{Prefix{"user:", ta::Login::user}, Prefix{"group:", ta::Login::group}};
  const std::string_view text = as_text(payload);
  if (text.empty()) return caller;
  if (text == "public") return storage::CallerIdentity{};
  for (const Prefix& prefix : kPrefixes) {
    if (!text.starts_with(prefix.text)) continue;
    HF_ASSIGN_OR_RETURN(const Uuid uuid, parse_uuid(text.substr(prefix.text.size())));
    return storage::CallerIdentity{.login = static_cast<std::uint32_t>(prefix.login), .uuid = uuid};
  }
  return fail(Rv::pin_invalid, "names no identity");
}

}  // namespace holdfast::secure::pkcs11
