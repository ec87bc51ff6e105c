#include "secure/pkcs11/mechanisms/finite_field.h"

#include "secure/pkcs11/operations/key_types/finite_field.h"

namespace holdfast::secure::pkcs11 {
namespace {

Result<crypto::FieldScheme> scheme_of(const MechanismRow& row) {
  const auto scheme = field_scheme(row.keys.first());
  if (!scheme) return fail(Rv::general_error, "row of no finite field");
  return *scheme;
}

/// usual_subprime_bits is for a DSA template that names none (FIPS 186-4, 4.2).
std::uint32_t usual_subprime_bits(std::uint32_t prime_bits) { return prime_bits <= 1024 ? 160 : 256; }

}  // namespace

Result<void> generate_field_pair(const MechanismRow& row, ObjectContent& public_key, ObjectContent& private_key) {
  HF_ASSIGN_OR_RETURN(const crypto::FieldScheme scheme, scheme_of(row));
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain, domain_of(scheme, public_key.attributes));
  HF_ASSIGN_OR_RETURN(crypto::FieldKeyPair pair, crypto::generate_in_field(scheme, domain));
  store_domain(domain, private_key.attributes);
  public_key.attributes.set(ck::AttributeType{CKA_VALUE}, std::move(pair.public_value));
  private_key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(pair.value));
  return {};
}

Result<void> generate_field_domain(const MechanismRow& row, const MechanismParam&, ObjectContent& parameters) {
  HF_ASSIGN_OR_RETURN(const crypto::FieldScheme scheme, scheme_of(row));
  const auto bits = parameters.attributes.ulong(ck::AttributeType{CKA_PRIME_BITS});
  if (!bits.has_value()) return fail(Rv::template_incomplete, "template has no CKA_PRIME_BITS");
  const auto asked = parameters.attributes.ulong(ck::AttributeType{CKA_SUBPRIME_BITS});
  if (scheme == crypto::FieldScheme::x942_dh && !asked.has_value())
    return fail(Rv::template_incomplete, "template has no CKA_SUBPRIME_BITS");
  HF_ASSIGN_OR_RETURN(const crypto::FieldDomain domain,
                      crypto::generate_field(scheme, *bits, asked.value_or(usual_subprime_bits(*bits))));
  store_domain(domain, parameters.attributes);
  return {};
}

}  // namespace holdfast::secure::pkcs11
