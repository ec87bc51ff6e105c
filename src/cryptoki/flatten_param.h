#pragma once

#include <cstring>
#include <vector>

#include "cryptoki/flatten.h"

namespace holdfast::cryptoki {

// What the files that flatten one family of parameters share; for flatten*.cpp only.

inline Unexpected<Error> wrong_param(const char* why) { return fail(Rv::mechanism_param_invalid, why); }

/// ParamParts collects the fields of a parameter, in wire order, before they are written at once. A field that cannot
/// travel spoils the whole. Bytes stay in the caller's memory until then.
class ParamParts {
 public:
  explicit ParamParts(std::uint32_t epoch) : epoch_(epoch) {}

  ParamParts& u32(CK_ULONG value) {
    is_valid_ = is_valid_ && value <= 0xFFFFFFFF;
    return add({.number = static_cast<std::uint32_t>(value), .is_number = true});
  }
  ParamParts& flag(bool value) { return u32(value ? 1 : 0); }
  ParamParts& raw(const void* data, CK_ULONG size);
  ParamParts& sized(const void* data, CK_ULONG size) { return u32(size).raw(data, size); }
  /// handle is that of an object, which must be of this connection (client.h).
  Result<void> handle(CK_OBJECT_HANDLE object);
  /// attributes flattens a template and keeps it: u32 byte size, u32 count, attributes.
  Result<void> attributes(const CK_ATTRIBUTE* attributes, CK_ULONG count);

  Result<SecretBytes> write() const;

 private:
  struct Part {
    ByteView bytes{};
    std::uint32_t number = 0;
    bool is_number = false;
  };
  ParamParts& add(const Part& part) {
    parts_.push_back(part);
    return *this;
  }

  std::uint32_t epoch_;
  std::vector<Part> parts_;
  std::vector<FlatTemplate> templates_;
  bool is_valid_ = true;
};

/// read_struct copies the caller's parameter, which may lie anywhere, into a struct of its own.
template <class Struct>
Result<Struct> read_struct(const CallerParam& param) {
  if (param.data == nullptr || param.bytes != sizeof(Struct)) return wrong_param("not the parameter's struct");
  Struct copy;
  std::memcpy(&copy, param.data, sizeof copy);
  return copy;
}

/// read_item copies item `at` of a caller's array, which may lie anywhere.
template <class Item>
Item read_item(const Item* items, CK_ULONG at) {
  Item copy;
  std::memcpy(&copy, reinterpret_cast<const std::byte*>(items) + at * sizeof(Item), sizeof copy);
  return copy;
}

/// require_items refuses a null array with a count, and a count above its limit, before any item is looked at.
inline Result<void> require_items(const void* items, CK_ULONG count, std::size_t limit) {
  if (count > limit) return wrong_param("too many items in a list");
  if (items == nullptr && count != 0) return wrong_param("null list with a count");
  return {};
}

/// chacha20_nonce_bytes reads ulNonceLen of the AEAD's parameters. PKCS#11 3.2 counts bits there, the programs in use count
/// bytes; 64, 96 and 192 are no nonce in bytes, so that they can only be bits.
inline CK_ULONG chacha20_nonce_bytes(CK_ULONG length) {
  return length == 64 || length == 96 || length == 192 ? length / 8 : length;
}

/// Tag tells whether a message's tag travels: the caller has it only when a message is decrypted.
enum class Tag : bool { left_out, sent };

// Ciphers: flatten_cipher_params.cpp
Result<void> flatten_aes_ctr(const CallerParam& param, ParamParts& out);
Result<void> flatten_aes_gcm(const CallerParam& param, ParamParts& out);
Result<void> flatten_aes_ccm(const CallerParam& param, ParamParts& out);
Result<void> flatten_chacha20(const CallerParam& param, ParamParts& out);
Result<void> flatten_chacha20_poly1305(const CallerParam& param, ParamParts& out);
Result<void> flatten_key_derivation_string(const CallerParam& param, ParamParts& out);
Result<void> flatten_aes_cbc_encrypt_data(const CallerParam& param, ParamParts& out);
Result<void> flatten_des_cbc_encrypt_data(const CallerParam& param, ParamParts& out);
Result<void> flatten_gcm_wrap(const CallerParam& param, ParamParts& out);
Result<void> flatten_ccm_wrap(const CallerParam& param, ParamParts& out);

// Messages: flatten_message_params.cpp
Result<void> flatten_gcm_message(const CallerParam& param, Tag tag, ParamParts& out);
Result<void> flatten_ccm_message(const CallerParam& param, Tag tag, ParamParts& out);
Result<void> flatten_chacha20_poly1305_message(const CallerParam& param, Tag tag, ParamParts& out);

// MACs, one-time passwords and what is a single value: flatten_simple_params.cpp
Result<void> flatten_raw(const CallerParam& param, ParamParts& out);
Result<void> flatten_number(const CallerParam& param, ParamParts& out);
Result<void> flatten_optional_number(const CallerParam& param, ParamParts& out);
Result<void> flatten_object_handle(const CallerParam& param, ParamParts& out);
Result<void> flatten_otp(const CallerParam& param, ParamParts& out);

// Signatures, key transport and key agreement: flatten_asymmetric_params.cpp
Result<void> flatten_rsa_pss(const CallerParam& param, ParamParts& out);
Result<void> flatten_rsa_oaep(const CallerParam& param, ParamParts& out);
Result<void> flatten_rsa_aes_key_wrap(const CallerParam& param, ParamParts& out);
Result<void> flatten_eddsa(const CallerParam& param, ParamParts& out);
Result<void> flatten_ecdh1_derive(const CallerParam& param, ParamParts& out);
Result<void> flatten_ecdh_aes_key_wrap(const CallerParam& param, ParamParts& out);
Result<void> flatten_x9_42_dh1_derive(const CallerParam& param, ParamParts& out);
Result<void> flatten_dsa_parameter_gen(const CallerParam& param, ParamParts& out);
Result<void> flatten_sign_context(const CallerParam& param, ParamParts& out);
Result<void> flatten_hash_sign_context(const CallerParam& param, ParamParts& out);

// Key derivation: flatten_kdf_params.cpp
Result<void> flatten_hkdf(const CallerParam& param, ParamParts& out);
Result<void> flatten_pbkdf2(const CallerParam& param, ParamParts& out);
Result<void> flatten_sp800_108(const CallerParam& param, ParamParts& out);
Result<void> flatten_sp800_108_feedback(const CallerParam& param, ParamParts& out);

// TLS 1.2: flatten_tls_params.cpp
Result<void> flatten_tls12_master(const CallerParam& param, ParamParts& out);
Result<void> flatten_tls12_extended_master(const CallerParam& param, ParamParts& out);
Result<void> flatten_tls12_key_mat(const CallerParam& param, ParamParts& out);
Result<void> flatten_tls_kdf(const CallerParam& param, ParamParts& out);
Result<void> flatten_tls_mac(const CallerParam& param, ParamParts& out);

}  // namespace holdfast::cryptoki
