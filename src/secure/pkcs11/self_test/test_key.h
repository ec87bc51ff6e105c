#pragma once

#include "base/bytes.h"
#include "secure/pkcs11/operations/key.h"
#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {

/// from_hex reads the tables' texts, which are ours: Rv::general_error for a slip in them.
Result<Bytes> from_hex(std::string_view digits);

/// new_key gives an empty key of a class and type that may be used in every way.
ObjectContent new_key(std::uint32_t object_class, std::uint32_t key_type);

/// put sets an attribute where the rows of its class keep it, in the open or among the secrets.
Result<void> put(ObjectContent& key, ck::AttributeType type, ByteView value);

/// TestKey is a key object that is in no token.
class TestKey final : public Key {
 public:
  explicit TestKey(ObjectContent content) : content_(std::move(content)) {}
  static Result<TestKey> of(const KnownKey& known);

  const AttributeSet& attributes() const override { return content_.attributes; }
  Result<KeyMaterial> material() const override { return load_key(content_.attributes, content_.secrets); }
  const SecretSet& secrets() const { return content_.secrets; }

 private:
  ObjectContent content_;
};

}  // namespace holdfast::secure::pkcs11::self_test
