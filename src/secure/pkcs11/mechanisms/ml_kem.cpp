#include "secure/crypto/ml_kem.h"

#include "secure/pkcs11/mechanisms/pq_signature.h"

// ML-KEM (FIPS 203).

namespace holdfast::secure::pkcs11 {
namespace {

Result<Encapsulated> encapsulate(const Start& start) {
  HF_ASSIGN_OR_RETURN(const crypto::PqPublicKey key, start.material<crypto::PqPublicKey>());
  HF_ASSIGN_OR_RETURN(crypto::MlKemEncapsulated made, crypto::ml_kem_encapsulate(key));
  return Encapsulated{.ciphertext = std::move(made.ciphertext), .secret = std::move(made.secret)};
}

Result<SecretBytes> decapsulate(const Start& start, ByteView ciphertext) {
  HF_ASSIGN_OR_RETURN(const crypto::PqPrivateKey key, start.material<crypto::PqPrivateKey>());
  return crypto::ml_kem_decapsulate(key, ciphertext);
}

constexpr Octets kPublicKeys{800, 1568};
constexpr auto kAvailable = &offers_family<crypto::PqFamily::ml_kem>;

constexpr MechanismRow kRows[] = {
    {.id = CKM_ML_KEM_KEY_PAIR_GEN,
     .keys = {CKK_ML_KEM},
     .size = kPublicKeys,
     .ops = {.generate_pair = &generate_pq_pair<crypto::PqFamily::ml_kem>},
     .available = kAvailable},
    {.id = CKM_ML_KEM,
     .keys = {CKK_ML_KEM},
     .size = kPublicKeys,
     .ops = {.encapsulate = &encapsulate, .decapsulate = &decapsulate},
     .available = kAvailable},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> ml_kem_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
