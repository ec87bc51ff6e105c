#include "secure/crypto/der.h"
#include "secure/crypto/edwards.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/key_types/edwards.h"
#include "secure/pkcs11/operations/single_part.h"

// CKM_EC_EDWARDS_KEY_PAIR_GEN and CKM_EDDSA, with Ed25519 and Ed448 (RFC 8032).

namespace holdfast::secure::pkcs11 {
namespace {

/// RFC 8032 hashes the message twice, so no message may be longer than what we copy.
constexpr std::size_t kMaxMessageBytes = 16 * 1024 * 1024;
constexpr std::size_t kMaxContextBytes = 255;  // RFC 8032, 5.1

class EddsaSigner final : public SinglePartSigner {
 public:
  EddsaSigner(crypto::EdwardsPrivateKey key, crypto::EdwardsVariant variant)
      : key_(std::move(key)), variant_(std::move(variant)) {}

  std::size_t signature_bytes() const override { return crypto::signature_bytes(key_.curve()); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    if (data.size() > kMaxMessageBytes) return fail(Rv::data_len_range, "message is too long for EdDSA in one piece");
    return key_.sign(variant_, to_bytes(data), out.first(signature_bytes()));
  }

 private:
  crypto::EdwardsPrivateKey key_;
  crypto::EdwardsVariant variant_;
};

class EddsaVerifier final : public SinglePartVerifier {
 public:
  EddsaVerifier(crypto::EdwardsPublicKey key, crypto::EdwardsVariant variant)
      : key_(std::move(key)), variant_(std::move(variant)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    if (data.size() > kMaxMessageBytes) return fail(Rv::data_len_range, "message is too long for EdDSA in one piece");
    if (signature.size() != crypto::signature_bytes(key_.curve()))
      return fail(Rv::signature_len_range, "not a signature of this curve");
    return key_.verify(variant_, to_bytes(data), to_bytes(signature));
  }

 private:
  crypto::EdwardsPublicKey key_;
  crypto::EdwardsVariant variant_;
};

Result<crypto::EdwardsVariant> variant_of(const Start& start) {
  HF_ASSIGN_OR_RETURN(const EddsaParam param, start.parameter<EddsaParam>());
  if (param.context.size() > kMaxContextBytes) return fail(Rv::mechanism_param_invalid, "context above 255 bytes");
  return crypto::EdwardsVariant{.prehash = param.prehash, .context = to_bytes(param.context)};
}

Made<Signer> new_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::EdwardsPrivateKey key, start.material<crypto::EdwardsPrivateKey>());
  HF_ASSIGN_OR_RETURN(crypto::EdwardsVariant variant, variant_of(start));
  return std::make_unique<EddsaSigner>(std::move(key), std::move(variant));
}

Made<Verifier> new_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::EdwardsPublicKey key, start.material<crypto::EdwardsPublicKey>());
  HF_ASSIGN_OR_RETURN(crypto::EdwardsVariant variant, variant_of(start));
  return std::make_unique<EddsaVerifier>(std::move(key), std::move(variant));
}

Result<void> generate(const MechanismRow&, ObjectContent& public_key, ObjectContent& private_key) {
  const Bytes* const params = public_key.attributes.find(ck::AttributeType{CKA_EC_PARAMS});
  if (params == nullptr || params->empty())
    return fail(Rv::template_incomplete, "public template has no CKA_EC_PARAMS");
  HF_ASSIGN_OR_RETURN(const crypto::EdwardsCurve curve, crypto::edwards_from_params(*params));
  HF_ASSIGN_OR_RETURN(crypto::EdwardsKeyPair pair, crypto::generate_edwards(curve));
  if (!private_key.attributes.contains(ck::AttributeType{CKA_EC_PARAMS}))
    private_key.attributes.set(ck::AttributeType{CKA_EC_PARAMS}, *params);
  // The bytes of RFC 8032 inside a DER OCTET STRING, which GnuTLS, OpenSSH and pkcs11-provider ask for; the
  // standard's and OP-TEE's plain bytes are taken on import. OP-TEE has the point on both halves (ABI section 11.1).
  public_key.attributes.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(pair.point));
  private_key.attributes.set(ck::AttributeType{CKA_EC_POINT}, crypto::octet_string(pair.point));
  return store_edwards(curve, std::move(pair.seed), private_key);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_EC_EDWARDS_KEY_PAIR_GEN,
     .keys = {CKK_EC_EDWARDS},
     .size = Bits{255, 448},
     .ops = {.generate_pair = &generate}},
    {.id = CKM_EDDSA,
     .keys = {CKK_EC_EDWARDS},
     .size = Bits{255, 448},
     .param = wire::ParamKind::eddsa,
     .optee_update_rv = Rv::general_error,
     .ops = {.sign = &new_signer, .verify = &new_verifier}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> eddsa_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
