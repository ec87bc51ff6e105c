#include <algorithm>
#include <string_view>

#include "base/byte_writer.h"
#include "secure/crypto/kdf.h"
#include "secure/crypto/random.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/hash_mechanism.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/template_edit.h"
#include "wire/codec.h"

// The key derivations of TLS 1.2 (PKCS#11 3.2, "TLS 1.2 mechanisms"; RFC 5246, 5705, 7627).

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kMasterBytes = 48;
constexpr std::size_t kVersionBytes = 2;
constexpr std::size_t kMostPartBytes = 64;  // of a MAC key, a key, an IV

/// What a master secret may be used for.
constexpr std::uint32_t kMasterMechanisms[] = {CKM_TLS12_KEY_AND_MAC_DERIVE, CKM_TLS12_KEY_SAFE_DERIVE, CKM_TLS_KDF,
                                               CKM_TLS_MAC, CKM_TLS12_KDF, CKM_TLS12_MAC};

Bytes seed_of(std::string_view label, ByteView first, ByteView second = {}) {
  ByteWriter seed;
  seed.raw(as_bytes(label)).raw(first).raw(second);
  return std::move(seed).take();
}

/// prf_named is the hash of the PRF, or nothing for that of TLS 1.0 and 1.1.
Result<std::optional<crypto::DigestKind>> prf_named(std::uint32_t mechanism) {
  if (mechanism == CKM_TLS_PRF) return std::optional<crypto::DigestKind>{};
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, digest_named(mechanism));
  return std::optional(digest);
}

// ---- The master secret

constexpr bool is_for_dh(const MechanismRow& row) {
  return row.id == CKM_TLS12_MASTER_KEY_DERIVE_DH || row.id == CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE_DH;
}

/// MasterInput is what both kinds of parameter say.
struct MasterInput {
  std::uint32_t hash = 0;
  bool wants_version = false;
  Bytes seed;
};

Result<MasterInput> master_input(const Start& start) {
  if (const auto* const plain = std::get_if<Tls12MasterParam>(&start.param))
    return MasterInput{plain->hash, plain->wants_version,
                       seed_of("master secret", plain->client_random, plain->server_random)};
  HF_ASSIGN_OR_RETURN(const Tls12ExtendedMasterParam param, start.parameter<Tls12ExtendedMasterParam>());
  return MasterInput{param.hash, param.wants_version, seed_of("extended master secret", param.session_hash)};
}

Result<Derived> derive_master(const Start& start, std::span<const std::optional<std::size_t>>) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const MasterInput input, master_input(start));
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, digest_named(input.hash));
  // A secret that was agreed on has no version in front.
  if (is_for_dh(start.row) && input.wants_version)
    return fail(Rv::mechanism_param_invalid, "an agreed secret holds no version");
  Derived derived;
  HF_ASSIGN_OR_RETURN(SecretBytes master, crypto::tls_prf(digest, *base, input.seed, kMasterBytes));
  derived.keys.push_back(std::move(master));
  if (input.wants_version) derived.results = to_bytes(wire::SecretCodec::see(*base).first(kVersionBytes));
  return derived;
}

Result<std::vector<PlannedKey>> plan_master(const MechanismRow&, const MechanismParam&, const wire::Template& list) {
  const ck::AttributeType type{CKA_KEY_TYPE};
  HF_ASSIGN_OR_RETURN(const std::optional<std::uint32_t> said, stated_number(list, type));
  if (said.value_or(CKK_GENERIC_SECRET) != CKK_GENERIC_SECRET)
    return fail(Rv::template_inconsistent, "a master secret is a generic secret");
  ByteWriter allowed;
  for (const std::uint32_t mechanism : kMasterMechanisms) allowed.u32(mechanism);
  PlannedKey master{.attributes = to_bytes(list.attributes), .bytes = kMasterBytes};
  append(master.attributes, ck::AttributeType{CKA_ALLOWED_MECHANISMS}, allowed.view());
  std::vector<PlannedKey> keys;
  keys.push_back(std::move(master));
  return keys;
}

// ---- Keys, MAC keys and IVs

constexpr std::uint32_t kMacUses[] = {CKA_SIGN, CKA_VERIFY};
constexpr std::uint32_t kKeyUses[] = {CKA_ENCRYPT, CKA_DECRYPT, CKA_DERIVE};

/// KeyBlock is how the key block is cut.
struct KeyBlock {
  std::size_t mac = 0;
  std::size_t key = 0;
  std::size_t iv = 0;
};

Result<KeyBlock> key_block(const MechanismRow& row, const Tls12KeyMatParam& param) {
  if (param.is_export) return fail(Rv::mechanism_param_invalid, "TLS 1.2 has no export keys");
  // CKM_TLS12_KEY_SAFE_DERIVE makes no IVs.
  const std::uint32_t iv_bits = row.id == CKM_TLS12_KEY_SAFE_DERIVE ? 0 : param.iv_bits;
  for (const std::uint32_t bits : {param.mac_bits, param.key_bits, iv_bits})
    if (bits % 8 != 0 || bits > 8 * kMostPartBytes) return fail(Rv::mechanism_param_invalid, "no key has this size");
  if (param.mac_bits == 0 && param.key_bits == 0) return fail(Rv::mechanism_param_invalid, "nothing to derive");
  return KeyBlock{.mac = param.mac_bits / 8, .key = param.key_bits / 8, .iv = iv_bits / 8};
}

Result<std::vector<PlannedKey>> plan_key_block(const MechanismRow& row, const MechanismParam& parameter,
                                               const wire::Template& list) {
  const auto* const param = std::get_if<Tls12KeyMatParam>(&parameter);
  if (param == nullptr) return fail(Rv::mechanism_param_invalid, "row and parameter disagree");
  HF_ASSIGN_OR_RETURN(const KeyBlock block, key_block(row, *param));
  // A MAC key takes of the template only what does not describe the other pair of keys.
  HF_ASSIGN_OR_RETURN(Bytes for_mac, only(list, {CKA_CLASS, CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE, CKA_COPYABLE,
                                                 CKA_DESTROYABLE, CKA_SENSITIVE, CKA_EXTRACTABLE}));
  for (const std::uint32_t use : kMacUses) append_flag(for_mac, ck::AttributeType{use}, true);
  Bytes for_key = to_bytes(list.attributes);
  for (const std::uint32_t use : kKeyUses) {
    HF_ASSIGN_OR_RETURN(const auto said, stated(list, ck::AttributeType{use}));
    if (!said.has_value()) append_flag(for_key, ck::AttributeType{use}, true);
  }
  std::vector<PlannedKey> keys;
  if (block.mac != 0) keys.insert(keys.end(), 2, PlannedKey{.attributes = for_mac, .bytes = block.mac});
  if (block.key != 0) keys.insert(keys.end(), 2, PlannedKey{.attributes = for_key, .bytes = block.key});
  return keys;
}

Result<Derived> derive_key_block(const Start& start, std::span<const std::optional<std::size_t>> lengths) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const Tls12KeyMatParam param, start.parameter<Tls12KeyMatParam>());
  HF_ASSIGN_OR_RETURN(const KeyBlock block, key_block(start.row, param));
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, digest_named(param.hash));
  const Bytes seed = seed_of("key expansion", param.server_random, param.client_random);
  HF_ASSIGN_OR_RETURN(const SecretBytes material,
                      crypto::tls_prf(digest, *base, seed, 2 * (block.mac + block.key + block.iv)));
  Derived derived;
  std::size_t at = 0;
  for (const std::optional<std::size_t>& length : lengths) {
    HF_ASSIGN_OR_RETURN(SecretBytes key, crypto::slice(material, at, length.value_or(0)));
    derived.keys.push_back(std::move(key));
    at += length.value_or(0);
  }
  derived.results = to_bytes(wire::SecretCodec::see(material).last(2 * block.iv));
  return derived;
}

// ---- Anything else

Result<SecretBytes> export_key(const Start& start, std::optional<std::size_t> bytes) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const TlsKdfParam param, start.parameter<TlsKdfParam>());
  HF_ASSIGN_OR_RETURN(const auto prf, prf_named(param.prf));
  if (!bytes.has_value()) return fail(Rv::template_incomplete, "derived key needs CKA_VALUE_LEN");
  ByteWriter seed;
  seed.raw(param.label).raw(param.client_random).raw(param.server_random);
  if (!param.context.empty()) {
    // RFC 5705, 4: its length in two bytes, the greater first.
    seed.u8(static_cast<std::uint8_t>(param.context.size() >> 8)).u8(static_cast<std::uint8_t>(param.context.size()));
    seed.raw(param.context);
  }
  return crypto::tls_prf(prf, *base, seed.view(), *bytes);
}

Result<void> generate_pre_master(const MechanismRow&, const MechanismParam& parameter, ObjectContent& key) {
  const auto* const version = std::get_if<BytesParam>(&parameter);
  if (version == nullptr || version->bytes.size() != kVersionBytes)
    return fail(Rv::mechanism_param_invalid, "parameter is no version");
  HF_ASSIGN_OR_RETURN(SecretBytes value, crypto::random_secret(kMasterBytes));
  std::ranges::copy(version->bytes, wire::SecretCodec::fill(value).begin());
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

constexpr MechanismRow master(CK_MECHANISM_TYPE id, wire::ParamKind param, Octets base) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET},
          .size = base,
          .param = param,
          .derives = {.generic_by_default = true},
          .ops = {.plan = &plan_master, .derive_keys = &derive_master}};
}

constexpr MechanismRow key_material(CK_MECHANISM_TYPE id) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET},
          .size = Octets{kMasterBytes, kMasterBytes},
          .param = wire::ParamKind::tls12_key_mat,
          .derives = {.secrecy = Secrecy::same, .generic_by_default = true},
          .ops = {.plan = &plan_key_block, .derive_keys = &derive_key_block}};
}

constexpr MechanismRow exporter(CK_MECHANISM_TYPE id) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = {CKK_GENERIC_SECRET},
          .size = Octets{1, 512},
          .param = wire::ParamKind::tls_kdf,
          .derives = {.secrecy = Secrecy::strictest, .generic_by_default = true},
          .ops = {.derive = &export_key}};
}

constexpr Octets kVersioned{kMasterBytes, kMasterBytes};
constexpr Octets kAgreed{1, 512};

constexpr MechanismRow kRows[] = {
    master(CKM_TLS12_MASTER_KEY_DERIVE, wire::ParamKind::tls12_master_key_derive, kVersioned),
    master(CKM_TLS12_MASTER_KEY_DERIVE_DH, wire::ParamKind::tls12_master_key_derive, kAgreed),
    master(CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE, wire::ParamKind::tls12_extended_master_key_derive, kVersioned),
    master(CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE_DH, wire::ParamKind::tls12_extended_master_key_derive, kAgreed),
    key_material(CKM_TLS12_KEY_AND_MAC_DERIVE),
    key_material(CKM_TLS12_KEY_SAFE_DERIVE),
    exporter(CKM_TLS_KDF),
    exporter(CKM_TLS12_KDF),
    {.id = CKM_TLS_PRE_MASTER_KEY_GEN,
     .keys = {CKK_GENERIC_SECRET},
     .size = Octets{kMasterBytes, kMasterBytes},
     .param = wire::ParamKind::bytes,
     .ops = {.generate_from = &generate_pre_master}},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> tls12_derive_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
