#include <array>

#include "ck/names.h"
#include "secure/pkcs11/attributes/row.h"
#include "support/golden_file.h"

namespace holdfast::secure::pkcs11 {
namespace {

const char* text(Shape shape) {
  switch (shape) {
    case Shape::boolean:
      return "boolean";
    case Shape::ulong:
      return "ulong";
    case Shape::bytes:
      return "bytes";
    case Shape::date:
      return "date";
    case Shape::mechanism_array:
      return "mechanisms";
    case Shape::attribute_list:
      return "template";
  }
  return "?";
}
const char* text(Need need) {
  switch (need) {
    case Need::may:
      return "may";
    case Need::must:
      return "must";
    case Need::never:
      return "never";
  }
  return "?";
}
const char* text(Change change) {
  switch (change) {
    case Change::never:
      return "never";
    case Change::always:
      return "always";
    case Change::to_true_only:
      return "to_true";
    case Change::to_false_only:
      return "to_false";
    case Change::by_security_officer:
      return "so";
    case Change::on_copy:
      return "copy";
  }
  return "?";
}
const char* text(Read read) {
  switch (read) {
    case Read::always:
      return "always";
    case Read::if_revealable:
      return "guarded";
    case Read::not_in_optee:
      return "not_in_optee";
  }
  return "?";
}
const char* text(AtRest at_rest) {
  switch (at_rest) {
    case AtRest::open:
      return "open";
    case AtRest::secret:
      return "secret";
    case AtRest::secret_if_private:
      return "secret_if_private";
  }
  return "?";
}
std::string default_of(const AttributeRow& row, Dialect dialect) {
  switch (row.fallback_in(dialect)) {
    case Fallback::none:
      return "none";
    case Fallback::empty:
      return "empty";
    case Fallback::no:
      return "false";
    case Fallback::yes:
      return "true";
    case Fallback::number:
      return std::to_string(row.number);
    case Fallback::zero:
      return "zero";
    case Fallback::usage:
      return "usage";
  }
  return "?";
}

/// What OP-TEE's dialect does otherwise; the default always, need and change where they differ.
std::string optee_of(const AttributeRow& row) {
  if (!row.in_optee) return "unknown";
  std::string line = default_of(row, Dialect::optee);
  if (row.optee_create.has_value()) line += std::string(" create=") + text(*row.optee_create);
  if (row.optee_change.has_value()) line += std::string(" change=") + text(*row.optee_change);
  return line;
}

struct NamedRows {
  const char* name;
  RowSpan rows;
};

TEST(GoldenAttributes, AreTheRowsOfTheTrustedApplication) {
  const std::array kAll = {NamedRows{"every object", storage_attribute_rows()},
                           NamedRows{"data", data_attribute_rows()},
                           NamedRows{"certificate", certificate_attribute_rows()},
                           NamedRows{"X.509 certificate", x_509_attribute_rows()},
                           NamedRows{"X.509 attribute certificate", attribute_certificate_attribute_rows()},
                           NamedRows{"WTLS certificate", wtls_attribute_rows()},
                           NamedRows{"trust", trust_attribute_rows()},
                           NamedRows{"mechanism", mechanism_attribute_rows()},
                           NamedRows{"profile", profile_attribute_rows()},
                           NamedRows{"every key", key_attribute_rows()},
                           NamedRows{"public key", public_key_attribute_rows()},
                           NamedRows{"private key", private_key_attribute_rows()},
                           NamedRows{"secret key", secret_key_attribute_rows()},
                           NamedRows{"secret key of one size", fixed_secret_attribute_rows()},
                           NamedRows{"OTP key", otp_key_attribute_rows()},
                           NamedRows{"RSA public key", rsa_public_attribute_rows()},
                           NamedRows{"RSA private key", rsa_private_attribute_rows()},
                           NamedRows{"EC public key", ec_public_attribute_rows()},
                           NamedRows{"EC private key", ec_private_attribute_rows()},
                           NamedRows{"Montgomery public key", montgomery_public_attribute_rows()},
                           NamedRows{"Montgomery private key", montgomery_private_attribute_rows()},
                           NamedRows{"DSA public key", dsa_public_attribute_rows()},
                           NamedRows{"DSA private key", dsa_private_attribute_rows()},
                           NamedRows{"DH public key", dh_public_attribute_rows()},
                           NamedRows{"DH private key", dh_private_attribute_rows()},
                           NamedRows{"X9.42 DH public key", x9_42_dh_public_attribute_rows()},
                           NamedRows{"X9.42 DH private key", x9_42_dh_private_attribute_rows()},
                           NamedRows{"ML-DSA, SLH-DSA, XMSS, XMSSMT public key", parameter_set_public_attribute_rows()},
                           NamedRows{"SLH-DSA private key", slh_dsa_private_attribute_rows()},
                           NamedRows{"ML-DSA private key", ml_dsa_private_attribute_rows()},
                           NamedRows{"ML-KEM public key", ml_kem_public_attribute_rows()},
                           NamedRows{"ML-KEM private key", ml_kem_private_attribute_rows()},
                           NamedRows{"HSS public key", hss_public_attribute_rows()},
                           NamedRows{"every domain parameters", domain_attribute_rows()},
                           NamedRows{"DSA domain parameters", dsa_domain_attribute_rows()},
                           NamedRows{"DH domain parameters", dh_domain_attribute_rows()},
                           NamedRows{"X9.42 DH domain parameters", x9_42_dh_domain_attribute_rows()}};
  std::ostringstream out;
  out << "# attribute shape | create generate unwrap derive | change read at_rest default | OP-TEE's default\n";
  for (const NamedRows& group : kAll) {
    out << "\n[" << group.name << "]\n";
    for (const AttributeRow& row : group.rows)
      out << ck::name_of_attribute(row.type.value) << " " << text(row.shape) << " | " << text(row.create) << " "
          << text(row.generate) << " " << text(row.unwrap) << " " << text(row.derive) << " | " << text(row.change)
          << " " << text(row.read) << " " << text(row.at_rest) << " " << default_of(row, Dialect::standard) << " | "
          << optee_of(row) << "\n";
  }
  testing::expect_golden("attributes.txt", out.str());
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
