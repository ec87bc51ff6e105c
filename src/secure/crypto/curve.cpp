#include "secure/crypto/curve.h"

#include <algorithm>
#include <openssl/objects.h>
#include <optional>

#include "secure/crypto/curve_facts.h"
#include "secure/crypto/der.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::array<unsigned char, 10> kP192Oid = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x01};
constexpr std::array<unsigned char, 7> kP224Oid = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x21};
constexpr std::array<unsigned char, 10> kP256Oid = {0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
constexpr std::array<unsigned char, 7> kP384Oid = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
constexpr std::array<unsigned char, 7> kP521Oid = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23};
constexpr std::array<unsigned char, 7> kSecp256k1Oid = {0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x0A};
// prime-field, 1.2.840.10045.1.1 (ANSI X9.62).
constexpr std::array<unsigned char, 7> kPrimeFieldOid = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01};

struct Row {
  Curve curve;
  const char* group;  // libcrypto's name
  int nid;
  std::size_t field_bits;  // the order of each of these groups is as long as its field
  std::span<const unsigned char> oid;
  std::array<std::string_view, 4> names;  // what a PrintableString may say
};
constexpr std::array<Row, 6> kRows = {{
    {Curve::p192,
     SN_X9_62_prime192v1,
     NID_X9_62_prime192v1,
     192,
     kP192Oid,
     {"secp192r1", "P-192", "prime192v1", "nistp192"}},
    {Curve::p224, SN_secp224r1, NID_secp224r1, 224, kP224Oid, {"secp224r1", "P-224", "nistp224", "ansip224r1"}},
    {Curve::p256,
     SN_X9_62_prime256v1,
     NID_X9_62_prime256v1,
     256,
     kP256Oid,
     {"secp256r1", "P-256", "prime256v1", "nistp256"}},
    {Curve::p384, SN_secp384r1, NID_secp384r1, 384, kP384Oid, {"secp384r1", "P-384", "nistp384", "ansip384r1"}},
    {Curve::p521, SN_secp521r1, NID_secp521r1, 521, kP521Oid, {"secp521r1", "P-521", "nistp521", "ansip521r1"}},
    {Curve::secp256k1, SN_secp256k1, NID_secp256k1, 256, kSecp256k1Oid, {"secp256k1", "P-256K", "ansip256k1", ""}},
}};

const Row& row(Curve curve) { return kRows[static_cast<std::size_t>(curve)]; }
ByteView bytes_of(std::span<const unsigned char> octets) { return std::as_bytes(octets); }

/// Domain is what a SpecifiedECDomain says (SEC 1, C.2), as it lies in the encoding.
struct Domain {
  ByteView prime;
  ByteView a;
  ByteView b;
  ByteView base;
  ByteView order;
  std::optional<ByteView> cofactor;
};

Result<Domain> parse_domain(ByteView der) {
  Domain domain;
  DerReader outer(der);
  HF_ASSIGN_OR_RETURN(DerReader body, outer.enter(DerTag::sequence));
  HF_TRY(outer.expect_end());
  HF_TRY(body.take_unsigned());  // the version says only whether a seed or a hash may follow
  HF_ASSIGN_OR_RETURN(DerReader field, body.enter(DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView field_type, field.take(DerTag::object_identifier));
  if (!equal(field_type, bytes_of(kPrimeFieldOid)))
    return fail(Rv::curve_not_supported, "not a curve over a prime field");
  HF_ASSIGN_OR_RETURN(domain.prime, field.take_unsigned());
  HF_ASSIGN_OR_RETURN(DerReader curve, body.enter(DerTag::sequence));
  HF_ASSIGN_OR_RETURN(domain.a, curve.take(DerTag::octet_string));
  HF_ASSIGN_OR_RETURN(domain.b, curve.take(DerTag::octet_string));
  HF_ASSIGN_OR_RETURN(domain.base, body.take(DerTag::octet_string));
  HF_ASSIGN_OR_RETURN(domain.order, body.take_unsigned());
  if (!body.at_end()) {
    HF_ASSIGN_OR_RETURN(domain.cofactor, body.take_unsigned());
  }
  return domain;
}

bool says(ByteView value, const BIGNUM* number, std::size_t most_bytes) {
  if (value.size() > most_bytes) return false;
  const BignumPtr parsed(BN_bin2bn(u8(value), static_cast<int>(value.size()), nullptr));
  return parsed && BN_cmp(parsed.get(), number) == 0;
}

bool says_point(ByteView value, const EC_GROUP* group) {
  const EC_POINT* const generator = EC_GROUP_get0_generator(group);
  for (const point_conversion_form_t form : {POINT_CONVERSION_UNCOMPRESSED, POINT_CONVERSION_COMPRESSED}) {
    std::array<unsigned char, kMaxPointBytes> point;
    const std::size_t size = EC_POINT_point2oct(group, generator, form, point.data(), point.size(), nullptr);
    if (size != 0 && equal(value, bytes_of(std::span(point).first(size)))) return true;
  }
  return false;
}

// Only exact equality counts: a domain that differs in anything is another curve, perhaps one made to be weak.
bool describes(const Domain& domain, const Row& candidate) {
  const EC_GROUP* const group = ec_group(candidate.curve);
  const BignumPtr prime(BN_new());
  const BignumPtr a(BN_new());
  const BignumPtr b(BN_new());
  if (!group || !prime || !a || !b || EC_GROUP_get_curve(group, prime.get(), a.get(), b.get(), nullptr) != 1)
    return false;
  const std::size_t most = (candidate.field_bits + 7) / 8;
  return says(domain.prime, prime.get(), most) && says(domain.a, a.get(), most) && says(domain.b, b.get(), most) &&
         says(domain.order, EC_GROUP_get0_order(group), most) && says_point(domain.base, group) &&
         (!domain.cofactor || says(*domain.cofactor, EC_GROUP_get0_cofactor(group), most));
}

Result<Curve> curve_from_domain(ByteView der) {
  const Result<Domain> domain = parse_domain(der);
  if (!domain)
    return fail(domain.error().rv == Rv::curve_not_supported ? Rv::curve_not_supported : Rv::domain_params_invalid,
                domain.error().why);
  for (const Row& candidate : kRows)
    if (describes(*domain, candidate)) return candidate.curve;
  return libcrypto_failure(Rv::curve_not_supported, "explicit parameters of no curve known here");
}

Result<Curve> curve_from_name(ByteView der) {
  DerReader reader(der);
  const Result<ByteView> name = reader.take(DerTag::printable_string);
  if (!name || name->empty() || !reader.at_end()) return fail(Rv::domain_params_invalid, "not a curve's name");
  for (const Row& candidate : kRows)
    if (std::ranges::find(candidate.names, as_text(*name)) != candidate.names.end()) return candidate.curve;
  return fail(Rv::curve_not_supported, "a curve of another name");
}

}  // namespace

std::size_t field_bits(Curve curve) noexcept { return row(curve).field_bits; }
std::size_t order_bytes(Curve curve) noexcept { return field_bytes(curve); }
ByteView curve_params(Curve curve) noexcept { return bytes_of(row(curve).oid); }
const char* group_name(Curve curve) noexcept { return row(curve).group; }

const EC_GROUP* ec_group(Curve curve) noexcept {
  // Never released: threads may still use them while the process exits.
  static const std::array<EC_GROUP*, kRows.size()> groups = [] {
    std::array<EC_GROUP*, kRows.size()> made{};
    for (std::size_t i = 0; i < kRows.size(); ++i)
      made[i] = EC_GROUP_new_by_curve_name_ex(library().context, nullptr, kRows[i].nid);
    static_cast<void>(libcrypto_failure(Rv::curve_not_supported, "a curve that this libcrypto does not have"));
    return made;
  }();
  return groups[static_cast<std::size_t>(curve)];
}

bool available(Curve curve) noexcept { return ec_group(curve) != nullptr; }

Result<Curve> curve_from_params(ByteView der) {
  DerReader reader(der);
  if (reader.next_is(DerTag::sequence)) return curve_from_domain(der);
  if (reader.next_is(DerTag::printable_string)) return curve_from_name(der);
  for (const Row& candidate : kRows)
    if (equal(der, bytes_of(candidate.oid))) return candidate.curve;
  if (!reader.take(DerTag::object_identifier) || !reader.at_end())
    return fail(Rv::domain_params_invalid, "bytes that are no EC parameters");
  return fail(Rv::curve_not_supported, "the OID of another curve");
}

}  // namespace holdfast::secure::crypto
