#include <algorithm>
#include <string_view>

#include "base/byte_writer.h"
#include "secret/constant_time.h"
#include "secure/crypto/kdf.h"
#include "secure/pkcs11/mechanisms/hash_mechanism.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/single_part.h"
#include "wire/codec.h"

// CKM_TLS_MAC and its older name CKM_TLS12_MAC (PKCS#11 3.2, "TLS MAC"): the verify_data of the finished message, over the hash
// of the handshake.

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::uint32_t kServer = 1;
constexpr std::uint32_t kClient = 2;
constexpr std::uint32_t kLeastBytes = 12;
constexpr std::uint32_t kMostBytes = 64;
constexpr std::size_t kMostData = 4096;

/// TlsMac computes verify_data.
class TlsMac {
 public:
  static Result<TlsMac> create(const Start& start) {
    HF_ASSIGN_OR_RETURN(auto key, secret_value(start.key));
    HF_ASSIGN_OR_RETURN(const TlsMacParam param, start.parameter<TlsMacParam>());
    if (param.server_or_client != kServer && param.server_or_client != kClient)
      return fail(Rv::mechanism_param_invalid, "neither server nor client");
    std::optional<crypto::DigestKind> prf;
    if (param.hash != CKM_TLS_PRF) {
      HF_ASSIGN_OR_RETURN(prf, digest_named(param.hash));
    }
    const std::uint32_t most = prf.has_value() ? kMostBytes : kLeastBytes;  // RFC 2246, 7.4.9: always 12
    if (param.mac_bytes < kLeastBytes || param.mac_bytes > most)
      return fail(Rv::mechanism_param_invalid, "no verify_data has this length");
    return TlsMac(std::move(key), prf, param.server_or_client == kServer ? "server finished" : "client finished",
                  param.mac_bytes);
  }

  std::size_t size() const { return bytes_; }
  Result<SecretBytes> compute(ByteView data) const {
    if (data.size() > kMostData) return fail(Rv::data_len_range, "more than the hash of a handshake");
    ByteWriter seed;
    seed.raw(as_bytes(label_)).raw(data);
    return crypto::tls_prf(prf_, *key_, seed.view(), bytes_);
  }

 private:
  TlsMac(std::shared_ptr<const SecretBytes> key, std::optional<crypto::DigestKind> prf, std::string_view label,
         std::size_t bytes)
      : key_(std::move(key)), prf_(prf), label_(label), bytes_(bytes) {}

  std::shared_ptr<const SecretBytes> key_;
  std::optional<crypto::DigestKind> prf_;
  std::string_view label_;
  std::size_t bytes_;
};

class TlsMacSigner final : public SinglePartSigner {
 public:
  explicit TlsMacSigner(TlsMac mac) : mac_(std::move(mac)) {}

  std::size_t signature_bytes() const override { return mac_.size(); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    HF_ASSIGN_OR_RETURN(const SecretBytes computed, mac_.compute(data));
    std::ranges::copy(wire::SecretCodec::see(computed), out.begin());
    return {};
  }

 private:
  TlsMac mac_;
};

class TlsMacVerifier final : public SinglePartVerifier {
 public:
  explicit TlsMacVerifier(TlsMac mac) : mac_(std::move(mac)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    if (signature.size() != mac_.size()) return fail(Rv::signature_len_range, "not the length of the verify_data");
    HF_ASSIGN_OR_RETURN(const SecretBytes computed, mac_.compute(data));
    const Bytes given = to_bytes(signature);  // the caller's memory may change
    if (!equal_constant_time(wire::SecretCodec::see(computed), given))
      return fail(Rv::signature_invalid, "verify_data is another's");
    return {};
  }

 private:
  TlsMac mac_;
};

Made<Signer> sign(const Start& start) {
  HF_ASSIGN_OR_RETURN(TlsMac mac, TlsMac::create(start));
  return std::make_unique<TlsMacSigner>(std::move(mac));
}

Made<Verifier> verify(const Start& start) {
  HF_ASSIGN_OR_RETURN(TlsMac mac, TlsMac::create(start));
  return std::make_unique<TlsMacVerifier>(std::move(mac));
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET},
          .size = Octets{1, 512},
          .param = wire::ParamKind::tls_mac,
          .ops = {.sign = &sign, .verify = &verify}};
}

constexpr MechanismRow kRows[] = {row(CKM_TLS_MAC), row(CKM_TLS12_MAC)};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> tls_mac_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
