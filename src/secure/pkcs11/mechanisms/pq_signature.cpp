#include "secure/pkcs11/mechanisms/pq_signature.h"

#include "secure/pkcs11/mechanisms/hash_mechanism.h"
#include "secure/pkcs11/operations/digest_decorator.h"
#include "secure/pkcs11/operations/key_types/parts.h"
#include "secure/pkcs11/operations/key_types/post_quantum.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// Choices are what the parameter asks for.
struct Choices {
  bool deterministic = false;
  Bytes prefix;
  std::optional<std::size_t> data_bytes;  // of a hash that is signed as it is
};

Result<bool> is_deterministic(std::uint32_t hedge) {
  switch (hedge) {
    case CKH_HEDGE_PREFERRED:
    case CKH_HEDGE_REQUIRED:
      return false;
    case CKH_DETERMINISTIC_REQUIRED:
      return true;
    default:
      return fail(Rv::mechanism_param_invalid, "no such hedge variant");
  }
}

Result<Choices> choices_of(const Start& start) {
  std::uint32_t hedge = CKH_HEDGE_PREFERRED;
  ByteView context;
  std::optional<crypto::DigestKind> hash = start.row.digest;
  if (start.row.param == wire::ParamKind::hash_sign_context) {
    HF_ASSIGN_OR_RETURN(const HashSignContextParam param, start.parameter<HashSignContextParam>());
    hedge = param.hedge;
    context = param.context;
    HF_ASSIGN_OR_RETURN(hash, digest_named(param.hash));
  } else {
    HF_ASSIGN_OR_RETURN(const SignContextParam param, start.parameter<SignContextParam>());
    hedge = param.hedge;
    context = param.context;
  }
  if (context.size() > crypto::kMaxPqContextBytes) return fail(Rv::mechanism_param_invalid, "context above 255 bytes");
  Choices choices;
  // A verification has no use for it (PKCS#11 3.2, ML-DSA Signature).
  if (std::holds_alternative<crypto::PqPrivateKey>(start.key)) {
    HF_ASSIGN_OR_RETURN(choices.deterministic, is_deterministic(hedge));
  }
  HF_ASSIGN_OR_RETURN(choices.prefix, crypto::pq_message_prefix(context, hash));
  if (hash) choices.data_bytes = crypto::digest_bytes(*hash);
  return choices;
}

Result<void> check_length(const std::optional<std::size_t>& expected, ByteView data) {
  if (expected && data.size() != *expected) return fail(Rv::data_len_range, "the data is not as long as the hash");
  return {};
}

class PqSigner final : public Signer {
 public:
  PqSigner(crypto::PqPrivateKey key, crypto::PqMessage message, const Choices& choices)
      : key_(std::move(key)),
        message_(std::move(message)),
        deterministic_(choices.deterministic),
        data_bytes_(choices.data_bytes) {}

  std::size_t signature_bytes() const override { return key_.params().output_bytes; }
  Result<void> sign(ByteView data, MutableByteView out) override {
    HF_TRY(check_length(data_bytes_, data));
    HF_TRY(message_.add(data));
    return finish(out);
  }
  Result<void> update(ByteView data) override { return message_.add(data); }
  Result<void> finish(MutableByteView out) override {
    HF_ASSIGN_OR_RETURN(const Bytes represented, message_.finish());
    return crypto::pq_sign(key_, deterministic_, represented, out.first(signature_bytes()));
  }

 private:
  crypto::PqPrivateKey key_;
  crypto::PqMessage message_;
  bool deterministic_;
  std::optional<std::size_t> data_bytes_;
};

class PqVerifier final : public Verifier {
 public:
  PqVerifier(crypto::PqPublicKey key, crypto::PqMessage message, const Choices& choices)
      : key_(std::move(key)), message_(std::move(message)), data_bytes_(choices.data_bytes) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    HF_TRY(check_length(data_bytes_, data));
    HF_TRY(message_.add(data));
    return finish(signature);
  }
  Result<void> update(ByteView data) override { return message_.add(data); }
  Result<void> finish(ByteView signature) override {
    if (signature.size() != key_.params().output_bytes)
      return fail(Rv::signature_len_range, "not the length of the parameter set's signatures");
    HF_ASSIGN_OR_RETURN(const Bytes represented, message_.finish());
    return crypto::pq_verify(key_, represented, to_bytes(signature));
  }

 private:
  crypto::PqPublicKey key_;
  crypto::PqMessage message_;
  std::optional<std::size_t> data_bytes_;
};

}  // namespace

Made<Signer> new_pq_signer(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::PqPrivateKey key, start.material<crypto::PqPrivateKey>());
  HF_ASSIGN_OR_RETURN(const Choices choices, choices_of(start));
  HF_ASSIGN_OR_RETURN(crypto::PqMessage message,
                      crypto::PqMessage::begin(key.params(), key.public_value(), choices.prefix));
  return digest_first(start.row, std::make_unique<PqSigner>(std::move(key), std::move(message), choices));
}

Made<Verifier> new_pq_verifier(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::PqPublicKey key, start.material<crypto::PqPublicKey>());
  HF_ASSIGN_OR_RETURN(const Choices choices, choices_of(start));
  HF_ASSIGN_OR_RETURN(crypto::PqMessage message, crypto::PqMessage::begin(key.params(), key.value(), choices.prefix));
  return digest_first(start.row, std::make_unique<PqVerifier>(std::move(key), std::move(message), choices));
}

template <crypto::PqFamily kFamily>
Result<void> generate_pq_pair(const MechanismRow&, ObjectContent& public_key, ObjectContent& private_key) {
  HF_ASSIGN_OR_RETURN(const crypto::PqParams* const params, pq_params_of(kFamily, public_key.attributes));
  HF_ASSIGN_OR_RETURN(crypto::PqKeyPair pair, crypto::generate_pq(*params));
  public_key.attributes.set(attribute(CKA_VALUE), std::move(pair.public_value));
  return store_pq(*params, {.seed = std::move(pair.seed), .value = std::move(pair.value)}, private_key);
}

template Result<void> generate_pq_pair<crypto::PqFamily::ml_kem>(const MechanismRow&, ObjectContent&, ObjectContent&);
template Result<void> generate_pq_pair<crypto::PqFamily::ml_dsa>(const MechanismRow&, ObjectContent&, ObjectContent&);
template Result<void> generate_pq_pair<crypto::PqFamily::slh_dsa>(const MechanismRow&, ObjectContent&, ObjectContent&);

}  // namespace holdfast::secure::pkcs11
