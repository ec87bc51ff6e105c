#pragma once

#include <deque>
#include <memory>

#include <pkcs11/pkcs11.h>

#include "vectors/vector_file.h"

namespace holdfast::vectors {

/// Parameter is a mechanism with the parameter that a vector's fields describe. It owns all that the structure points
/// to.
class Parameter {
 public:
  Parameter(CK_MECHANISM_TYPE type, const Fields& fields);
  Parameter(const Parameter&) = delete;
  Parameter& operator=(const Parameter&) = delete;

  CK_MECHANISM mechanism() const { return mechanism_; }

 private:
  using Build = void (Parameter::*)(const Fields&);
  static Build builder_of(CK_MECHANISM_TYPE type);

  // One for each shape; README.md lists the fields.
  void none(const Fields& fields);
  void iv(const Fields& fields);
  void counter(const Fields& fields);
  void gcm(const Fields& fields);
  void ccm(const Fields& fields);
  void chacha20(const Fields& fields);
  void chacha20_poly1305(const Fields& fields);
  void mac_length(const Fields& fields);
  void pss(const Fields& fields);
  void oaep(const Fields& fields);
  void eddsa(const Fields& fields);
  void ecdh(const Fields& fields);
  void peer(const Fields& fields);
  void x9_42(const Fields& fields);
  void hkdf(const Fields& fields);
  void pbkdf2(const Fields& fields);
  void sp800_108(const Fields& fields);
  void tls_kdf(const Fields& fields);
  void tls_extended_master(const Fields& fields);
  void otp(const Fields& fields);
  void context(const Fields& fields);
  void hash_context(const Fields& fields);
  void string_data(const Fields& fields);

  /// keep owns bytes and gives their address; null for none, as callers pass it.
  CK_BYTE_PTR keep(Bytes bytes);
  template <class Struct>
  void set(const Struct& value) {
    const auto owned = std::make_shared<Struct>(value);
    mechanism_.pParameter = owned.get();
    mechanism_.ulParameterLen = sizeof(Struct);
    struct_ = owned;
  }

  CK_MECHANISM mechanism_{};
  std::shared_ptr<void> struct_;
  std::deque<Bytes> bytes_;
  std::vector<std::shared_ptr<void>> parts_;
};

}  // namespace holdfast::vectors
