#include "secure/pkcs11/self_test/test_key.h"

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

constexpr CK_ATTRIBUTE_TYPE kUses[] = {CKA_ENCRYPT,      CKA_DECRYPT,        CKA_SIGN, CKA_VERIFY, CKA_WRAP,
                                       CKA_UNWRAP,       CKA_DERIVE,         CKA_ENCAPSULATE,
                                       CKA_SIGN_RECOVER, CKA_VERIFY_RECOVER, CKA_DECAPSULATE};

ck::AttributeType attribute(CK_ATTRIBUTE_TYPE type) { return ck::AttributeType{static_cast<std::uint32_t>(type)}; }

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

}  // namespace

Result<Bytes> from_hex(std::string_view digits) {
  if (digits.size() % 2 != 0) return fail(Rv::general_error, "odd number of digits in a known answer");
  Bytes bytes(digits.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = digit(digits[2 * i]);
    const int low = digit(digits[2 * i + 1]);
    if (high < 0 || low < 0) return fail(Rv::general_error, "not a digit in a known answer");
    bytes[i] = static_cast<std::byte>(high << 4 | low);
  }
  return bytes;
}

ObjectContent new_key(std::uint32_t object_class, std::uint32_t key_type) {
  ObjectContent key;
  key.attributes.set_ulong(attribute(CKA_CLASS), object_class);
  key.attributes.set_ulong(attribute(CKA_KEY_TYPE), key_type);
  for (const CK_ATTRIBUTE_TYPE use : kUses) key.attributes.set_flag(attribute(use), true);
  return key;
}

Result<void> put(ObjectContent& key, ck::AttributeType type, ByteView value) {
  if (!is_secret(key.attributes, type)) {
    key.attributes.set(type, to_bytes(value));
    return {};
  }
  HF_ASSIGN_OR_RETURN(SecretBytes secret, wire::SecretCodec::copy(value));
  if (type == attribute(CKA_VALUE))
    key.attributes.set_ulong(attribute(CKA_VALUE_LEN), static_cast<std::uint32_t>(secret.size()));
  key.secrets.set(type, std::move(secret));
  return {};
}

Result<TestKey> TestKey::of(const KnownKey& known) {
  ObjectContent key = new_key(known.object_class, known.key_type);
  for (const KeyPart& part : known.parts) {
    HF_ASSIGN_OR_RETURN(const Bytes value, from_hex(part.hex));
    HF_TRY(put(key, ck::AttributeType{part.type}, value));
  }
  return TestKey(std::move(key));
}

}  // namespace holdfast::secure::pkcs11::self_test
