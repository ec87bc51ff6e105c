#include "secure/crypto/field_encoding.h"

#include <array>
#include <span>

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<unsigned char, 11> kDhOid = {0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x03, 0x01};
constexpr std::array<unsigned char, 9> kX942Oid = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3E, 0x02, 0x01};
constexpr std::array<unsigned char, 9> kDsaOid = {0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01};
constexpr std::size_t kFrameBytes = 64;

// X9.42 writes p, g, q; DSA p, q, g; PKCS #3 has no q.
using Number = Bytes FieldDomain::*;
std::span<const Number> order_of(FieldScheme scheme) {
  static constexpr std::array<Number, 2> kDh = {&FieldDomain::prime, &FieldDomain::base};
  static constexpr std::array<Number, 3> kX942 = {&FieldDomain::prime, &FieldDomain::base, &FieldDomain::subprime};
  static constexpr std::array<Number, 3> kDsa = {&FieldDomain::prime, &FieldDomain::subprime, &FieldDomain::base};
  switch (scheme) {
    case FieldScheme::dh:
      return kDh;
    case FieldScheme::x942_dh:
      return kX942;
    case FieldScheme::dsa:
      break;
  }
  return kDsa;
}

}  // namespace

ByteView field_oid(FieldScheme scheme) noexcept {
  switch (scheme) {
    case FieldScheme::dh:
      return std::as_bytes(std::span(kDhOid));
    case FieldScheme::x942_dh:
      return std::as_bytes(std::span(kX942Oid));
    case FieldScheme::dsa:
      break;
  }
  return std::as_bytes(std::span(kDsaOid));
}

Bytes field_params(FieldScheme scheme, const FieldDomain& domain) {
  Bytes room(domain.prime.size() + domain.subprime.size() + domain.base.size() + kFrameBytes);
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  const auto order = order_of(scheme);
  for (auto number = order.rbegin(); number != order.rend(); ++number) writer.unsigned_integer(domain.**number);
  writer.close(DerTag::sequence, end);
  return to_bytes(writer.view());
}

Result<FieldDomain> parse_field_params(FieldScheme scheme, ByteView params) {
  DerReader outer(params);
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(outer.expect_end());
  FieldDomain domain;
  for (const Number number : order_of(scheme)) {
    HF_ASSIGN_OR_RETURN(const ByteView value, body.take_unsigned());
    domain.*number = to_bytes(value);
  }
  // What may follow for Diffie-Hellman says nothing of the group: a length of private values, a cofactor, a seed.
  while (scheme != FieldScheme::dsa && !body.at_end()) HF_TRY(body.take_any());
  HF_TRY(body.expect_end());
  return domain;
}

Bytes field_public_key_info(FieldScheme scheme, const FieldDomain& domain, ByteView public_value) {
  Bytes room(public_value.size() + kFrameBytes);
  DerWriter writer(room);
  writer.unsigned_integer(public_value);
  const Bytes params = field_params(scheme, domain);
  return public_key_info({field_oid(scheme), params}, writer.view());
}

}  // namespace holdfast::secure::crypto
