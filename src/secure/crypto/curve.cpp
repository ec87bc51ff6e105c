#include "secure/crypto/curve.h"

#include <algorithm>
#include <openssl/objects.h>
#include <optional>

#include "secure/crypto/curve_facts.h"
#include "secure/crypto/der.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {
namespace {

// prime-field, 1.2.840.10045.1.1 (ANSI X9.62).
constexpr std::array<unsigned char, 7> kPrimeFieldOid = {0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01};

/// Oid is a DER element.
struct Oid {
  std::array<unsigned char, 11> bytes;
  std::size_t size;
};
/// x962 is 1.2.840.10045.3.1.n, certicom 1.3.132.0.n (SEC 2), brainpool 1.3.36.3.3.2.8.1.1.n (RFC 5639).
constexpr Oid x962(unsigned char n) { return {{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, n}, 10}; }
constexpr Oid certicom(unsigned char n) { return {{0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, n}, 7}; }
constexpr Oid brainpool(unsigned char n) { return {{0x06, 0x09, 0x2B, 0x24, 0x03, 0x03, 0x02, 0x08, 0x01, 0x01, n}, 11}; }

struct Row {
  Curve curve;
  const char* group;  // libcrypto's name
  int nid;
  std::size_t field_bits;
  std::size_t order_bits;
  Oid oid;
  std::array<std::string_view, 4> names;  // what a PrintableString may say
};
constexpr std::array kRows = {
    Row{Curve::p192, SN_X9_62_prime192v1, NID_X9_62_prime192v1, 192, 192, x962(1), {"secp192r1", "P-192", "prime192v1", "nistp192"}},
    Row{Curve::p224, SN_secp224r1, NID_secp224r1, 224, 224, certicom(33), {"secp224r1", "P-224", "nistp224", "ansip224r1"}},
    Row{Curve::p256, SN_X9_62_prime256v1, NID_X9_62_prime256v1, 256, 256, x962(7), {"secp256r1", "P-256", "prime256v1", "nistp256"}},
    Row{Curve::p384, SN_secp384r1, NID_secp384r1, 384, 384, certicom(34), {"secp384r1", "P-384", "nistp384", "ansip384r1"}},
    Row{Curve::p521, SN_secp521r1, NID_secp521r1, 521, 521, certicom(35), {"secp521r1", "P-521", "nistp521", "ansip521r1"}},
    Row{Curve::secp256k1, SN_secp256k1, NID_secp256k1, 256, 256, certicom(10), {"secp256k1", "P-256K", "ansip256k1"}},
    Row{Curve::secp160k1, SN_secp160k1, NID_secp160k1, 160, 161, certicom(9), {"secp160k1", "ansip160k1"}},
    Row{Curve::secp160r1, SN_secp160r1, NID_secp160r1, 160, 161, certicom(8), {"secp160r1", "ansip160r1"}},
    Row{Curve::secp160r2, SN_secp160r2, NID_secp160r2, 160, 161, certicom(30), {"secp160r2", "ansip160r2"}},
    Row{Curve::secp192k1, SN_secp192k1, NID_secp192k1, 192, 192, certicom(31), {"secp192k1", "ansip192k1"}},
    Row{Curve::secp224k1, SN_secp224k1, NID_secp224k1, 224, 225, certicom(32), {"secp224k1", "ansip224k1"}},
    Row{Curve::brainpool160r1, SN_brainpoolP160r1, NID_brainpoolP160r1, 160, 160, brainpool(1), {"brainpoolP160r1"}},
    Row{Curve::brainpool160t1, SN_brainpoolP160t1, NID_brainpoolP160t1, 160, 160, brainpool(2), {"brainpoolP160t1"}},
    Row{Curve::brainpool192r1, SN_brainpoolP192r1, NID_brainpoolP192r1, 192, 192, brainpool(3), {"brainpoolP192r1"}},
    Row{Curve::brainpool192t1, SN_brainpoolP192t1, NID_brainpoolP192t1, 192, 192, brainpool(4), {"brainpoolP192t1"}},
    Row{Curve::brainpool224r1, SN_brainpoolP224r1, NID_brainpoolP224r1, 224, 224, brainpool(5), {"brainpoolP224r1"}},
    Row{Curve::brainpool224t1, SN_brainpoolP224t1, NID_brainpoolP224t1, 224, 224, brainpool(6), {"brainpoolP224t1"}},
    Row{Curve::brainpool256r1, SN_brainpoolP256r1, NID_brainpoolP256r1, 256, 256, brainpool(7), {"brainpoolP256r1"}},
    Row{Curve::brainpool256t1, SN_brainpoolP256t1, NID_brainpoolP256t1, 256, 256, brainpool(8), {"brainpoolP256t1"}},
    Row{Curve::brainpool320r1, SN_brainpoolP320r1, NID_brainpoolP320r1, 320, 320, brainpool(9), {"brainpoolP320r1"}},
    Row{Curve::brainpool320t1, SN_brainpoolP320t1, NID_brainpoolP320t1, 320, 320, brainpool(10), {"brainpoolP320t1"}},
    Row{Curve::brainpool384r1, SN_brainpoolP384r1, NID_brainpoolP384r1, 384, 384, brainpool(11), {"brainpoolP384r1"}},
    Row{Curve::brainpool384t1, SN_brainpoolP384t1, NID_brainpoolP384t1, 384, 384, brainpool(12), {"brainpoolP384t1"}},
    Row{Curve::brainpool512r1, SN_brainpoolP512r1, NID_brainpoolP512r1, 512, 512, brainpool(13), {"brainpoolP512r1"}},
    Row{Curve::brainpool512t1, SN_brainpoolP512t1, NID_brainpoolP512t1, 512, 512, brainpool(14), {"brainpoolP512t1"}},
};
constexpr bool in_order() {
  for (std::size_t i = 0; i < kRows.size(); ++i)
    if (static_cast<std::size_t>(kRows[i].curve) != i) return false;
  return true;
}
static_assert(in_order());

const Row& row(Curve curve) { return kRows[static_cast<std::size_t>(curve)]; }
ByteView bytes_of(std::span<const unsigned char> octets) { return std::as_bytes(octets); }
ByteView bytes_of(const Oid& oid) { return bytes_of(std::span(oid.bytes).first(oid.size)); }

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
  const std::size_t most = (candidate.order_bits + 7) / 8;
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
std::size_t order_bytes(Curve curve) noexcept { return (row(curve).order_bits + 7) / 8; }
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
