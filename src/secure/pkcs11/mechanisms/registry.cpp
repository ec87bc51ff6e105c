#include <algorithm>
#include <iterator>
#include <ranges>
#include <vector>

#include "secure/pkcs11/mechanisms/optee_rows.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/begin.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::array kFamilies = {
    &aes_cipher_rows,
    &aes_cmac_rows,
    &aes_cts_rows,
    &aes_encrypt_data_rows,
    &aes_gcm_rows,
    &aes_key_wrap_rows,
    &digest_rows,
    &ec_key_pair_rows,
    &ecdh_rows,
    &ecdsa_rows,
    &eddsa_rows,
    &hmac_rows,
    &rsa_aes_key_wrap_rows,
    &rsa_key_pair_rows,
    &rsa_oaep_rows,
    &rsa_pkcs_rows,
    &rsa_pss_rows,
    &secret_key_rows,
};

bool is_available(const MechanismRow& row) {
  if (row.digest.has_value() && !crypto::available(*row.digest)) return false;
  return row.available == nullptr || row.available();
}

std::vector<const MechanismRow*> collect() {
  std::vector<const MechanismRow*> rows;
  for (const auto family : kFamilies)
    for (const MechanismRow& row : family()) rows.push_back(&row);
  std::ranges::sort(rows, {}, [](const MechanismRow* row) { return row->id; });
  return rows;
}

std::vector<const MechanismRow*> collect_available() {
  std::vector<const MechanismRow*> rows;
  std::ranges::copy_if(all_rows(), std::back_inserter(rows), [](const MechanismRow* row) { return is_available(*row); });
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

std::span<const MechanismRow* const> all_rows() {
  static const std::vector<const MechanismRow*> rows = collect();
  return rows;
}

std::span<const MechanismRow* const> offered_rows() {
  static const std::vector<const MechanismRow*> rows = collect_available();
  return rows;
}

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
