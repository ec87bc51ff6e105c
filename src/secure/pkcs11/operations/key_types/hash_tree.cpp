#include "secure/crypto/lms.h"
#include "secure/crypto/xmss.h"
#include "secure/pkcs11/operations/key_types/parts.h"

// HSS, XMSS and XMSS^MT: public keys only.

namespace holdfast::secure::pkcs11 {
namespace {

// RFC 9802, 4: id-alg-hss-lms-hashsig, id-alg-xmss-hashsig and id-alg-xmssmt-hashsig; the key stands bare.
constexpr std::array<unsigned char, 13> kHssOid = {0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7,
                                                   0x0D, 0x01, 0x09, 0x10, 0x03, 0x11};
constexpr std::array<unsigned char, 10> kXmssOid = {0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x06, 0x22};
constexpr std::array<unsigned char, 10> kXmssMtOid = {0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x06, 0x23};

constexpr std::uint32_t kAnyBits = 8;  // the mechanisms' key sizes are not in use

std::uint32_t bits(const AttributeSet&) { return kAnyBits; }

Result<crypto::HssPublicKey> hss_half(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const ByteView value, required(half, CKA_VALUE));
  return crypto::HssPublicKey::from_value(value);
}

Result<KeyMaterial> load_hss(const AttributeSet& half) { return as_material(hss_half(half)); }

Result<Bytes> hss_info(const AttributeSet& half, const SecretSet&) {
  HF_ASSIGN_OR_RETURN(const crypto::HssPublicKey key, hss_half(half));
  return crypto::public_key_info({std::as_bytes(std::span(kHssOid))}, key.value());
}

template <crypto::XmssKind kKind>
Result<crypto::XmssPublicKey> xmss_half(const AttributeSet& half) {
  HF_ASSIGN_OR_RETURN(const ByteView value, required(half, CKA_VALUE));
  HF_ASSIGN_OR_RETURN(crypto::XmssPublicKey key, crypto::XmssPublicKey::from_value(kKind, value));
  // The value names its parameter set too.
  if (half.ulong(attribute(CKA_PARAMETER_SET)).value_or(key.parameter_set()) != key.parameter_set())
    return fail(Rv::template_inconsistent, "the value is of another parameter set");
  return key;
}

template <crypto::XmssKind kKind>
Result<KeyMaterial> load_xmss(const AttributeSet& half) {
  return as_material(xmss_half<kKind>(half));
}

template <crypto::XmssKind kKind>
Result<Bytes> xmss_info(const AttributeSet& half, const SecretSet&) {
  HF_ASSIGN_OR_RETURN(const crypto::XmssPublicKey key, xmss_half<kKind>(half));
  constexpr auto& kOid = kKind == crypto::XmssKind::single_tree ? kXmssOid : kXmssMtOid;
  return crypto::public_key_info({std::as_bytes(std::span(kOid))}, key.value());
}

template <crypto::XmssKind kKind>
constexpr PairType xmss_pair(std::uint32_t type) {
  return {.type = type, .bits = &bits, .load_public = &load_xmss<kKind>, .public_key_info = &xmss_info<kKind>};
}

}  // namespace

constinit const PairType kHssPair = {
    .type = CKK_HSS, .bits = &bits, .load_public = &load_hss, .public_key_info = &hss_info};
constinit const PairType kXmssPair = xmss_pair<crypto::XmssKind::single_tree>(CKK_XMSS);
constinit const PairType kXmssMtPair = xmss_pair<crypto::XmssKind::multi_tree>(CKK_XMSSMT);

}  // namespace holdfast::secure::pkcs11
