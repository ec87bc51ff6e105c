#include "secure/crypto/aes_wrap.h"

#include <algorithm>

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kUnit = 8;
constexpr std::size_t kMaxWrapBytes = std::size_t{1} << 20;  // libcrypto's own limit is 2^31

// A wrapping is rare and short, so it has a context of its own instead of one kept with the key.
Result<CipherContextPtr> begin(const AesKey& key, KeyWrapKind kind, ByteView iv, CipherDirection direction) {
  if (!iv.empty() && iv.size() != (kind == KeyWrapKind::kwp ? 4u : 8u))
    return fail(Rv::mechanism_param_invalid, "an initial value of a size the key wrapping does not have");
  const AesKey::Impl& parsed = *key.impl();
  const EVP_CIPHER* const cipher = kind == KeyWrapKind::kwp ? parsed.ciphers->wrap_pad : parsed.ciphers->wrap;
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context) return libcrypto_failure(Rv::device_memory, "no cipher context");
  EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
  if (EVP_CipherInit_ex2(context.get(), cipher, u8(SecretUse::see(parsed.key)), iv.empty() ? nullptr : u8(iv),
                         direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "key wrap init failed");
  return context;
}

/// padded is the data with its PKCS #7 padding to whole units.
Result<SecretBytes> padded(ByteView data) {
  const std::size_t padding = kUnit - data.size() % kUnit;
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(data.size() + padding));
  const MutableByteView bytes = SecretUse::fill(out);
  std::ranges::copy(data, bytes.begin());
  std::ranges::fill(bytes.last(padding), static_cast<std::byte>(padding));
  return out;
}

/// without_padding is how much of authentic data is not its padding.
Result<std::size_t> without_padding(ByteView data) {
  const auto padding = std::to_integer<std::size_t>(data.back());
  const bool fits = padding >= 1 && padding <= kUnit && padding <= data.size();
  if (!fits || !std::ranges::all_of(data.last(padding), [&](std::byte each) { return each == data.back(); }))
    return fail(Rv::encrypted_data_invalid, "the padding is wrong");
  return data.size() - padding;
}

Result<Bytes> wrap_units(const AesKey& key, KeyWrapKind kind, ByteView data, ByteView iv) {
  const bool fits = kind == KeyWrapKind::kwp ? !data.empty() : data.size() >= 2 * kUnit && data.size() % kUnit == 0;
  if (!fits || data.size() > kMaxWrapBytes) return fail(Rv::data_len_range, "a length that key wrapping cannot take");
  HF_ASSIGN_OR_RETURN(const CipherContextPtr context, begin(key, kind, iv, CipherDirection::encrypt));
  Bytes out(wrap_size(kind == KeyWrapKind::kwp ? kind : KeyWrapKind::kw, data.size()));
  int written = 0;
  if (EVP_CipherUpdate(context.get(), u8(MutableByteView(out)), &written, u8(data), static_cast<int>(data.size())) != 1 ||
      static_cast<std::size_t>(written) != out.size())
    return libcrypto_failure(Rv::general_error, "key wrap failed");
  return out;
}

// The code that a key has for what would be a fault of data.
Error as_wrapping_error(Error error) {
  if (error.rv == Rv::data_len_range) error.rv = Rv::key_size_range;
  if (error.rv == Rv::encrypted_data_len_range) error.rv = Rv::wrapped_key_len_range;
  if (error.rv == Rv::encrypted_data_invalid) error.rv = Rv::wrapped_key_invalid;
  return error;
}

}  // namespace

std::size_t wrap_size(KeyWrapKind kind, std::size_t size) noexcept {
  const std::size_t whole = kind == KeyWrapKind::pkcs7 ? size / kUnit + 1 : (size + kUnit - 1) / kUnit;
  return whole * kUnit + kUnit;
}

Result<Bytes> wrap_bytes(const AesKey& key, KeyWrapKind kind, ByteView data, ByteView iv) {
  if (kind != KeyWrapKind::pkcs7) return wrap_units(key, kind, data, iv);
  if (data.size() > kMaxWrapBytes) return fail(Rv::data_len_range, "a length that key wrapping cannot take");
  HF_ASSIGN_OR_RETURN(const SecretBytes units, padded(data));
  return wrap_units(key, kind, SecretUse::see(units), iv);
}

Result<std::size_t> unwrap_bytes(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv,
                                 MutableByteView out) {
  const std::size_t least = kind == KeyWrapKind::kwp ? 2 * kUnit : 3 * kUnit;
  if (wrapped.size() < least || wrapped.size() % kUnit != 0 || wrapped.size() > kMaxWrapBytes + 2 * kUnit)
    return fail(Rv::encrypted_data_len_range, "not the length of a wrapped key");
  if (out.size() < wrapped.size()) return fail(Rv::buffer_too_small, "no room for what was wrapped");
  HF_ASSIGN_OR_RETURN(const CipherContextPtr context, begin(key, kind, iv, CipherDirection::decrypt));
  int written = 0;
  if (EVP_CipherUpdate(context.get(), u8(out), &written, u8(wrapped), static_cast<int>(wrapped.size())) != 1 ||
      written <= 0)
    return libcrypto_failure(Rv::encrypted_data_invalid, "the wrapped key fails its integrity check");
  const ByteView data = ByteView(out).first(static_cast<std::size_t>(written));
  return kind == KeyWrapKind::pkcs7 ? without_padding(data) : data.size();
}

Result<Bytes> wrap_key(const AesKey& key, KeyWrapKind kind, const SecretBytes& secret, ByteView iv) {
  auto wrapped = wrap_bytes(key, kind, SecretUse::see(secret), iv);
  if (!wrapped) return Unexpected<Error>{as_wrapping_error(wrapped.error())};
  return wrapped;
}

Result<SecretBytes> unwrap_key(const AesKey& key, KeyWrapKind kind, ByteView wrapped, ByteView iv) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(wrapped.size()));
  const auto written = unwrap_bytes(key, kind, wrapped, iv, SecretUse::fill(out));
  if (!written) return Unexpected<Error>{as_wrapping_error(written.error())};
  return slice(out, 0, *written);
}

}  // namespace holdfast::secure::crypto
