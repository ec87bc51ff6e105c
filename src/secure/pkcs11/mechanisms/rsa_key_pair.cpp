#include "secure/crypto/rsa.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/key_types/rsa.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr Bits kGeneratedSizes{crypto::kMinRsaBits, 8192};  // larger ones would take minutes
constexpr std::byte kDefaultExponent[] = {std::byte{1}, std::byte{0}, std::byte{1}};

Result<void> generate(const MechanismRow&, ObjectContent& public_key, ObjectContent& private_key) {
  const std::optional<std::uint32_t> bits = public_key.attributes.ulong(ck::AttributeType{CKA_MODULUS_BITS});
  if (!bits.has_value()) return fail(Rv::template_incomplete, "public template has no CKA_MODULUS_BITS");
  if (*bits < kGeneratedSizes.min || *bits > kGeneratedSizes.max)
    return fail(Rv::key_size_range, "no such RSA key size");
  const Bytes* const asked = public_key.attributes.find(ck::AttributeType{CKA_PUBLIC_EXPONENT});
  const ByteView exponent = asked == nullptr || asked->empty() ? ByteView(kDefaultExponent) : ByteView(*asked);

  HF_ASSIGN_OR_RETURN(crypto::RsaPrivateComponents components, crypto::generate_rsa(*bits, exponent));
  public_key.attributes.set(ck::AttributeType{CKA_PUBLIC_EXPONENT}, components.public_exponent);
  public_key.attributes.set(ck::AttributeType{CKA_MODULUS}, components.modulus);
  return store_rsa(std::move(components), private_key);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_RSA_PKCS_KEY_PAIR_GEN, .keys = {CKK_RSA}, .size = kGeneratedSizes, .ops = {.generate_pair = &generate}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> rsa_key_pair_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
