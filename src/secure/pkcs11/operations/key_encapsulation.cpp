#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/key_types.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// length_of is how long the key is to be; nothing leaves it to the mechanism. Rv::key_size_range.
Result<std::optional<std::size_t>> length_of(const AttributeSet& key) {
  if (key.object_class().value != CKO_SECRET_KEY) return fail(Rv::template_inconsistent, "only secret keys come of it");
  const std::optional<std::uint32_t> asked = key.ulong(ck::AttributeType{CKA_VALUE_LEN});
  const KeyTypeRow* const type = find_key_type(key.key_type());
  std::optional<std::size_t> bytes;
  if (asked.has_value()) bytes = *asked;
  if (!bytes.has_value() && type != nullptr && type->sizes.is_one()) bytes = type->sizes.first;
  if (bytes.has_value() && !secret_size_fits(key.key_type(), *bytes))
    return fail(Rv::key_size_range, "key type has no such size");
  return bytes;
}

Result<void> store(SecretBytes secret, std::optional<std::size_t> bytes, Rv other_length, ObjectContent& key) {
  if (bytes.value_or(secret.size()) != secret.size())
    return fail(other_length, "the mechanism gives a secret of another length");
  if (!secret_size_fits(key.attributes.key_type(), secret.size()))
    return fail(other_length, "the secret is no key of that type");
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(secret));
  return {};
}

}  // namespace

Result<Bytes> encapsulate_key(const wire::Mechanism& mechanism, const Key& public_key, ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::encapsulate, mechanism, public_key, Dialect::standard));
  Start start = prepared.start();
  HF_ASSIGN_OR_RETURN(start.bytes, length_of(key.attributes));
  HF_ASSIGN_OR_RETURN(Encapsulated made, prepared.row->ops.encapsulate(start));
  HF_TRY(store(std::move(made.secret), start.bytes, Rv::key_size_range, key));
  return std::move(made.ciphertext);
}

Result<void> decapsulate_key(const wire::Mechanism& mechanism, const Key& private_key, ByteView ciphertext,
                             ObjectContent& key) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::decapsulate, mechanism, private_key, Dialect::standard));
  Start start = prepared.start();
  HF_ASSIGN_OR_RETURN(start.bytes, length_of(key.attributes));
  HF_ASSIGN_OR_RETURN(SecretBytes secret, prepared.row->ops.decapsulate(start, ciphertext));
  return store(std::move(secret), start.bytes, Rv::wrapped_key_len_range, key);
}

}  // namespace holdfast::secure::pkcs11
