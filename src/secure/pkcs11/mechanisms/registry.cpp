#include <algorithm>
#include <ranges>
#include <vector>

#include "secure/pkcs11/mechanisms/optee_rows.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/begin.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::array kFamilies = {
    Family{"aes", &aes_cipher_rows},
    Family{"aes-ccm", &aes_ccm_rows},
    Family{"aes-cmac", &aes_cmac_rows},
    Family{"aes-cts", &aes_cts_rows},
    Family{"aes-encrypt-data", &aes_encrypt_data_rows},
    Family{"aes-gcm", &aes_gcm_rows},
    Family{"aes-gmac", &aes_gmac_rows},
    Family{"aes-key-wrap", &aes_key_wrap_rows},
    Family{"aes-mac", &aes_mac_rows},
    Family{"aes-xts", &aes_xts_rows},
    Family{"blake2b-mac", &blake2b_mac_rows},
    Family{"chacha20", &chacha20_rows},
    Family{"chacha20-poly1305", &chacha20_poly1305_rows},
    Family{"dh", &dh_rows},
    Family{"digest", &digest_rows},
    Family{"dsa", &dsa_rows},
    Family{"ec-key-pair", &ec_key_pair_rows},
    Family{"ecdh", &ecdh_rows},
    Family{"ecdh-aes-key-wrap", &ecdh_aes_key_wrap_rows},
    Family{"ecdsa", &ecdsa_rows},
    Family{"eddsa", &eddsa_rows},
    Family{"hash-tree", &hash_tree_rows},
    Family{"hkdf", &hkdf_rows},
    Family{"hmac", &hmac_rows},
    Family{"ml-dsa", &ml_dsa_rows},
    Family{"ml-kem", &ml_kem_rows},
    Family{"montgomery-key-pair", &montgomery_key_pair_rows},
    Family{"pbkdf2", &pbkdf2_rows},
    Family{"poly1305", &poly1305_rows},
    Family{"rsa-aes-key-wrap", &rsa_aes_key_wrap_rows},
    Family{"rsa-key-pair", &rsa_key_pair_rows},
    Family{"rsa-oaep", &rsa_oaep_rows},
    Family{"rsa-pkcs", &rsa_pkcs_rows},
    Family{"rsa-pss", &rsa_pss_rows},
    Family{"secret-key", &secret_key_rows},
    Family{"simple-derivation", &simple_derivation_rows},
    Family{"slh-dsa", &slh_dsa_rows},
    Family{"sp800-108", &sp800_108_rows},
    Family{"tls-mac", &tls_mac_rows},
    Family{"tls12", &tls12_derive_rows},
    Family{"triple-des", &triple_des_rows},
    Family{"triple-des-mac", &triple_des_mac_rows},
};

bool is_available(const MechanismRow& row) {
  if (row.digest.has_value() && !crypto::available(*row.digest)) return false;
  return row.available == nullptr || row.available();
}

using Rows = std::vector<const MechanismRow*>;

Rows sorted(Rows rows) {
  std::ranges::sort(rows, {}, [](const MechanismRow* row) { return row->id; });
  return rows;
}

Rows collect_all() {
  Rows rows;
  for (const Family& family : kFamilies)
    for (const MechanismRow& row : family.rows()) rows.push_back(&row);
  return sorted(std::move(rows));
}

std::array<bool, kFamilies.size()>& withdrawn() {
  static std::array<bool, kFamilies.size()> is_withdrawn{};
  return is_withdrawn;
}

Rows collect_offered() {
  Rows rows;
  for (std::size_t i = 0; i < kFamilies.size(); ++i) {
    if (withdrawn()[i]) continue;
    for (const MechanismRow& row : kFamilies[i].rows())
      if (is_available(row)) rows.push_back(&row);
  }
  return sorted(std::move(rows));
}

Rows& offered() {
  static Rows rows = collect_offered();
  return rows;
}

std::vector<OfferedMechanism> describe() {
  std::vector<OfferedMechanism> offered;
  for (const MechanismRow* const row : offered_rows())
    offered.push_back({.type = ck::MechanismType{row->id},
                       .param = row->param,
                       .min_key_size = min_size(row->size),
                       .max_key_size = max_size(row->size),
                       .flags = flags_of(*row)});
  return offered;
}

// OP-TEE lists them from the last to the first (ABI section 5.2).
std::vector<OfferedMechanism> describe_optee() {
  std::vector<OfferedMechanism> offered;
  for (const OpteeRow& optee : optee_rows() | std::views::reverse) {
    const ck::MechanismType type{optee.id};
    const MechanismRow* const row = find_row(type);
    if (row == nullptr) continue;
    offered.push_back({.type = type,
                       .param = row->param,
                       .min_key_size = optee.min_size,
                       .max_key_size = optee.max_size,
                       .flags = flags_in(*row, Dialect::optee)});
  }
  return offered;
}

}  // namespace

std::span<const Family> families() { return kFamilies; }

void withdraw(std::string_view family) {
  for (std::size_t i = 0; i < kFamilies.size(); ++i)
    if (kFamilies[i].name == family) withdrawn()[i] = true;
  offered() = collect_offered();
}

std::span<const MechanismRow* const> all_rows() {
  static const Rows rows = collect_all();
  return rows;
}

std::span<const MechanismRow* const> offered_rows() { return offered(); }

const MechanismRow* find_row(ck::MechanismType type) {
  const auto rows = offered_rows();
  const auto found = std::ranges::lower_bound(rows, type.value, {}, [](const MechanismRow* row) { return row->id; });
  return found != rows.end() && (*found)->id == type.value ? *found : nullptr;
}

std::uint32_t flags_in(const MechanismRow& row, Dialect dialect) {
  if (dialect == Dialect::standard) return flags_of(row);
  const OpteeRow* const optee = find_optee_row(ck::MechanismType{row.id});
  return optee == nullptr ? 0 : optee->flags & flags_of(row);
}

const std::vector<OfferedMechanism>& offered_mechanisms(Dialect dialect) {
  static const std::vector<OfferedMechanism> standard = describe();
  static const std::vector<OfferedMechanism> optee = describe_optee();
  return dialect == Dialect::optee ? optee : standard;
}

}  // namespace holdfast::secure::pkcs11
