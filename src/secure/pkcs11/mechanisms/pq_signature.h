#pragma once

#include "secure/crypto/pq_signature.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

// What ML-DSA and SLH-DSA share: pure, over a hash that the caller made, and over one made here.

/// new_pq_signer and new_pq_verifier serve rows with the parameters sign_context and hash_sign_context; a row's digest
/// is the hash made here.
Made<Signer> new_pq_signer(const Start& start);
Made<Verifier> new_pq_verifier(const Start& start);

/// generate_pq_pair makes a pair of the parameter set that the public template names.
template <crypto::PqFamily kFamily>
Result<void> generate_pq_pair(const MechanismRow& row, ObjectContent& public_key, ObjectContent& private_key);
extern template Result<void> generate_pq_pair<crypto::PqFamily::ml_kem>(const MechanismRow&, ObjectContent&,
                                                                        ObjectContent&);
extern template Result<void> generate_pq_pair<crypto::PqFamily::ml_dsa>(const MechanismRow&, ObjectContent&,
                                                                        ObjectContent&);
extern template Result<void> generate_pq_pair<crypto::PqFamily::slh_dsa>(const MechanismRow&, ObjectContent&,
                                                                         ObjectContent&);

template <crypto::PqFamily kFamily>
bool offers_family() {
  return crypto::available(kFamily);
}

/// HashVariant is a mechanism CKM_HASH_…_<hash> of a family.
struct HashVariant {
  std::uint32_t id;
  crypto::DigestKind digest;
};

/// PqFamilyRows are the rows of a signature family: the pair's generation, pure, over a given hash, and the hash
/// variants.
struct PqFamilyIds {
  std::uint32_t key_type;
  std::uint32_t pair;
  std::uint32_t pure;
  std::uint32_t given_hash;
  std::array<HashVariant, 10> variants;
  Octets size;  // of public keys
};

template <crypto::PqFamily kFamily>
constexpr std::array<MechanismRow, 13> pq_signature_rows(const PqFamilyIds& ids) {
  MechanismRow common{.keys = {ids.key_type}, .size = ids.size, .available = &offers_family<kFamily>};
  std::array<MechanismRow, 13> rows;
  rows.fill(common);
  rows[0].id = ids.pair;
  rows[0].ops = {.generate_pair = &generate_pq_pair<kFamily>};
  rows[1].id = ids.pure;
  rows[1].param = wire::ParamKind::sign_context;
  rows[1].parts = Parts::any;
  rows[2].id = ids.given_hash;
  rows[2].param = wire::ParamKind::hash_sign_context;
  for (std::size_t i = 0; i < ids.variants.size(); ++i) {
    MechanismRow& row = rows[3 + i];
    row.id = ids.variants[i].id;
    row.digest = ids.variants[i].digest;
    row.param = wire::ParamKind::sign_context;
    row.parts = Parts::any;
  }
  for (std::size_t i = 1; i < rows.size(); ++i) rows[i].ops = {.sign = &new_pq_signer, .verify = &new_pq_verifier};
  return rows;
}

}  // namespace holdfast::secure::pkcs11
