#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {

Result<void> derive_key(const wire::Mechanism& mechanism, const Key& parent, ObjectContent& key, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::derive, mechanism, parent, dialect));
  if (key.attributes.object_class().value != CKO_SECRET_KEY)
    return fail(Rv::template_inconsistent, "only secret keys are derived");
  const ck::KeyType type = key.attributes.key_type();
  const std::optional<std::uint32_t> asked = key.attributes.ulong(ck::AttributeType{CKA_VALUE_LEN});
  if (asked.has_value() && !secret_size_fits(type, *asked))
    return fail(Rv::key_size_range, "derived key type has no such size");

  const std::optional<std::size_t> bytes = asked.has_value() ? std::optional<std::size_t>(*asked) : std::nullopt;
  HF_ASSIGN_OR_RETURN(SecretBytes value, prepared.row->ops.derive(prepared.start(), bytes));
  if (!secret_size_fits(type, value.size())) return fail(Rv::template_incomplete, "derived key needs CKA_VALUE_LEN");
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

}  // namespace holdfast::secure::pkcs11
