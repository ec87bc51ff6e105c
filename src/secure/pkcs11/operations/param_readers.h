#pragma once

#include "base/byte_reader.h"
#include "secure/pkcs11/operations/param.h"

namespace holdfast::secure::pkcs11 {

// Readers of one kind each, for param.cpp. They read its fields and leave what follows; any failure means that the bytes
// are no such parameter.

/// read_sized reads a u32 length and that many bytes, within what a parameter may hold.
inline Result<ByteView> read_sized(ByteReader& in) { return in.sized(wire::kMaxMechanismParamBytes); }
/// read_flag reads a u32 that is 0 or 1.
Result<bool> read_flag(ByteReader& in);
/// read_handle reads an object's handle.
Result<ck::ObjectHandle> read_handle(ByteReader& in);

// Ciphers: param_cipher.cpp
Result<MechanismParam> read_iv(ByteReader& in);
Result<MechanismParam> read_ctr(ByteReader& in);
Result<MechanismParam> read_gcm(ByteReader& in);
Result<MechanismParam> read_ccm(ByteReader& in);
Result<MechanismParam> read_chacha20(ByteReader& in);
Result<MechanismParam> read_chacha20_poly1305(ByteReader& in);
Result<MechanismParam> read_encrypt_data(ByteReader& in, std::size_t iv_bytes);
Result<MechanismParam> read_gcm_wrap(ByteReader& in);
Result<MechanismParam> read_ccm_wrap(ByteReader& in);
Result<MechanismParam> read_gcm_message(ByteReader& in);
Result<MechanismParam> read_ccm_message(ByteReader& in);
Result<MechanismParam> read_chacha20_poly1305_message(ByteReader& in);

// MACs, one-time passwords and what is a single value: param_simple.cpp
Result<MechanismParam> read_mac_general(ByteReader& in);
Result<MechanismParam> read_otp(ByteReader& in);
Result<MechanismParam> read_bytes(ByteReader& in);
Result<MechanismParam> read_object_handle(ByteReader& in);
Result<MechanismParam> read_extract(ByteReader& in);
Result<MechanismParam> read_optional_mechanism(ByteReader& in);

// Signatures, key transport and key agreement: param_asymmetric.cpp
Result<MechanismParam> read_pss(ByteReader& in);
Result<MechanismParam> read_oaep(ByteReader& in);
Result<MechanismParam> read_rsa_aes_key_wrap(ByteReader& in);
Result<MechanismParam> read_eddsa(ByteReader& in);
Result<MechanismParam> read_ecdh(ByteReader& in);
Result<MechanismParam> read_ecdh_aes_key_wrap(ByteReader& in);
Result<MechanismParam> read_x9_42_dh(ByteReader& in);
Result<MechanismParam> read_dsa_parameter_gen(ByteReader& in);
Result<MechanismParam> read_sign_context(ByteReader& in);
Result<MechanismParam> read_hash_sign_context(ByteReader& in);

// Key derivation: param_kdf.cpp
Result<MechanismParam> read_hkdf(ByteReader& in);
Result<MechanismParam> read_pbkdf2(ByteReader& in);
Result<MechanismParam> read_sp800_108(ByteReader& in);

// TLS 1.2: param_tls.cpp
Result<MechanismParam> read_tls12_master(ByteReader& in);
Result<MechanismParam> read_tls12_extended_master(ByteReader& in);
Result<MechanismParam> read_tls12_key_mat(ByteReader& in);
Result<MechanismParam> read_tls_kdf(ByteReader& in);
Result<MechanismParam> read_tls_mac(ByteReader& in);

}  // namespace holdfast::secure::pkcs11
