#include "secure/crypto/ec_encoding.h"

#include <algorithm>
#include <array>
#include <span>

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<unsigned char, 9> kOid = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01};
constexpr std::size_t kFrameBytes = 64;
constexpr std::byte kVersion{1};

}  // namespace

Algorithm ec_algorithm(Curve curve) noexcept { return {std::as_bytes(std::span(kOid)), curve_params(curve)}; }

Bytes ec_public_key_info(Curve curve, ByteView point) { return public_key_info(ec_algorithm(curve), point); }

Result<SecretBytes> encode_private_key(const EcPrivateComponents& key) {
  if (key.scalar.size() != order_bytes(key.curve)) return fail(Rv::key_not_wrappable, "a private number of another width");
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(key.scalar.size() + key.point.size() + kFrameBytes));
  DerWriter writer(SecretUse::fill(room));
  const std::size_t end = writer.mark();
  // RFC 5915: the parameters stand in the AlgorithmIdentifier and are not repeated.
  if (!key.point.empty()) {
    const std::size_t tagged = writer.mark();
    writer.bit_string(key.point);
    writer.close(DerTag::context_1, tagged);
  }
  writer.element(DerTag::octet_string, SecretUse::see(key.scalar));
  writer.unsigned_integer({&kVersion, 1});
  writer.close(DerTag::sequence, end);
  if (!writer.fits()) return fail(Rv::general_error, "a private key larger than its room");
  HF_ASSIGN_OR_RETURN(const SecretBytes body, to_secret(writer.view()));
  return private_key_info(ec_algorithm(key.curve), body);
}

Result<EcPrivateComponents> decode_ec(const PrivateKeyInfo& info) {
  HF_ASSIGN_OR_RETURN(const Curve curve, curve_from_params(info.parameters));
  DerReader outer(SecretUse::see(info.key));
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(body.take_unsigned());
  EcPrivateComponents key{.curve = curve, .scalar = {}, .point = {}};
  HF_ASSIGN_OR_RETURN(const ByteView scalar, body.take(DerTag::octet_string));
  // Some writers leave out leading zeroes, some write one too many.
  const std::size_t width = order_bytes(curve);
  const std::size_t extra = scalar.size() > width ? scalar.size() - width : 0;
  for (const std::byte octet : scalar.first(extra))
    if (octet != std::byte{0}) return fail(Rv::attribute_value_invalid, "a private number longer than its curve's order");
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
  return key;
}

}  // namespace holdfast::secure::crypto
