#pragma once

#include <pkcs11/pkcs11.h>

#include "support/template_builder.h"

namespace holdfast::testing {

/// The least that C_CreateObject needs for each kind of object. Key material has the right form; only aes_key and
/// data are sound enough for libcrypto.

inline TemplateBuilder data_template() { return TemplateBuilder().ulong(CKA_CLASS, CKO_DATA); }

inline TemplateBuilder certificate_template() {
  return TemplateBuilder()
      .ulong(CKA_CLASS, CKO_CERTIFICATE)
      .ulong(CKA_CERTIFICATE_TYPE, CKC_X_509)
      .text(CKA_SUBJECT, "0\1subject")
      .text(CKA_VALUE, "0\1certificate");
}

inline TemplateBuilder key_template(std::uint32_t object_class, std::uint32_t key_type) {
  return TemplateBuilder().ulong(CKA_CLASS, object_class).ulong(CKA_KEY_TYPE, key_type);
}

inline TemplateBuilder secret_key_template(std::uint32_t key_type = CKK_AES) {
  return key_template(CKO_SECRET_KEY, key_type).raw(CKA_VALUE, Bytes(16, std::byte{0x2B}));
}

inline TemplateBuilder public_key_template(std::uint32_t key_type) {
  TemplateBuilder key = key_template(CKO_PUBLIC_KEY, key_type);
  if (key_type == CKK_RSA)
    return key.raw(CKA_MODULUS, Bytes(256, std::byte{0xC5})).text(CKA_PUBLIC_EXPONENT, "\x01\x02\x03");
  return key.text(CKA_EC_PARAMS, "curve").text(CKA_EC_POINT, "point");
}

inline TemplateBuilder private_key_template(std::uint32_t key_type) {
  TemplateBuilder key = key_template(CKO_PRIVATE_KEY, key_type);
  if (key_type == CKK_RSA)
    return key.raw(CKA_MODULUS, Bytes(256, std::byte{0xC5}))
        .text(CKA_PUBLIC_EXPONENT, "\x01\x02\x03")
        .raw(CKA_PRIVATE_EXPONENT, Bytes(256, std::byte{0x11}));
  return key.text(CKA_EC_PARAMS, "curve").raw(CKA_VALUE, Bytes(32, std::byte{0x11}));
}

}  // namespace holdfast::testing
