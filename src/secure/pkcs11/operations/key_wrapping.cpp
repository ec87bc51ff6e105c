#include <pkcs11/pkcs11.h>

#include "secure/crypto/key_info.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/pair_type.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// plain_form is what gets encrypted: a secret key's value, a private key as PKCS#8.
Result<SecretBytes> plain_form(const AttributeSet& key, const SecretSet& secrets) {
  if (key.object_class().value == CKO_PRIVATE_KEY) return encode_private(key, secrets);
  const SecretBytes* const value = secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return fail(Rv::key_not_wrappable, "key has no value");
  return crypto::copy(*value);
}

/// wraps_private tells whether private keys of a type go through the mechanism. OP-TEE pads those of RSA with zeros
/// like secret keys, which PKCS#11 has not (ABI section 11.3).
bool wraps_private(const MechanismRow& row, ck::KeyType type, Dialect dialect) {
  if (row.wraps == Wraps::secret_and_private_keys) return true;
  return dialect == Dialect::optee && row.unwrapped == UnwrappedLength::padded && type.value == CKK_RSA;
}

/// as_unwrapping gives the C_UnwrapKey code for what a decryption found wrong with its input.
Rv as_unwrapping(Rv rv) {
  switch (rv) {
    case Rv::encrypted_data_invalid:
    case Rv::aead_decrypt_failed:
      return Rv::wrapped_key_invalid;
    case Rv::encrypted_data_len_range:
      return Rv::wrapped_key_len_range;
    default:
      return rv;
  }
}

/// The length of an unwrapped secret key is that of its plain form, unless the mechanism padded it: then
/// CKA_VALUE_LEN tells how many leading bytes are the key.
Result<SecretBytes> fit_length(SecretBytes value, const MechanismRow& row, const AttributeSet& key, Dialect dialect) {
  std::optional<std::uint32_t> asked = key.ulong(ck::AttributeType{CKA_VALUE_LEN});
  // PKCS#11 3.2, "AES-ECB": what was padded is cut to the length of the key's type, too.
  const std::uint32_t only = only_secret_size(key.key_type());
  if (!asked.has_value() && row.unwrapped == UnwrappedLength::padded && only != 0) asked = only;
  if (asked.has_value() && *asked != value.size()) {
    if (*asked > value.size() || *asked == 0)
      // OP-TEE ABI section 11.3
      return fail(dialect == Dialect::optee ? Rv::data_len_range : Rv::wrapped_key_len_range,
                  "CKA_VALUE_LEN above the wrapped key's");
    if (row.unwrapped == UnwrappedLength::exact)
      return fail(Rv::template_inconsistent, "CKA_VALUE_LEN differs from the wrapped key's");
    HF_ASSIGN_OR_RETURN(value, crypto::slice(value, 0, *asked));
  }
  if (!secret_size_fits(key.key_type(), value.size()))
    return fail(Rv::wrapped_key_len_range, "key type has no such size");
  return value;
}

/// store_sound_private decodes a private key and checks its numbers, so that no broken key gets into the token.
Result<void> store_sound_private(const SecretBytes& encoded, ObjectContent& key) {
  HF_TRY(decode_private(encoded, key));
  const auto loaded = load_key(key.attributes, key.secrets);
  if (!loaded.has_value()) return fail(Rv::wrapped_key_invalid, loaded.error().why);
  return {};
}

/// plain_to_wrap is what a mechanism gets to wrap, after the checks of its row.
Result<SecretBytes> plain_to_wrap(const MechanismRow& row, const AttributeSet& key, const SecretSet& secrets,
                                  Dialect dialect) {
  const bool is_private = key.object_class().value == CKO_PRIVATE_KEY;
  if (!is_private && key.object_class().value != CKO_SECRET_KEY)
    return fail(Rv::key_not_wrappable, "object is no such key");
  if (is_private && !wraps_private(row, key.key_type(), dialect))
    return fail(Rv::key_not_wrappable, "mechanism wraps secret keys only");
  return plain_form(key, secrets);
}

/// require_unwrappable checks that the row makes such a key.
Result<void> require_unwrappable(const MechanismRow& row, const AttributeSet& key, Dialect dialect) {
  const bool is_private = key.object_class().value == CKO_PRIVATE_KEY;
  if (!is_private && key.object_class().value != CKO_SECRET_KEY)
    return fail(Rv::template_inconsistent, "only secret and private keys are unwrapped");
  if (is_private && !wraps_private(row, key.key_type(), dialect))
    return fail(Rv::template_inconsistent, "mechanism unwraps secret keys only");
  return {};
}

Result<void> store_unwrapped(Result<SecretBytes> plain, const MechanismRow& row, ObjectContent& key, Dialect dialect) {
  if (!plain.has_value()) return fail(as_unwrapping(plain.error().rv), plain.error().why);
  const bool is_private = key.attributes.object_class().value == CKO_PRIVATE_KEY;
  if (is_private && row.unwrapped == UnwrappedLength::padded) {
    HF_ASSIGN_OR_RETURN(const SecretBytes encoded, crypto::without_zero_padding(*plain));
    return store_sound_private(encoded, key);
  }
  if (is_private) return store_sound_private(*plain, key);
  HF_ASSIGN_OR_RETURN(SecretBytes value, fit_length(std::move(plain).value(), row, key.attributes, dialect));
  key.secrets.set(ck::AttributeType{CKA_VALUE}, std::move(value));
  return {};
}

/// prepare_aead is prepare with the parameter that the use has.
Result<Prepared> prepare_aead(Verb verb, const wire::Mechanism& mechanism, const Key& key, const AeadUse& use) {
  HF_TRY(require_use(verb, mechanism, key.attributes()));
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(verb, mechanism.type, Dialect::standard));
  const std::optional<wire::ParamKind> kind = use.is_authenticated ? row->message_param : row->wrap_param;
  if (!kind.has_value() || row->ops.wrap_aead == nullptr || row->ops.unwrap_aead == nullptr)
    return fail(Rv::mechanism_invalid, "mechanism does not authenticate what it wraps");
  HF_ASSIGN_OR_RETURN(KeyMaterial material, key.material());
  HF_ASSIGN_OR_RETURN(MechanismParam param, parse_param(*kind, mechanism.param));
  return Prepared{row, std::move(material), std::move(param), Dialect::standard};
}

}  // namespace

Result<Bytes> wrap_key(const wire::Mechanism& mechanism, const Key& wrapping_key, const AttributeSet& key,
                       const SecretSet& secrets, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::wrap, mechanism, wrapping_key, dialect));
  if (prepared.row->ops.wrap == nullptr) return fail(Rv::mechanism_invalid, "mechanism wraps with another parameter");
  HF_ASSIGN_OR_RETURN(const SecretBytes plain, plain_to_wrap(*prepared.row, key, secrets, dialect));
  return prepared.row->ops.wrap(prepared.start(), plain);
}

Result<void> unwrap_key(const wire::Mechanism& mechanism, const Key& unwrapping_key, ByteView wrapped,
                        ObjectContent& key, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::unwrap, mechanism, unwrapping_key, dialect));
  if (prepared.row->ops.unwrap == nullptr) return fail(Rv::mechanism_invalid, "mechanism unwraps with another parameter");
  HF_TRY(require_unwrappable(*prepared.row, key.attributes, dialect));
  return store_unwrapped(prepared.row->ops.unwrap(prepared.start(), wrapped), *prepared.row, key, dialect);
}

Result<Sealed> wrap_key_aead(const wire::Mechanism& mechanism, const Key& wrapping_key, const AttributeSet& key,
                             const SecretSet& secrets, const AeadUse& use) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare_aead(Verb::wrap, mechanism, wrapping_key, use));
  HF_ASSIGN_OR_RETURN(const SecretBytes plain, plain_to_wrap(*prepared.row, key, secrets, Dialect::standard));
  return prepared.row->ops.wrap_aead(prepared.start(), plain, use.associated_data);
}

Result<void> unwrap_key_aead(const wire::Mechanism& mechanism, const Key& unwrapping_key, ByteView wrapped,
                             ObjectContent& key, const AeadUse& use) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare_aead(Verb::unwrap, mechanism, unwrapping_key, use));
  HF_TRY(require_unwrappable(*prepared.row, key.attributes, Dialect::standard));
  return store_unwrapped(prepared.row->ops.unwrap_aead(prepared.start(), wrapped, use.associated_data), *prepared.row, key,
                         Dialect::standard);
}

}  // namespace holdfast::secure::pkcs11
