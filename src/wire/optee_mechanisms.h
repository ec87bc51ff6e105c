#pragma once

#include <array>
#include <cstdint>

#include <pkcs11/pkcs11.h>

#include "ck/handles.h"
#include "wire/mechanism.h"

namespace holdfast::wire {

/// OpteeOutput is how long the output of a mechanism's steps is.
enum class OpteeOutput : std::uint8_t {
  none,        // it has no steps: it makes, derives or wraps keys
  fixed,       // `bytes`
  chosen,      // the MAC length of its parameter
  modulus,     // the RSA key's modulus
  two_fields,  // twice the curve's field
  as_input,    // as much as went in
  held_back,   // the same over all, but an update may keep some
  tagged,      // as much as went in, and the tag of its parameter
};

/// OpteeMechanism is what a client must know of a mechanism of OP-TEE, which cannot be asked for it.
struct OpteeMechanism {
  std::uint32_t id = 0;
  ParamKind param = ParamKind::none;
  OpteeOutput output = OpteeOutput::none;
  std::uint8_t bytes = 0;
};

namespace detail {
constexpr OpteeMechanism optee_mechanism(CK_MECHANISM_TYPE id, ParamKind param, OpteeOutput output,
                                         std::uint8_t bytes = 0) {
  return {static_cast<std::uint32_t>(id), param, output, bytes};
}
}  // namespace detail

/// kOpteeMechanisms are all that OP-TEE offers, in any of its releases with the full command set (OP-TEE ABI sections 7, 9).
inline constexpr auto kOpteeMechanisms = [] {
  using detail::optee_mechanism;
  using enum OpteeOutput;
  using P = ParamKind;
  return std::array{
      optee_mechanism(CKM_AES_ECB, P::none, as_input),
      optee_mechanism(CKM_AES_CBC, P::iv, as_input),
      optee_mechanism(CKM_AES_CTR, P::aes_ctr, as_input),
      optee_mechanism(CKM_AES_GCM, P::aes_gcm, tagged),
      optee_mechanism(CKM_AES_CTS, P::iv, held_back),
      optee_mechanism(CKM_AES_CMAC, P::none, fixed, 16),
      optee_mechanism(CKM_AES_CMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_AES_ECB_ENCRYPT_DATA, P::key_derivation_string, none),
      optee_mechanism(CKM_AES_CBC_ENCRYPT_DATA, P::aes_cbc_encrypt_data, none),
      optee_mechanism(CKM_ECDH1_DERIVE, P::ecdh1_derive, none),
      optee_mechanism(CKM_AES_KEY_GEN, P::none, none),
      optee_mechanism(CKM_GENERIC_SECRET_KEY_GEN, P::none, none),
      optee_mechanism(CKM_MD5, P::none, fixed, 16),
      optee_mechanism(CKM_SHA_1, P::none, fixed, 20),
      optee_mechanism(CKM_SHA224, P::none, fixed, 28),
      optee_mechanism(CKM_SHA256, P::none, fixed, 32),
      optee_mechanism(CKM_SHA384, P::none, fixed, 48),
      optee_mechanism(CKM_SHA512, P::none, fixed, 64),
      optee_mechanism(CKM_MD5_HMAC, P::none, fixed, 16),
      optee_mechanism(CKM_SHA_1_HMAC, P::none, fixed, 20),
      optee_mechanism(CKM_SHA224_HMAC, P::none, fixed, 28),
      optee_mechanism(CKM_SHA256_HMAC, P::none, fixed, 32),
      optee_mechanism(CKM_SHA384_HMAC, P::none, fixed, 48),
      optee_mechanism(CKM_SHA512_HMAC, P::none, fixed, 64),
      optee_mechanism(CKM_MD5_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_SHA_1_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_SHA224_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_SHA256_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_SHA384_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_SHA512_HMAC_GENERAL, P::mac_general, chosen),
      optee_mechanism(CKM_EC_KEY_PAIR_GEN, P::none, none),
      optee_mechanism(CKM_EC_EDWARDS_KEY_PAIR_GEN, P::none, none),
      optee_mechanism(CKM_ECDSA, P::none, two_fields),
      optee_mechanism(CKM_ECDSA_SHA1, P::none, two_fields),
      optee_mechanism(CKM_ECDSA_SHA224, P::none, two_fields),
      optee_mechanism(CKM_ECDSA_SHA256, P::none, two_fields),
      optee_mechanism(CKM_ECDSA_SHA384, P::none, two_fields),
      optee_mechanism(CKM_ECDSA_SHA512, P::none, two_fields),
      optee_mechanism(CKM_EDDSA, P::eddsa, fixed, 64),
      optee_mechanism(CKM_RSA_AES_KEY_WRAP, P::rsa_aes_key_wrap, none),
      optee_mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN, P::none, none),
      optee_mechanism(CKM_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_RSA_X_509, P::none, modulus),
      optee_mechanism(CKM_RSA_PKCS_PSS, P::rsa_pss, modulus),
      optee_mechanism(CKM_MD5_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_SHA1_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_RSA_PKCS_OAEP, P::rsa_oaep, modulus),
      optee_mechanism(CKM_SHA1_RSA_PKCS_PSS, P::rsa_pss, modulus),
      optee_mechanism(CKM_SHA256_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_SHA384_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_SHA512_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_SHA256_RSA_PKCS_PSS, P::rsa_pss, modulus),
      optee_mechanism(CKM_SHA384_RSA_PKCS_PSS, P::rsa_pss, modulus),
      optee_mechanism(CKM_SHA512_RSA_PKCS_PSS, P::rsa_pss, modulus),
      optee_mechanism(CKM_SHA224_RSA_PKCS, P::none, modulus),
      optee_mechanism(CKM_SHA224_RSA_PKCS_PSS, P::rsa_pss, modulus),
  };
}();
static_assert(kOpteeMechanisms.size() == 56);

/// find_optee_mechanism is null for a mechanism that OP-TEE does not have.
constexpr const OpteeMechanism* find_optee_mechanism(ck::MechanismType type) {
  for (const OpteeMechanism& row : kOpteeMechanisms)
    if (row.id == type.value) return &row;
  return nullptr;
}

}  // namespace holdfast::wire
