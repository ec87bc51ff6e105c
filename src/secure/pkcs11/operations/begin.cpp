#include "secure/pkcs11/operations/begin.h"

#include <pkcs11/pkcs11.h>

#include "base/byte_reader.h"
#include "secure/pkcs11/mechanisms/optee_rows.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/operations/pair_type.h"
#include "secure/pkcs11/operations/begin_message.h"
#include "secure/pkcs11/operations/prepare.h"

namespace holdfast::secure::pkcs11 {
namespace {

std::uint32_t usage_attribute(Verb verb) {
  switch (verb) {
    case Verb::encrypt:
    case Verb::message_encrypt:
      return CKA_ENCRYPT;
    case Verb::decrypt:
    case Verb::message_decrypt:
      return CKA_DECRYPT;
    case Verb::sign:
    case Verb::message_sign:
      return CKA_SIGN;
    case Verb::verify:
    case Verb::message_verify:
      return CKA_VERIFY;
    case Verb::sign_recover:
      return CKA_SIGN_RECOVER;
    case Verb::verify_recover:
      return CKA_VERIFY_RECOVER;
    case Verb::encapsulate:
      return CKA_ENCAPSULATE;
    case Verb::decapsulate:
      return CKA_DECAPSULATE;
    case Verb::wrap:
      return CKA_WRAP;
    case Verb::unwrap:
      return CKA_UNWRAP;
    case Verb::derive:
      return CKA_DERIVE;
    case Verb::digest:
    case Verb::generate:
    case Verb::generate_pair:
    case Verb::generate_parameters:
      break;
  }
  return 0xFFFFFFFF;  // no attribute: these verbs use no key
}

bool is_half_of_pair(ck::KeyType type) { return find_pair_type(type) != nullptr; }

ck::ObjectClass class_for(Verb verb, ck::KeyType type) {
  if (!is_half_of_pair(type)) return ck::ObjectClass{CKO_SECRET_KEY};
  const bool public_half = verb == Verb::encrypt || verb == Verb::message_encrypt || verb == Verb::verify ||
                           verb == Verb::message_verify || verb == Verb::verify_recover || verb == Verb::wrap ||
                           verb == Verb::encapsulate;
  return public_half ? ck::ObjectClass{CKO_PUBLIC_KEY} : ck::ObjectClass{CKO_PRIVATE_KEY};
}

/// key_bits is the size of a key by its attributes; 0 when they do not tell, which no range contains.
std::uint32_t key_bits(const AttributeSet& key) {
  if (const PairType* const pair = find_pair_type(key.key_type()); pair != nullptr) return pair->bits(key);
  const std::uint32_t bytes = key.ulong(ck::AttributeType{CKA_VALUE_LEN}).value_or(only_secret_size(key.key_type()));
  return bytes > UINT32_MAX / 8 ? 0 : bytes * 8;
}

bool size_in_range(const KeySize& size, std::uint32_t bits) {
  if (std::holds_alternative<NoSize>(size)) return true;
  const std::uint32_t amount = std::holds_alternative<Bits>(size) ? bits : bits / 8;
  return amount >= min_size(size) && amount <= max_size(size);
}

/// An absent or empty CKA_ALLOWED_MECHANISMS restricts nothing.
bool is_allowed(const AttributeSet& key, ck::MechanismType mechanism) {
  const Bytes* const list = key.find(ck::AttributeType{CKA_ALLOWED_MECHANISMS});
  if (list == nullptr || list->empty()) return true;
  ByteReader in(*list);
  while (in.remaining() != 0) {
    const auto entry = in.u32();
    if (!entry.has_value()) return false;
    if (*entry == mechanism.value) return true;
  }
  return false;
}

/// unfit_family is the code for a key that the mechanism does not take. OP-TEE says of its mechanisms for secret keys
/// that the key may not do this (ABI section 9.2).
Rv unfit_family(const MechanismRow& row, Dialect dialect) {
  const bool for_pairs = is_half_of_pair(row.keys.first());
  return dialect == Dialect::optee && !for_pairs ? Rv::key_function_not_permitted : Rv::key_type_inconsistent;
}

/// Where OP-TEE counts keys in bytes its minimum holds in its dialect: that of an HMAC (ABI section 9.2).
bool is_below_minimum(const MechanismRow& row, const AttributeSet& key, Dialect dialect) {
  if (dialect == Dialect::standard || !std::holds_alternative<Octets>(row.size)) return false;
  const OpteeRow* const optee = find_optee_row(ck::MechanismType{row.id});
  return optee != nullptr && key_bits(key) / 8 < optee->min_size;
}

/// OP-TEE derives no key by encryption from one that may encrypt (ABI section 9.2): the derived key's value could be
/// had.
bool would_show_derived(Verb verb, const MechanismRow& row, const AttributeSet& key, Dialect dialect) {
  return dialect == Dialect::optee && verb == Verb::derive && row.keys.contains(ck::KeyType{CKK_AES}) &&
         key.flag(ck::AttributeType{CKA_ENCRYPT});
}

Result<void> check_attributes(Verb verb, const MechanismRow& row, const AttributeSet& key, Dialect dialect) {
  const bool is_free = verb == Verb::derive && !row.derives.asks_derive;
  if (!is_free && !key.flag(ck::AttributeType{usage_attribute(verb)}))
    return fail(Rv::key_function_not_permitted, "key's usage attribute is false");
  if (!row.keys.contains(key.key_type())) return fail(unfit_family(row, dialect), "mechanism takes another key type");
  if (key.object_class() != class_for(verb, key.key_type()))
    return fail(unfit_family(row, dialect), "mechanism takes another class of key for this");
  if (would_show_derived(verb, row, key, dialect)) return fail(Rv::function_failed, "the parent key may encrypt");
  if (!is_allowed(key, ck::MechanismType{row.id}))
    return fail(Rv::key_function_not_permitted, "mechanism not among CKA_ALLOWED_MECHANISMS");
  if (!size_in_range(row.size, key_bits(key)) || is_below_minimum(row, key, dialect))
    return fail(Rv::key_size_range, "key size outside the mechanism's range");
  return {};
}

/// as_role gives the code for a key that wraps, unwraps or is derived from: PKCS#11's lists for C_WrapKey, C_UnwrapKey
/// and C_DeriveKey have no CKR_KEY_FUNCTION_NOT_PERMITTED. OP-TEE leaves CKR_KEY_TYPE_INCONSISTENT as it is (ABI 5.7).
Rv as_role(Verb verb, Rv rv, Dialect dialect) {
  const bool unfit =
      rv == Rv::key_function_not_permitted || (rv == Rv::key_type_inconsistent && dialect == Dialect::standard);
  switch (verb) {
    case Verb::wrap:
      if (unfit) return Rv::wrapping_key_type_inconsistent;
      return rv == Rv::key_size_range ? Rv::wrapping_key_size_range : rv;
    case Verb::unwrap:
    case Verb::decapsulate:
      if (unfit) return Rv::unwrapping_key_type_inconsistent;
      return rv == Rv::key_size_range ? Rv::unwrapping_key_size_range : rv;
    case Verb::derive:
    case Verb::encapsulate:
      return unfit ? Rv::key_type_inconsistent : rv;
    default:
      return rv;
  }
}

template <class Interface>
Result<Begun> begun(const MechanismRow& row, Dialect dialect, Made<Interface> made) {
  HF_ASSIGN_OR_RETURN(std::unique_ptr<Interface> operation, std::move(made));
  return Begun{.operation = Operation(std::move(operation)),
               .parts = row.parts,
               .input = dialect == Dialect::optee ? row.optee_input : InputRule::any,
               .update_rv = dialect == Dialect::optee ? row.optee_update_rv : Rv::mechanism_invalid};
}

}  // namespace

Result<const MechanismRow*> row_for(Verb verb, ck::MechanismType mechanism, Dialect dialect) {
  const MechanismRow* const row = find_row(mechanism);
  // Two verbs may share a flag: keys and domain parameters are both generated.
  if (row == nullptr || !offers(*row, verb) || (flags_in(*row, dialect) & flag_of(verb)) == 0)
    return fail(Rv::mechanism_invalid, "mechanism not offered for this");
  return row;
}

Result<MechanismParam> read_param(const MechanismRow& row, ByteView param, Dialect dialect) {
  if (dialect == Dialect::standard) return parse_param(row.param, param);
  // OP-TEE ABI section 7: where a mechanism takes no parameter, only those that work with secret keys look whether one
  // came.
  const bool looks_away = row.param == wire::ParamKind::none && row.optee_input == InputRule::any;
  if (looks_away) return NoParam{};
  // It wants both numbers of an EdDSA parameter, and any flag but 0 is a prehash.
  if (row.param == wire::ParamKind::eddsa && param.size() < 2 * sizeof(std::uint32_t))
    return fail(Rv::arguments_bad, "an EdDSA parameter of OP-TEE has two numbers");
  auto parsed = parse_param(row.param, param);
  if (!parsed.has_value()) return fail(optee_param_rv(row.param, param.size()), parsed.error().why);
  return parsed;
}

Result<void> require_use(Verb verb, const wire::Mechanism& mechanism, const AttributeSet& key, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(verb, mechanism.type, dialect));
  if (const auto checked = check_attributes(verb, *row, key, dialect); !checked.has_value())
    return fail(as_role(verb, checked.error().rv, dialect), checked.error().why);
  return {};
}

Result<Prepared> prepare(Verb verb, const wire::Mechanism& mechanism, const Key& key, Dialect dialect) {
  HF_TRY(require_use(verb, mechanism, key.attributes(), dialect));
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(verb, mechanism.type, dialect));
  HF_ASSIGN_OR_RETURN(KeyMaterial material, key.material());
  HF_ASSIGN_OR_RETURN(MechanismParam param, is_message_verb(verb)
                                                ? read_message_init_param(verb, *row, mechanism.param)
                                                : read_param(*row, mechanism.param, dialect));
  return Prepared{row, std::move(material), param, dialect};
}

Result<Begun> begin(Verb verb, const wire::Mechanism& mechanism, const Key& key, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(verb, mechanism, key, dialect));
  const MechanismRow& row = *prepared.row;
  switch (verb) {
    case Verb::encrypt:
      return begun(row, dialect, row.ops.encrypt(prepared.start()));
    case Verb::decrypt:
      return begun(row, dialect, row.ops.decrypt(prepared.start()));
    case Verb::sign:
      return begun(row, dialect, row.ops.sign(prepared.start()));
    case Verb::verify:
      return begun(row, dialect, row.ops.verify(prepared.start()));
    case Verb::sign_recover:
      return begun(row, dialect, row.ops.sign_recover(prepared.start()));
    case Verb::verify_recover:
      return begun(row, dialect, row.ops.verify_recover(prepared.start()));
    default:
      return begin_messages(verb, prepared, mechanism.param);
  }
}

std::uint32_t verb_flag(Verb verb) { return flag_of(verb); }

std::optional<ck::KeyType> key_type_of(ck::MechanismType mechanism) {
  const MechanismRow* const row = find_row(mechanism);
  if (row == nullptr || row->keys.empty()) return std::nullopt;
  return row->keys.first();
}

std::optional<HashUse> hash_use(ck::MechanismType mechanism) {
  const MechanismRow* const row = find_row(mechanism);
  if (row == nullptr || !row->digest.has_value()) return std::nullopt;
  const bool is_of_pair = !row->keys.empty() && is_half_of_pair(row->keys.first());
  return HashUse{.digest = *row->digest, .is_signature = is_of_pair && offers(*row, Verb::sign)};
}

Result<Begun> begin_digest(const wire::Mechanism& mechanism, Dialect dialect) {
  HF_ASSIGN_OR_RETURN(const MechanismRow* const row, row_for(Verb::digest, mechanism.type, dialect));
  HF_ASSIGN_OR_RETURN(const MechanismParam param, read_param(*row, mechanism.param, dialect));
  return begun(*row, dialect, row->ops.digest(*row, param));
}

}  // namespace holdfast::secure::pkcs11
