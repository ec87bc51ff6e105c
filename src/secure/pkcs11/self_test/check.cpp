#include "secure/pkcs11/self_test/check.h"

#include <array>

#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/prepare.h"
#include "secure/pkcs11/self_test/test_key.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

/// Parts are an answer's texts as bytes.
struct Parts {
  wire::Mechanism mechanism;
  Bytes param;
  Bytes input;
  Bytes output;
};

Unexpected<Error> wrong(const char* why) { return fail(Rv::device_error, why); }

Result<void> require_same(ByteView computed, ByteView known) {
  if (!equal(computed, known)) return wrong("the result is not the known answer");
  return {};
}
Result<void> require_same(const SecretBytes& computed, ByteView known) {
  return require_same(wire::SecretCodec::see(computed), known);
}

template <class Interface>
Result<std::unique_ptr<Interface>> started(Verb verb, const wire::Mechanism& mechanism, const Key& key) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin(verb, mechanism, key));
  auto* const operation = std::get_if<std::unique_ptr<Interface>>(&begun.operation);
  if (operation == nullptr) return wrong("the mechanism starts another kind of operation");
  return std::move(*operation);
}

Result<Bytes> signature_of(const wire::Mechanism& mechanism, const Key& key, ByteView input) {
  HF_ASSIGN_OR_RETURN(const auto signer, started<Signer>(Verb::sign, mechanism, key));
  Bytes signature(signer->signature_bytes());
  HF_TRY(signer->sign(input, signature));
  return signature;
}

Result<void> verified(const wire::Mechanism& mechanism, const Key& key, ByteView input, const Bytes& signature) {
  HF_ASSIGN_OR_RETURN(const auto good, started<Verifier>(Verb::verify, mechanism, key));
  HF_TRY(good->verify(input, signature));
  Bytes altered = signature;
  altered[altered.size() / 2] ^= std::byte{1};
  HF_ASSIGN_OR_RETURN(const auto bad, started<Verifier>(Verb::verify, mechanism, key));
  if (bad->verify(input, altered).has_value()) return wrong("an altered signature passes");
  return {};
}

Result<Bytes> ciphered(Verb verb, const wire::Mechanism& mechanism, const Key& key, ByteView input) {
  HF_ASSIGN_OR_RETURN(const auto cipher, started<Cipher>(verb, mechanism, key));
  Bytes out(cipher->oneshot_bytes(input.size()));
  HF_ASSIGN_OR_RETURN(const std::size_t size, cipher->oneshot(input, out));
  out.resize(size);
  return out;
}

Result<void> check_digest(const Parts& parts) {
  HF_ASSIGN_OR_RETURN(Begun begun, begin_digest(parts.mechanism));
  auto* const digester = std::get_if<std::unique_ptr<Digester>>(&begun.operation);
  if (digester == nullptr) return wrong("the mechanism starts another kind of operation");
  Bytes out((*digester)->digest_bytes());
  HF_TRY((*digester)->update(parts.input));
  HF_TRY((*digester)->finish(out));
  return require_same(out, parts.output);
}

Result<void> check_derivation(const Parts& parts, const Key& key) {
  ObjectContent derived = new_key(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  derived.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, static_cast<std::uint32_t>(parts.output.size()));
  HF_TRY(derive_key(parts.mechanism, key, derived));
  const SecretBytes* const value = derived.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return wrong("nothing was derived");
  return require_same(*value, parts.output);
}

Result<void> check_decapsulation(const Parts& parts, const Key& key) {
  HF_ASSIGN_OR_RETURN(const Prepared prepared, prepare(Verb::decapsulate, parts.mechanism, key, Dialect::standard));
  HF_ASSIGN_OR_RETURN(const SecretBytes secret, prepared.row->ops.decapsulate(prepared.start(), parts.input));
  return require_same(secret, parts.output);
}

ObjectContent plain_secret() { return new_key(CKO_SECRET_KEY, CKK_GENERIC_SECRET); }

Result<void> check_wrapping(const Parts& parts, const Key& key) {
  ObjectContent secret = plain_secret();
  HF_TRY(put(secret, ck::AttributeType{CKA_VALUE}, parts.input));
  HF_ASSIGN_OR_RETURN(const Bytes wrapped, wrap_key(parts.mechanism, key, secret.attributes, secret.secrets));
  return require_same(wrapped, parts.output);
}

Result<void> unwraps_to(const wire::Mechanism& mechanism, const Key& key, ByteView wrapped, ByteView known) {
  ObjectContent secret = plain_secret();
  secret.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, static_cast<std::uint32_t>(known.size()));
  HF_TRY(unwrap_key(mechanism, key, wrapped, secret));
  const SecretBytes* const value = secret.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return wrong("nothing was unwrapped");
  return require_same(*value, known);
}

Result<void> check_known_generation(const Parts& parts) {
  ObjectContent key = plain_secret();
  key.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, static_cast<std::uint32_t>(parts.output.size()));
  HF_TRY(generate_key(parts.mechanism, key));
  const SecretBytes* const value = key.secrets.find(ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return wrong("nothing was generated");
  return require_same(*value, parts.output);
}

Result<void> check_with_key(Verb verb, const Parts& parts, const Key& key) {
  switch (verb) {
    case Verb::sign: {
      HF_ASSIGN_OR_RETURN(const Bytes signature, signature_of(parts.mechanism, key, parts.input));
      return require_same(signature, parts.output);
    }
    case Verb::verify:
      return verified(parts.mechanism, key, parts.input, parts.output);
    case Verb::encrypt: {
      HF_ASSIGN_OR_RETURN(const Bytes out, ciphered(verb, parts.mechanism, key, parts.input));
      return require_same(out, parts.output);
    }
    case Verb::decrypt: {
      HF_ASSIGN_OR_RETURN(const Bytes out, ciphered(verb, parts.mechanism, key, parts.output));
      return require_same(out, parts.input);
    }
    case Verb::wrap:
      return check_wrapping(parts, key);
    case Verb::unwrap:
      return unwraps_to(parts.mechanism, key, parts.output, parts.input);
    case Verb::derive:
      return check_derivation(parts, key);
    case Verb::decapsulate:
      return check_decapsulation(parts, key);
    default:
      return wrong("no test for this verb");
  }
}

// ---- Generated keys

constexpr std::size_t kSecretBytes = 32;
constexpr std::uint32_t kMessageBytes = 32;

struct KeyPair {
  TestKey public_key;
  TestKey private_key;
};

Result<KeyPair> made_pair(const MadePair& pair) {
  ObjectContent public_key = new_key(CKO_PUBLIC_KEY, pair.key_type);
  ObjectContent private_key = new_key(CKO_PRIVATE_KEY, pair.key_type);
  for (const KeyPart& part : pair.public_parts) {
    HF_ASSIGN_OR_RETURN(const Bytes value, from_hex(part.hex));
    HF_TRY(put(public_key, ck::AttributeType{part.type}, value));
  }
  HF_TRY(generate_key_pair({.type = ck::MechanismType{pair.generation}, .param = {}}, public_key, private_key));
  return KeyPair{TestKey(std::move(public_key)), TestKey(std::move(private_key))};
}

Result<void> signs_and_verifies(const wire::Mechanism& use, const KeyPair& pair) {
  const Bytes message(kMessageBytes, std::byte{0x5a});
  HF_ASSIGN_OR_RETURN(const Bytes signature, signature_of(use, pair.private_key, message));
  return verified(use, pair.public_key, message, signature);
}

Result<void> encapsulates_and_decapsulates(const wire::Mechanism& use, const KeyPair& pair) {
  HF_ASSIGN_OR_RETURN(const Prepared to, prepare(Verb::encapsulate, use, pair.public_key, Dialect::standard));
  HF_ASSIGN_OR_RETURN(const Encapsulated made, to.row->ops.encapsulate(to.start()));
  HF_ASSIGN_OR_RETURN(const Prepared from, prepare(Verb::decapsulate, use, pair.private_key, Dialect::standard));
  HF_ASSIGN_OR_RETURN(const SecretBytes secret, from.row->ops.decapsulate(from.start(), made.ciphertext));
  return require_same(secret, wire::SecretCodec::see(made.secret));
}

/// agreed is the secret of a private key and the other's public one; `use` has the parameter up to the public value.
Result<ObjectContent> agreed(const wire::Mechanism& use, const TestKey& private_key, const TestKey& public_key) {
  const bool is_ec = public_key.attributes().contains(ck::AttributeType{CKA_EC_POINT});
  const Bytes* const value = public_key.attributes().find(is_ec ? ck::AttributeType{CKA_EC_POINT} : ck::AttributeType{CKA_VALUE});
  if (value == nullptr) return wrong("a made pair has no public value");
  ByteWriter param;
  param.raw(use.param);
  // All but PKCS #3 say how long the value is.
  if (use.type == ck::MechanismType{CKM_DH_PKCS_DERIVE})
    param.raw(*value);
  else
    param.sized(*value);
  ObjectContent derived = plain_secret();
  derived.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, kSecretBytes);
  HF_TRY(derive_key({.type = use.type, .param = param.view()}, private_key, derived));
  return derived;
}

Result<void> agree(const wire::Mechanism& use, const KeyPair& one, const KeyPair& other) {
  HF_ASSIGN_OR_RETURN(const ObjectContent first, agreed(use, one.private_key, other.public_key));
  HF_ASSIGN_OR_RETURN(const ObjectContent second, agreed(use, other.private_key, one.public_key));
  const ck::AttributeType value{CKA_VALUE};
  return require_same(*first.secrets.find(value), wire::SecretCodec::see(*second.secrets.find(value)));
}

}  // namespace

Result<void> check(const KnownAnswer& answer) {
  Parts parts;
  HF_ASSIGN_OR_RETURN(parts.param, from_hex(answer.param));
  HF_ASSIGN_OR_RETURN(parts.input, from_hex(answer.input));
  HF_ASSIGN_OR_RETURN(parts.output, from_hex(answer.output));
  parts.mechanism = {.type = ck::MechanismType{answer.mechanism}, .param = parts.param};
  if (answer.verb == Verb::digest) return check_digest(parts);
  if (answer.verb == Verb::generate) return check_known_generation(parts);
  if (answer.key == nullptr) return wrong("a known answer without its key");
  HF_ASSIGN_OR_RETURN(const TestKey key, TestKey::of(*answer.key));
  return check_with_key(answer.verb, parts, key);
}

Result<void> check(const MadePair& pair) {
  HF_ASSIGN_OR_RETURN(const Bytes param, from_hex(pair.use_param));
  const wire::Mechanism use{.type = ck::MechanismType{pair.use}, .param = param};
  const MechanismRow* const row = find_row(use.type);
  if (row == nullptr) return wrong("the use of a made pair is not offered");
  HF_ASSIGN_OR_RETURN(const KeyPair made, made_pair(pair));
  if (offers(*row, Verb::sign)) return signs_and_verifies(use, made);
  if (offers(*row, Verb::derive)) {
    HF_ASSIGN_OR_RETURN(const KeyPair peer, made_pair(pair));
    return agree(use, made, peer);
  }
  if (offers(*row, Verb::encapsulate)) return encapsulates_and_decapsulates(use, made);
  return wrong("no test for the use of a made pair");
}

Result<void> check_generation(const MechanismRow& row) {
  std::array<Bytes, 2> made;
  for (Bytes& value : made) {
    ObjectContent key = new_key(CKO_SECRET_KEY, row.keys.first().value);
    key.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, kSecretBytes);
    HF_TRY(generate_key({.type = ck::MechanismType{row.id}, .param = {}}, key));
    const SecretBytes* const secret = key.secrets.find(ck::AttributeType{CKA_VALUE});
    if (secret == nullptr) return wrong("nothing was generated");
    value = to_bytes(wire::SecretCodec::see(*secret));  // of a key that nobody will use
  }
  if (made[0].empty() || made[0] == made[1]) return wrong("two generated keys are one");
  return {};
}

}  // namespace holdfast::secure::pkcs11::self_test
