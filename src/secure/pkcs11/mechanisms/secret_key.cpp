#include "secure/crypto/random.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_AES_KEY_GEN and CKM_GENERIC_SECRET_KEY_GEN.

namespace holdfast::secure::pkcs11 {
namespace {

Result<void> generate(const MechanismRow&, ObjectContent& key) {
  const std::optional<std::uint32_t> bytes = key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN});
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "template has no CKA_VALUE_LEN");
  if (!secret_size_fits(key.attributes.key_type(), *bytes))
    return fail(Rv::key_size_range, "key type has no such size");
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_secret(*bytes));
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_AES_KEY_GEN, .keys = {CKK_AES}, .size = Octets{16, 32}, .ops = {.generate = &generate}},
    // PKCS#11 3.2, "Generic secret key generation": its sizes are in bits.
    {.id = CKM_GENERIC_SECRET_KEY_GEN,
     .keys = {CKK_GENERIC_SECRET},
     .size = Bits{8, 4096},
     .ops = {.generate = &generate}},
};
static_assert(well_formed(kRows));

}  // namespace

std::span<const MechanismRow> secret_key_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
