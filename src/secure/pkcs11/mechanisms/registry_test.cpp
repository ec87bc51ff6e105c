#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "ck/names.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/mechanisms/test_support.h"
#include "wire/optee_mechanisms.h"

namespace holdfast::secure::pkcs11 {
namespace {

std::string_view name_of(wire::ParamKind kind) {
  switch (kind) {
    case wire::ParamKind::none:
      return "none";
    case wire::ParamKind::iv:
      return "iv";
    case wire::ParamKind::aes_ctr:
      return "aes_ctr";
    case wire::ParamKind::aes_gcm:
      return "aes_gcm";
    case wire::ParamKind::mac_general:
      return "mac_general";
    case wire::ParamKind::key_derivation_string:
      return "key_derivation_string";
    case wire::ParamKind::aes_cbc_encrypt_data:
      return "aes_cbc_encrypt_data";
    case wire::ParamKind::ecdh1_derive:
      return "ecdh1_derive";
    case wire::ParamKind::rsa_pss:
      return "rsa_pss";
    case wire::ParamKind::rsa_oaep:
      return "rsa_oaep";
    case wire::ParamKind::rsa_aes_key_wrap:
      return "rsa_aes_key_wrap";
    case wire::ParamKind::eddsa:
      return "eddsa";
    case wire::ParamKind::optional_iv:
      return "optional_iv";
    case wire::ParamKind::bytes:
      return "bytes";
    case wire::ParamKind::object_handle:
      return "object_handle";
    case wire::ParamKind::extract:
      return "extract";
    case wire::ParamKind::aes_ccm:
      return "aes_ccm";
    case wire::ParamKind::chacha20:
      return "chacha20";
    case wire::ParamKind::chacha20_poly1305:
      return "chacha20_poly1305";
    case wire::ParamKind::des_cbc_encrypt_data:
      return "des_cbc_encrypt_data";
    case wire::ParamKind::hkdf:
      return "hkdf";
    case wire::ParamKind::pbkdf2:
      return "pbkdf2";
    case wire::ParamKind::sp800_108:
      return "sp800_108";
    case wire::ParamKind::sp800_108_feedback:
      return "sp800_108_feedback";
    case wire::ParamKind::ecdh_aes_key_wrap:
      return "ecdh_aes_key_wrap";
    case wire::ParamKind::x9_42_dh1_derive:
      return "x9_42_dh1_derive";
    case wire::ParamKind::dsa_parameter_gen:
      return "dsa_parameter_gen";
    case wire::ParamKind::sign_context:
      return "sign_context";
    case wire::ParamKind::hash_sign_context:
      return "hash_sign_context";
    case wire::ParamKind::tls12_master_key_derive:
      return "tls12_master_key_derive";
    case wire::ParamKind::tls12_extended_master_key_derive:
      return "tls12_extended_master_key_derive";
    case wire::ParamKind::tls12_key_mat:
      return "tls12_key_mat";
    case wire::ParamKind::tls_kdf:
      return "tls_kdf";
    case wire::ParamKind::tls_mac:
      return "tls_mac";
    case wire::ParamKind::otp:
      return "otp";
    case wire::ParamKind::gcm_wrap:
      return "gcm_wrap";
    case wire::ParamKind::ccm_wrap:
      return "ccm_wrap";
    case wire::ParamKind::gcm_message:
      return "gcm_message";
    case wire::ParamKind::ccm_message:
      return "ccm_message";
    case wire::ParamKind::chacha20_poly1305_message:
      return "chacha20_poly1305_message";
    case wire::ParamKind::optional_mechanism:
      return "optional_mechanism";
  }
  return "?";
}

std::string_view name_of(Verb verb) {
  switch (verb) {
    case Verb::encrypt:
      return "encrypt";
    case Verb::decrypt:
      return "decrypt";
    case Verb::sign:
      return "sign";
    case Verb::verify:
      return "verify";
    case Verb::digest:
      return "digest";
    case Verb::wrap:
      return "wrap";
    case Verb::unwrap:
      return "unwrap";
    case Verb::derive:
      return "derive";
    case Verb::generate:
      return "generate";
    case Verb::generate_pair:
      return "generate_pair";
    case Verb::generate_parameters:
      return "generate_parameters";
    case Verb::sign_recover:
      return "sign_recover";
    case Verb::verify_recover:
      return "verify_recover";
    case Verb::message_encrypt:
      return "message_encrypt";
    case Verb::message_decrypt:
      return "message_decrypt";
    case Verb::message_sign:
      return "message_sign";
    case Verb::message_verify:
      return "message_verify";
    case Verb::encapsulate:
      return "encapsulate";
    case Verb::decapsulate:
      return "decapsulate";
  }
  return "?";
}

std::string size_text(const KeySize& size) {
  if (std::holds_alternative<NoSize>(size)) return "-";
  return std::to_string(min_size(size)) + "-" + std::to_string(max_size(size)) +
         (std::holds_alternative<Bits>(size) ? " bits" : " bytes");
}

/// line writes a row for tests/golden/mechanisms.txt: name | keys | sizes | parameter | parts | verbs | flags.
std::string line(const MechanismRow& row) {
  std::ostringstream out;
  out << ck::name_of_mechanism(row.id) << " |";
  for (const std::uint32_t type : row.keys.all()) out << ' ' << ck::name_of_key_type(type);
  out << " | " << size_text(row.size) << " | " << name_of(row.param) << " | "
      << (row.parts == Parts::any ? "parts" : "single") << " |";
  for (const VerbFlag& entry : kVerbFlags)
    if (offers(row, entry.verb)) out << ' ' << name_of(entry.verb);
  if (offers(row, Verb::wrap))
    out << (row.wraps == Wraps::secret_keys ? " (secret keys)" : " (secret and private keys)");
  out << " | 0x" << std::hex << flags_of(row);
  return out.str();
}

std::string table() {
  std::string text;
  for (const MechanismRow* const row : all_rows()) text += line(*row) + "\n";
  return text;
}

// A difference is read by a reviewer, then HF_UPDATE_GOLDEN=1 writes the file anew.
TEST(Mechanisms, AreThoseOfTheGoldenTable) {
  if (std::getenv("HF_UPDATE_GOLDEN") != nullptr) std::ofstream(HOLDFAST_GOLDEN_MECHANISMS) << table();
  std::ifstream file(HOLDFAST_GOLDEN_MECHANISMS);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(golden, table());
}

/// names_in reads the first word of each line that is no comment.
std::set<std::string> names_in(const char* path) {
  std::set<std::string> names;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (!line.empty() && line[0] != '#') names.insert(line.substr(0, line.find(' ')));
  return names;
}

// OpenSSL 3.0, which cannot shorten BLAKE2b, lacks exactly what the list names; what is between lacks a part of it.
TEST(Mechanisms, ThatNeedANewerLibcryptoAreListed) {
  std::set<std::string> lacking;
  for (const MechanismRow* const row : all_rows())
    if (find_row(ck::MechanismType{row->id}) == nullptr) lacking.insert(ck::name_of_mechanism(row->id));
  const std::set<std::string> listed = names_in(HOLDFAST_NEWER_LIBCRYPTO);
  EXPECT_TRUE(std::ranges::includes(listed, lacking));
  if (lacking.contains("CKM_BLAKE2B_160")) {
    EXPECT_EQ(lacking, listed);
  }
}

TEST(Mechanisms, OfEachFamilyAreWellFormed) {
  for (const Family& family : families()) EXPECT_TRUE(well_formed(family.rows())) << family.name;
}

TEST(Mechanisms, AreFoundByNumberAndSortedWithoutRepetition) {
  const auto rows = all_rows();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool is_offered = std::ranges::find(offered_rows(), rows[i]) != offered_rows().end();
    EXPECT_EQ(find_row(ck::MechanismType{rows[i]->id}), is_offered ? rows[i] : nullptr) << rows[i]->id;
    if (i != 0) {
      EXPECT_LT(rows[i - 1]->id, rows[i]->id);
    }
  }
  EXPECT_EQ(find_row(ck::MechanismType{0xFFFFFFFF}), nullptr);
  EXPECT_EQ(find_row(ck::MechanismType{CKM_DES_CBC}), nullptr);
}

TEST(Mechanisms, TellSlotsWhatTheirRowsSay) {
  const auto& offered = offered_mechanisms();
  ASSERT_EQ(offered.size(), offered_rows().size());
  const auto ecdsa = std::ranges::find(offered, ck::MechanismType{CKM_ECDSA}, &OfferedMechanism::type);
  ASSERT_NE(ecdsa, offered.end());
  EXPECT_EQ(ecdsa->min_key_size, 160u);
  EXPECT_EQ(ecdsa->max_key_size, 521u);
  EXPECT_EQ(ecdsa->flags, CKF_SIGN | CKF_VERIFY | CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_EC_F_P | CKF_EC_OID | CKF_EC_UNCOMPRESS);
  const auto gcm = std::ranges::find(offered, ck::MechanismType{CKM_AES_GCM}, &OfferedMechanism::type);
  ASSERT_NE(gcm, offered.end());
  EXPECT_EQ(gcm->param, wire::ParamKind::aes_gcm);
  EXPECT_EQ(gcm->flags, CKF_ENCRYPT | CKF_DECRYPT | CKF_WRAP | CKF_UNWRAP | CKF_MESSAGE_ENCRYPT | CKF_MESSAGE_DECRYPT |
                            CKF_MULTI_MESSAGE);
}

// What the module says to an OP-TEE that cannot be asked comes from a table of its own: it must not drift from the rows.
TEST(Registry, AgreesWithTheTableOfOpteesMechanisms) {
  for (const wire::OpteeMechanism& known : wire::kOpteeMechanisms) {
    const MechanismRow* const row = find_row(ck::MechanismType{known.id});
    ASSERT_NE(row, nullptr) << std::hex << known.id;
    EXPECT_EQ(row->param, known.param) << std::hex << known.id;
    const bool has_steps = (flags_of(*row) & (CKF_DIGEST | CKF_SIGN | CKF_VERIFY)) != 0 || offers(*row, Verb::encrypt);
    EXPECT_TRUE(has_steps || known.output == wire::OpteeOutput::none) << std::hex << known.id;
    if (offers(*row, Verb::digest)) {
      EXPECT_EQ(crypto::digest_bytes(*row->digest), known.bytes) << std::hex << known.id;
    }
  }
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
