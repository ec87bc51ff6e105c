#include "secure/crypto/key_info.h"

#include <algorithm>
#include <array>
#include <span>

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"
#include "secure/crypto/ed25519.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

// AlgorithmIdentifiers without their SEQUENCE header: rsaEncryption with NULL (RFC 8017, A.1), id-ecPublicKey to be
// followed by the curve (RFC 5480, 2.1.1), id-Ed25519 with nothing (RFC 8410, 3).
constexpr std::array<unsigned char, 13> kRsaAlgorithm = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7,
                                                         0x0D, 0x01, 0x01, 0x01, 0x05, 0x00};
constexpr std::array<unsigned char, 11> kRsaOid = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01};
constexpr std::array<unsigned char, 9> kEcOid = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};

// More than all headers and algorithm identifiers of one encoding take.
constexpr std::size_t kFrameBytes = 256;

ByteView bytes_of(std::span<const unsigned char> octets) { return std::as_bytes(octets); }

void write_ec_algorithm(DerWriter& writer, Curve curve) {
  const std::size_t end = writer.mark();
  writer.raw(curve_params(curve));
  writer.raw(bytes_of(kEcOid));
  writer.close(DerTag::sequence, end);
}

void write_version(DerWriter& writer, std::byte version) { writer.unsigned_integer({&version, 1}); }

Bytes finish_public(DerWriter& writer, std::size_t end) {
  writer.close(DerTag::sequence, end);
  return to_bytes(writer.view());
}

void write_key(DerWriter& writer, const RsaPrivateComponents& key) {
  const std::size_t octets = writer.mark();
  for (const SecretBytes* number :
       {&key.coefficient, &key.exponent_2, &key.exponent_1, &key.prime_2, &key.prime_1, &key.private_exponent})
    writer.unsigned_integer(SecretUse::see(*number));
  writer.unsigned_integer(key.public_exponent);
  writer.unsigned_integer(key.modulus);
  write_version(writer, std::byte{0});  // two primes
  writer.close(DerTag::sequence, octets);
  writer.close(DerTag::octet_string, octets);
  writer.element(DerTag::sequence, bytes_of(kRsaAlgorithm));
}

// RFC 5915: the parameters stand in the AlgorithmIdentifier and are not repeated.
void write_key(DerWriter& writer, const EcPrivateComponents& key) {
  const std::size_t octets = writer.mark();
  if (!key.point.empty()) {
    const std::size_t tagged = writer.mark();
    writer.bit_string(key.point);
    writer.close(DerTag::context_1, tagged);
  }
  writer.element(DerTag::octet_string, SecretUse::see(key.scalar));
  write_version(writer, std::byte{1});
  writer.close(DerTag::sequence, octets);
  writer.close(DerTag::octet_string, octets);
  write_ec_algorithm(writer, key.curve);
}

void write_key(DerWriter& writer, const Ed25519PrivateComponents& key) {
  const std::size_t octets = writer.mark();
  writer.element(DerTag::octet_string, SecretUse::see(key.seed));
  writer.close(DerTag::octet_string, octets);
  writer.element(DerTag::sequence, ed25519_params());
}

std::size_t content_bytes(const RsaPrivateComponents& key) {
  return 8 * (key.modulus.size() + 16) + key.public_exponent.size();
}
std::size_t content_bytes(const EcPrivateComponents& key) { return key.scalar.size() + key.point.size(); }
std::size_t content_bytes(const Ed25519PrivateComponents& key) { return key.seed.size(); }

bool is_complete(const RsaPrivateComponents& key) {
  return !key.modulus.empty() && !key.public_exponent.empty() && !key.private_exponent.empty() &&
         !key.prime_1.empty() && !key.prime_2.empty() && !key.exponent_1.empty() && !key.exponent_2.empty() &&
         !key.coefficient.empty();
}
bool is_complete(const EcPrivateComponents& key) { return key.scalar.size() == order_bytes(key.curve); }
bool is_complete(const Ed25519PrivateComponents& key) { return key.seed.size() == kEd25519Bytes; }

template <class Components>
Result<SecretBytes> encode(const Components& key) {
  if (!is_complete(key)) return fail(Rv::key_not_wrappable, "a private key without all its numbers");
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(content_bytes(key) + kFrameBytes));
  DerWriter writer(SecretUse::fill(room));
  const std::size_t end = writer.mark();
  write_key(writer, key);
  write_version(writer, std::byte{0});
  writer.close(DerTag::sequence, end);
  if (!writer.fits()) return fail(Rv::general_error, "a private key larger than its room");
  return to_secret(writer.view());
}

// ---- decoding

Result<SecretBytes> take_secret_number(DerReader& reader) {
  HF_ASSIGN_OR_RETURN(const ByteView number, reader.take_unsigned());
  return to_secret(number);
}

Result<PrivateComponents> decode_rsa(ByteView encoded) {
  DerReader outer(encoded);
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(body.take_unsigned());
  RsaPrivateComponents key;
  HF_ASSIGN_OR_RETURN(const ByteView modulus, body.take_unsigned());
  HF_ASSIGN_OR_RETURN(const ByteView exponent, body.take_unsigned());
  key.modulus = to_bytes(modulus);
  key.public_exponent = to_bytes(exponent);
  for (SecretBytes* number :
       {&key.private_exponent, &key.prime_1, &key.prime_2, &key.exponent_1, &key.exponent_2, &key.coefficient}) {
    HF_ASSIGN_OR_RETURN(*number, take_secret_number(body));
  }
  HF_TRY(body.expect_end());  // otherPrimeInfos: keys with more than two primes are not supported
  HF_TRY(outer.expect_end());
  return PrivateComponents(std::move(key));
}

Result<PrivateComponents> decode_ec(Curve curve, ByteView encoded) {
  DerReader outer(encoded);
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(body.take_unsigned());
  EcPrivateComponents key{.curve = curve, .scalar = {}, .point = {}};
  HF_ASSIGN_OR_RETURN(const ByteView scalar, body.take(DerTag::octet_string));
  // Some writers leave out leading zeroes, some write one too many.
  const std::size_t width = order_bytes(curve);
  const std::size_t extra = scalar.size() > width ? scalar.size() - width : 0;
  for (const std::byte octet : scalar.first(extra))
    if (octet != std::byte{0}) return fail(Rv::wrapped_key_invalid, "a private number longer than its curve's order");
  HF_ASSIGN_OR_RETURN(key.scalar, SecretBytes::allocate(width));
  const ByteView digits = scalar.subspan(extra);
  std::ranges::copy(digits, SecretUse::fill(key.scalar).subspan(width - digits.size()).begin());
  if (body.next_is(DerTag::context_0)) HF_TRY(body.take_any());
  if (body.next_is(DerTag::context_1)) {
    HF_ASSIGN_OR_RETURN(DerReader tagged, body.enter(DerTag::context_1));
    HF_ASSIGN_OR_RETURN(const ByteView point, tagged.take_bit_string());
    if (point.size() == point_bytes(curve)) key.point = to_bytes(point);
  }
  HF_TRY(body.expect_end());
  HF_TRY(outer.expect_end());
  return PrivateComponents(std::move(key));
}

Result<PrivateComponents> decode_ed25519(ByteView encoded) {
  HF_ASSIGN_OR_RETURN(const ByteView seed, parse_octet_string(encoded));
  if (seed.size() != kEd25519Bytes) return fail(Rv::wrapped_key_invalid, "an Ed25519 private key has 32 bytes");
  Ed25519PrivateComponents key;
  HF_ASSIGN_OR_RETURN(key.seed, to_secret(seed));
  return PrivateComponents(std::move(key));
}

Result<PrivateComponents> decode_algorithm(DerReader algorithm, ByteView encoded) {
  HF_ASSIGN_OR_RETURN(const ByteView oid, algorithm.take_any());
  if (equal(oid, bytes_of(kRsaOid))) return decode_rsa(encoded);
  if (equal(oid, ed25519_params())) return decode_ed25519(encoded);
  if (!equal(oid, bytes_of(kEcOid))) return fail(Rv::wrapped_key_invalid, "a private key of another kind");
  HF_ASSIGN_OR_RETURN(const ByteView params, algorithm.take_any());
  HF_ASSIGN_OR_RETURN(const Curve curve, curve_from_params(params));
  return decode_ec(curve, encoded);
}

// OneAsymmetricKey (RFC 5958) may go on with attributes and a public key after what PrivateKeyInfo has; they say
// nothing that the private key does not.
Result<PrivateComponents> decode(ByteView encoded) {
  DerReader outer(encoded);
  HF_ASSIGN_OR_RETURN(DerReader info, outer.enter(DerTag::sequence));
  HF_TRY(outer.expect_end());
  HF_TRY(info.take_unsigned());
  if (info.next_is(DerTag::integer)) return decode_rsa(encoded);
  HF_ASSIGN_OR_RETURN(const DerReader algorithm, info.enter(DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView key, info.take(DerTag::octet_string));
  while (!info.at_end()) HF_TRY(info.take_any());
  return decode_algorithm(algorithm, key);
}

}  // namespace

Bytes rsa_public_key_info(ByteView modulus, ByteView exponent) {
  Bytes room(modulus.size() + exponent.size() + kFrameBytes);
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  const std::size_t bits = writer.mark();
  writer.unsigned_integer(exponent);
  writer.unsigned_integer(modulus);
  writer.close(DerTag::sequence, bits);
  constexpr std::byte kNoUnusedBits{0};
  writer.raw({&kNoUnusedBits, 1});
  writer.close(DerTag::bit_string, bits);
  writer.element(DerTag::sequence, bytes_of(kRsaAlgorithm));
  return finish_public(writer, end);
}

Bytes ec_public_key_info(Curve curve, ByteView point) {
  Bytes room(point.size() + kFrameBytes);
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  writer.bit_string(point);
  write_ec_algorithm(writer, curve);
  return finish_public(writer, end);
}

Bytes ed25519_public_key_info(ByteView point) {
  Bytes room(point.size() + kFrameBytes);
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  writer.bit_string(point);
  writer.element(DerTag::sequence, ed25519_params());
  return finish_public(writer, end);
}

Result<SecretBytes> encode_private_key(const PrivateComponents& components) {
  return std::visit([](const auto& key) { return encode(key); }, components);
}

Result<PrivateComponents> decode_private_key(const SecretBytes& encoded) {
  Result<PrivateComponents> decoded = decode(SecretUse::see(encoded));
  if (!decoded &&
      (decoded.error().rv == Rv::attribute_value_invalid || decoded.error().rv == Rv::domain_params_invalid))
    return fail(Rv::wrapped_key_invalid, decoded.error().why);
  return decoded;
}

Result<SecretBytes> without_zero_padding(const SecretBytes& padded) {
  constexpr std::size_t kMostPaddingBytes = 15;  // to whole AES blocks
  const ByteView all = SecretUse::see(padded);
  const Result<ByteView> element = DerReader(all).take_any();
  if (!element || all.size() - element->size() > kMostPaddingBytes)
    return fail(Rv::wrapped_key_invalid, "no padded DER element");
  for (const std::byte octet : all.subspan(element->size()))
    if (octet != std::byte{0}) return fail(Rv::wrapped_key_invalid, "the padding is wrong");
  return to_secret(*element);
}

}  // namespace holdfast::secure::crypto
