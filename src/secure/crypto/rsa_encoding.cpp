#include "secure/crypto/rsa_encoding.h"

#include <algorithm>
#include <array>
#include <span>

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<unsigned char, 11> kOid = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
constexpr std::array<unsigned char, 2> kNull = {0x05, 0x00};
constexpr std::size_t kFrameBytes = 64;

// In the order of the encoding.
constexpr std::array kSecretNumbers = {&RsaPrivateComponents::private_exponent, &RsaPrivateComponents::prime_1,
                                       &RsaPrivateComponents::prime_2,          &RsaPrivateComponents::exponent_1,
                                       &RsaPrivateComponents::exponent_2,       &RsaPrivateComponents::coefficient};

}  // namespace

Algorithm rsa_algorithm() noexcept { return {std::as_bytes(std::span(kOid)), std::as_bytes(std::span(kNull))}; }

Bytes rsa_public_key_info(ByteView modulus, ByteView exponent) {
  Bytes room(modulus.size() + exponent.size() + kFrameBytes);
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  writer.unsigned_integer(exponent);
  writer.unsigned_integer(modulus);
  writer.close(DerTag::sequence, end);
  return public_key_info(rsa_algorithm(), writer.view());
}

Result<SecretBytes> encode_private_key(const RsaPrivateComponents& key) {
  if (key.modulus.empty() || key.public_exponent.empty() ||
      std::ranges::any_of(kSecretNumbers, [&](const auto number) { return (key.*number).empty(); }))
    return fail(Rv::key_not_wrappable, "a private key without all its numbers");
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(8 * (key.modulus.size() + 16) +
                                                              key.public_exponent.size() + kFrameBytes));
  DerWriter writer(SecretUse::fill(room));
  const std::size_t end = writer.mark();
  for (auto number = kSecretNumbers.rbegin(); number != kSecretNumbers.rend(); ++number)
    writer.unsigned_integer(SecretUse::see(key.**number));
  writer.unsigned_integer(key.public_exponent);
  writer.unsigned_integer(key.modulus);
  writer.unsigned_integer({});  // version 0: two primes
  writer.close(DerTag::sequence, end);
  if (!writer.fits()) return fail(Rv::general_error, "a private key larger than its room");
  HF_ASSIGN_OR_RETURN(const SecretBytes body, to_secret(writer.view()));
  return private_key_info(rsa_algorithm(), body);
}

Result<RsaPrivateComponents> decode_rsa(const PrivateKeyInfo& info) {
  DerReader outer(SecretUse::see(info.key));
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(body.take_unsigned());
  RsaPrivateComponents key;
  HF_ASSIGN_OR_RETURN(const ByteView modulus, body.take_unsigned());
  HF_ASSIGN_OR_RETURN(const ByteView exponent, body.take_unsigned());
  key.modulus = to_bytes(modulus);
  key.public_exponent = to_bytes(exponent);
  for (const auto number : kSecretNumbers) {
    HF_ASSIGN_OR_RETURN(const ByteView value, body.take_unsigned());
    HF_ASSIGN_OR_RETURN(key.*number, to_secret(value));
  }
  HF_TRY(body.expect_end());  // otherPrimeInfos: keys with more than two primes are not supported
  HF_TRY(outer.expect_end());
  return key;
}

}  // namespace holdfast::secure::crypto
