#include "secure/crypto/pq_signature.h"

#include <array>

#include "secure/crypto/pq_key_impl.h"

namespace holdfast::secure::crypto {
namespace {

// What libcrypto 3.5 calls its settings; 3.0's headers do not have them.
constexpr const char* kMuParam = "mu";                      // the message is ML-DSA's mu
constexpr const char* kEncodingParam = "message-encoding";  // 0: the message has its prefix
constexpr const char* kDeterministicParam = "deterministic";

constexpr std::size_t kMuBytes = 64;  // FIPS 204, algorithm 7; also those of tr, the hash of the public key
/// SLH-DSA hashes the message twice, so no message may be longer than what we copy.
constexpr std::size_t kMaxCopiedBytes = 16 * 1024 * 1024;

/// approved_number is the last arc of the hash's OID under hashAlgs (FIPS 204, 5.4.1; FIPS 205, 10.2.2).
std::optional<unsigned char> approved_number(DigestKind hash) {
  switch (hash) {
    case DigestKind::sha256:
      return 1;
    case DigestKind::sha384:
      return 2;
    case DigestKind::sha512:
      return 3;
    case DigestKind::sha224:
      return 4;
    case DigestKind::sha512_224:
      return 5;
    case DigestKind::sha512_256:
      return 6;
    case DigestKind::sha3_224:
      return 7;
    case DigestKind::sha3_256:
      return 8;
    case DigestKind::sha3_384:
      return 9;
    case DigestKind::sha3_512:
      return 10;
    case DigestKind::shake128:
      return 11;
    case DigestKind::shake256:
      return 12;
    default:
      return std::nullopt;
  }
}

using MessageInit = int (*)(EVP_MD_CTX*, EVP_PKEY_CTX**, const char*, OSSL_LIB_CTX*, const char*, EVP_PKEY*,
                            const OSSL_PARAM[]);

Result<DigestContextPtr> begin_raw(const PqParams& params, EVP_PKEY* key, bool deterministic, MessageInit init) {
  int mu = 1;
  int encoding = 0;
  int is_deterministic = deterministic ? 1 : 0;
  const bool takes_mu = params.family == PqFamily::ml_dsa;
  const std::array<OSSL_PARAM, 3> settings = {
      takes_mu ? OSSL_PARAM_construct_int(kMuParam, &mu) : OSSL_PARAM_construct_int(kEncodingParam, &encoding),
      OSSL_PARAM_construct_int(kDeterministicParam, &is_deterministic), OSSL_PARAM_construct_end()};
  DigestContextPtr context(EVP_MD_CTX_new());
  if (!context || init(context.get(), nullptr, nullptr, library().context, nullptr, key, settings.data()) != 1)
    return libcrypto_failure(Rv::general_error, "libcrypto does not start a signature");
  return context;
}

}  // namespace

Result<Bytes> pq_message_prefix(ByteView context, std::optional<DigestKind> hash) {
  Bytes prefix = {std::byte{hash ? std::uint8_t{1} : std::uint8_t{0}}, static_cast<std::byte>(context.size())};
  prefix.insert(prefix.end(), context.begin(), context.end());
  if (!hash) return prefix;
  const std::optional<unsigned char> number = approved_number(*hash);
  if (!number) return fail(Rv::mechanism_param_invalid, "a hash that the standard does not approve");
  // 2.16.840.1.101.3.4.2, hashAlgs, and the number in it.
  const std::array<unsigned char, 11> oid = {0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, *number};
  const ByteView element = std::as_bytes(std::span(oid));
  prefix.insert(prefix.end(), element.begin(), element.end());
  return prefix;
}

Result<PqMessage> PqMessage::begin(const PqParams& params, ByteView public_value, ByteView prefix) {
  std::optional<Digest> mu;
  if (params.family == PqFamily::ml_dsa) {
    HF_ASSIGN_OR_RETURN(Digest hash, Digest::create(DigestKind::shake256));
    HF_TRY(hash.update(public_value));
    std::array<std::byte, kMuBytes> tr{};
    HF_TRY(hash.squeeze(tr));
    HF_TRY(hash.restart());
    HF_TRY(hash.update(tr));
    mu = std::move(hash);
  }
  PqMessage message(std::move(mu));
  HF_TRY(message.add(prefix));
  return message;
}

Result<void> PqMessage::add(ByteView part) {
  if (mu_) return mu_->update(part);
  if (part.size() > kMaxCopiedBytes - whole_.size()) return fail(Rv::data_len_range, "message is too long for SLH-DSA");
  whole_.insert(whole_.end(), part.begin(), part.end());
  return {};
}

Result<Bytes> PqMessage::finish() {
  if (!mu_) return std::move(whole_);
  Bytes mu(kMuBytes);
  HF_TRY(mu_->squeeze(mu));
  return mu;
}

Result<void> pq_sign(const PqPrivateKey& key, bool deterministic, ByteView represented, MutableByteView out) {
  const std::size_t expected = key.params().output_bytes;
  if (out.size() < expected) return fail(Rv::buffer_too_small, "no room for a signature");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context,
                      begin_raw(key.params(), key.impl().key.get(), deterministic, EVP_DigestSignInit_ex));
  std::size_t size = expected;
  if (EVP_DigestSign(context.get(), u8(out), &size, address(represented), represented.size()) != 1 || size != expected)
    return libcrypto_failure(Rv::function_failed, "libcrypto could not sign");
  return {};
}

Result<void> pq_verify(const PqPublicKey& key, ByteView represented, ByteView signature) {
  if (signature.size() != key.params().output_bytes)
    return fail(Rv::signature_len_range, "not the length of the parameter set's signatures");
  HF_ASSIGN_OR_RETURN(const DigestContextPtr context,
                      begin_raw(key.params(), key.impl().key.get(), false, EVP_DigestVerifyInit_ex));
  if (EVP_DigestVerify(context.get(), u8(signature), signature.size(), address(represented), represented.size()) != 1)
    return libcrypto_failure(Rv::signature_invalid, "the signature is wrong");
  return {};
}

}  // namespace holdfast::secure::crypto
