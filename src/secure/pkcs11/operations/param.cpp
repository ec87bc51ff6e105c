#include "secure/pkcs11/operations/param.h"

#include "secure/pkcs11/operations/param_readers.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kAesBlockBytes = 16;
constexpr std::size_t kDesBlockBytes = 8;

Result<MechanismParam> read_param(wire::ParamKind kind, ByteReader& in) {
  using wire::ParamKind;
  switch (kind) {
    case ParamKind::none:
      return NoParam{};
    case ParamKind::iv:
    case ParamKind::optional_iv:
      return read_iv(in);
    case ParamKind::aes_ctr:
      return read_ctr(in);
    case ParamKind::aes_gcm:
      return read_gcm(in);
    case ParamKind::mac_general:
      return read_mac_general(in);
    case ParamKind::key_derivation_string:
      return read_encrypt_data(in, 0);
    case ParamKind::aes_cbc_encrypt_data:
      return read_encrypt_data(in, kAesBlockBytes);
    case ParamKind::ecdh1_derive:
      return read_ecdh(in);
    case ParamKind::rsa_pss:
      return read_pss(in);
    case ParamKind::rsa_oaep:
      return read_oaep(in);
    case ParamKind::rsa_aes_key_wrap:
      return read_rsa_aes_key_wrap(in);
    case ParamKind::eddsa:
      return read_eddsa(in);
    case ParamKind::bytes:
      return read_bytes(in);
    case ParamKind::object_handle:
      return read_object_handle(in);
    case ParamKind::extract:
      return read_extract(in);
    case ParamKind::aes_ccm:
      return read_ccm(in);
    case ParamKind::chacha20:
      return read_chacha20(in);
    case ParamKind::chacha20_poly1305:
      return read_chacha20_poly1305(in);
    case ParamKind::des_cbc_encrypt_data:
      return read_encrypt_data(in, kDesBlockBytes);
    case ParamKind::hkdf:
      return read_hkdf(in);
    case ParamKind::pbkdf2:
      return read_pbkdf2(in);
    case ParamKind::sp800_108:
    case ParamKind::sp800_108_feedback:
      return read_sp800_108(in);
    case ParamKind::ecdh_aes_key_wrap:
      return read_ecdh_aes_key_wrap(in);
    case ParamKind::x9_42_dh1_derive:
      return read_x9_42_dh(in);
    case ParamKind::dsa_parameter_gen:
      return read_dsa_parameter_gen(in);
    case ParamKind::sign_context:
      return read_sign_context(in);
    case ParamKind::hash_sign_context:
      return read_hash_sign_context(in);
    case ParamKind::tls12_master_key_derive:
      return read_tls12_master(in);
    case ParamKind::tls12_extended_master_key_derive:
      return read_tls12_extended_master(in);
    case ParamKind::tls12_key_mat:
      return read_tls12_key_mat(in);
    case ParamKind::tls_kdf:
      return read_tls_kdf(in);
    case ParamKind::tls_mac:
      return read_tls_mac(in);
    case ParamKind::otp:
      return read_otp(in);
    case ParamKind::gcm_wrap:
      return read_gcm_wrap(in);
    case ParamKind::ccm_wrap:
      return read_ccm_wrap(in);
    case ParamKind::gcm_message:
      return read_gcm_message(in);
    case ParamKind::ccm_message:
      return read_ccm_message(in);
    case ParamKind::chacha20_poly1305_message:
      return read_chacha20_poly1305_message(in);
    case ParamKind::optional_mechanism:
      return read_optional_mechanism(in);
  }
  return fail(Rv::mechanism_param_invalid, "unknown kind of parameter");
}

}  // namespace

Result<MechanismParam> parse_param(wire::ParamKind kind, ByteView param) {
  ByteReader in(param);
  auto parsed = read_param(kind, in);
  if (!parsed.has_value()) return fail(Rv::mechanism_param_invalid, parsed.error().why);
  if (!in.expect_end()) return fail(Rv::mechanism_param_invalid, "mechanism parameter is too long");
  return parsed;
}

Rv optee_param_rv(wire::ParamKind kind, std::size_t bytes) {
  switch (kind) {
    case wire::ParamKind::aes_ctr:
    case wire::ParamKind::aes_gcm:
    case wire::ParamKind::key_derivation_string:
    case wire::ParamKind::aes_cbc_encrypt_data:
    case wire::ParamKind::eddsa:
      return Rv::arguments_bad;
    case wire::ParamKind::ecdh1_derive:
      // The derivation function chooses the algorithm, the rest is read later.
      return bytes < sizeof(std::uint32_t) ? Rv::function_failed : Rv::arguments_bad;
    case wire::ParamKind::rsa_pss:
    case wire::ParamKind::rsa_oaep:
    case wire::ParamKind::rsa_aes_key_wrap:
      return Rv::function_failed;
    default:
      return Rv::mechanism_param_invalid;
  }
}

}  // namespace holdfast::secure::pkcs11
