#pragma once

#include <gtest/gtest.h>
#include <algorithm>
#include <initializer_list>
#include <string_view>

#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/crypto/test_support.h"
#include "secure/pkcs11/operations/begin.h"

namespace holdfast::secure::pkcs11 {

using crypto::hex;
using crypto::rv_of;
using crypto::secret;
using crypto::to_hex;

inline ck::AttributeType attribute(CK_ATTRIBUTE_TYPE type) {
  return ck::AttributeType{static_cast<std::uint32_t>(type)};
}

/// TestKey is a key object made by hand.
class TestKey final : public Key {
 public:
  TestKey(CK_OBJECT_CLASS object_class, CK_KEY_TYPE type, std::initializer_list<CK_ATTRIBUTE_TYPE> usages) {
    content.attributes.set_ulong(attribute(CKA_CLASS), static_cast<std::uint32_t>(object_class));
    content.attributes.set_ulong(attribute(CKA_KEY_TYPE), static_cast<std::uint32_t>(type));
    for (const CK_ATTRIBUTE_TYPE usage : usages) content.attributes.set_flag(attribute(usage), true);
  }
  TestKey& with(CK_ATTRIBUTE_TYPE type, Bytes value) {
    content.attributes.set(attribute(type), std::move(value));
    return *this;
  }
  TestKey& with_ulong(CK_ATTRIBUTE_TYPE type, std::uint32_t value) {
    content.attributes.set_ulong(attribute(type), value);
    return *this;
  }
  TestKey& with_secret(CK_ATTRIBUTE_TYPE type, ByteView value) {
    content.secrets.set(attribute(type), secret(value));
    return *this;
  }

  const AttributeSet& attributes() const override { return content.attributes; }
  Result<KeyMaterial> material() const override {
    if (sealed) return fail(Rv::user_not_logged_in, "test key is sealed");
    return load_key(content.attributes, content.secrets);
  }

  ObjectContent content;
  bool sealed = false;
};

inline TestKey secret_key(CK_KEY_TYPE type, ByteView value, std::initializer_list<CK_ATTRIBUTE_TYPE> usages) {
  TestKey key(CKO_SECRET_KEY, type, usages);
  key.with_ulong(CKA_VALUE_LEN, static_cast<std::uint32_t>(value.size())).with_secret(CKA_VALUE, value);
  return key;
}

inline TestKey aes_key(std::string_view digits) {
  return secret_key(CKK_AES, hex(digits),
                    {CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE});
}

/// A drafted object as the attributes code hands it to a mechanism.
inline ObjectContent draft(CK_OBJECT_CLASS object_class, CK_KEY_TYPE type) {
  return std::move(TestKey(object_class, type, {}).content);
}

inline wire::Mechanism mechanism(CK_MECHANISM_TYPE type, ByteView param = {}) {
  return {.type = ck::MechanismType{static_cast<std::uint32_t>(type)}, .param = param};
}

template <class Interface>
std::unique_ptr<Interface> started(Verb verb, const wire::Mechanism& with, const Key& key) {
  Result<Begun> begun = begin(verb, with, key);
  EXPECT_TRUE(begun.has_value()) << begun.error().why;
  if (!begun) return nullptr;
  return std::get<std::unique_ptr<Interface>>(std::move(begun->operation));
}

inline Result<Bytes> sign(const wire::Mechanism& with, const Key& key, ByteView data) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin(Verb::sign, with, key));
  Signer& signer = *std::get<std::unique_ptr<Signer>>(begun.operation);
  Bytes signature(signer.signature_bytes());
  HF_TRY(signer.sign(data, signature));
  return signature;
}

inline Result<void> verify(const wire::Mechanism& with, const Key& key, ByteView data, ByteView signature) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin(Verb::verify, with, key));
  return std::get<std::unique_ptr<Verifier>>(begun.operation)->verify(data, signature);
}

inline Result<Bytes> run_cipher(Verb verb, const wire::Mechanism& with, const Key& key, ByteView in) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin(verb, with, key));
  Cipher& cipher = *std::get<std::unique_ptr<Cipher>>(begun.operation);
  Bytes out(cipher.oneshot_bytes(in.size()));
  HF_ASSIGN_OR_RETURN(const std::size_t size, cipher.oneshot(in, out));
  out.resize(size);
  return out;
}

/// run_in_parts feeds `step` bytes at a time, each output checked against the size announced for it.
inline Result<Bytes> run_in_parts(Verb verb, const wire::Mechanism& with, const Key& key, ByteView in,
                                  std::size_t step) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin(verb, with, key));
  Cipher& cipher = *std::get<std::unique_ptr<Cipher>>(begun.operation);
  Bytes all;
  const auto take = [&all](Bytes part, std::size_t size) {
    all.insert(all.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(size));
  };
  for (; !in.empty(); in = in.subspan(std::min(step, in.size()))) {
    const ByteView part = in.first(std::min(step, in.size()));
    Bytes out(cipher.update_bytes(part.size()));
    HF_ASSIGN_OR_RETURN(const std::size_t size, cipher.update(part, out));
    take(std::move(out), size);
  }
  Bytes out(cipher.finish_bytes());
  HF_ASSIGN_OR_RETURN(const std::size_t size, cipher.finish(out));
  take(std::move(out), size);
  return all;
}

inline std::string value_of(const ObjectContent& key, CK_ATTRIBUTE_TYPE type = CKA_VALUE) {
  const SecretBytes* const value = key.secrets.find(attribute(type));
  return value == nullptr ? "absent" : to_hex(*value);
}

}  // namespace holdfast::secure::pkcs11
