// Any mechanism parameter with any key: it is refused, or the operation it begins runs to its end inside its buffers.
#include <array>

#include <pkcs11/pkcs11.h>

#include "fuzz/fuzz_input.h"
#include "secure/pkcs11/operations/begin.h"
#include "secure/pkcs11/operations/param.h"
#include "support/secret_peek.h"
#include "support/template_builder.h"
#include "wire/codec.h"

namespace {

using namespace holdfast;
using namespace holdfast::secure::pkcs11;
using namespace holdfast::testing;

class SampleKey final : public Key {
 public:
  SampleKey(ObjectContent content) : content_(std::move(content)) {
    for (const std::uint32_t use :
         Types{CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP, CKA_DERIVE})
      content_.attributes.set_flag(ck::AttributeType{use}, true);
    material_ = load_key(content_.attributes, content_.secrets).value();
  }
  const AttributeSet& attributes() const override { return content_.attributes; }
  Result<KeyMaterial> material() const override { return *material_; }
  const SecretSet& secrets() const { return content_.secrets; }

 private:
  ObjectContent content_;
  std::optional<KeyMaterial> material_;
};

ObjectContent draft(std::uint32_t object_class, std::uint32_t key_type) {
  ObjectContent content;
  content.attributes.set_ulong(ck::AttributeType{CKA_CLASS}, object_class);
  content.attributes.set_ulong(ck::AttributeType{CKA_KEY_TYPE}, key_type);
  return content;
}

SampleKey secret_key(std::uint32_t key_type, std::size_t bytes) {
  ObjectContent content = draft(CKO_SECRET_KEY, key_type);
  content.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, static_cast<std::uint32_t>(bytes));
  content.secrets.set(ck::AttributeType{CKA_VALUE}, SecretPeek::make(Bytes(bytes, std::byte{0x42})));
  return SampleKey(std::move(content));
}

void add_pair(std::vector<SampleKey>& keys, std::uint32_t generator, std::uint32_t key_type, std::string_view curve) {
  ObjectContent public_half = draft(CKO_PUBLIC_KEY, key_type);
  ObjectContent private_half = draft(CKO_PRIVATE_KEY, key_type);
  if (curve.empty()) {
    public_half.attributes.set_ulong(ck::AttributeType{CKA_MODULUS_BITS}, 2048);
  } else {
    public_half.attributes.set(ck::AttributeType{CKA_EC_PARAMS}, to_bytes(as_bytes(curve)));
  }
  const wire::Mechanism mechanism{.type = ck::MechanismType{generator}, .param = {}};
  require(generate_key_pair(mechanism, public_half, private_half).has_value());
  keys.emplace_back(std::move(public_half));
  keys.emplace_back(std::move(private_half));
}

const std::vector<SampleKey>& keys() {
  static const std::vector<SampleKey> kKeys = [] {
    std::vector<SampleKey> made;
    made.push_back(secret_key(CKK_AES, 16));
    made.push_back(secret_key(CKK_AES, 32));
    made.push_back(secret_key(CKK_GENERIC_SECRET, 20));
    add_pair(made, CKM_RSA_PKCS_KEY_PAIR_GEN, CKK_RSA, "");
    add_pair(made, CKM_EC_KEY_PAIR_GEN, CKK_EC, "\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07");
    add_pair(made, CKM_EC_EDWARDS_KEY_PAIR_GEN, CKK_EC_EDWARDS, "\x06\x03\x2B\x65\x70");
    return made;
  }();
  return kKeys;
}

// Outputs have exactly the size asked for: one byte beyond is poisoned.
void run(Signer& signer, ByteView data, bool in_parts) {
  Bytes out(signer.signature_bytes());
  if (!in_parts) return void(signer.sign(data, out));
  if (signer.update(data)) (void)signer.finish(out);
}
void run(Verifier& verifier, ByteView data, bool in_parts) {
  const ByteView signature = data.first(data.size() / 2);
  if (!in_parts) return void(verifier.verify(data, signature));
  if (verifier.update(data)) (void)verifier.finish(signature);
}
void run(Digester& digester, ByteView data, bool) {
  Bytes out(digester.digest_bytes());
  if (digester.update(data)) (void)digester.finish(out);
}
void run(Recoverer& recoverer, ByteView data, bool) {
  Bytes out(recoverer.data_bytes());
  (void)recoverer.recover(data, out);
}

// The data serve as the message's parameter too: half of each.
void run(MessageEncryptor& encryptor, ByteView data, bool) {
  const ByteView param = data.first(data.size() / 2);
  const ByteView text = data.subspan(param.size());
  if (!encryptor.sizes(param) || !encryptor.begin(param, text)) return;
  Bytes out(text.size());
  Bytes tag(encryptor.tag_bytes());
  if (encryptor.update(text, out)) (void)encryptor.finish(tag);
}
void run(MessageDecryptor& decryptor, ByteView data, bool) {
  const ByteView param = data.first(data.size() / 2);
  if (!decryptor.begin(param, {}) || !decryptor.update(data.subspan(param.size()))) return;
  Bytes out(decryptor.held_bytes());
  (void)decryptor.finish(param, out);
}
template <class Interface>
void run(MessageSeries<Interface>& series, ByteView data, bool in_parts) {
  if (series.begin()) run(series.running(), data, in_parts);
}

void run(Cipher& cipher, ByteView data, bool in_parts) {
  if (!in_parts) {
    Bytes out(cipher.oneshot_bytes(data.size()));
    const Result<std::size_t> size = cipher.oneshot(data, out);
    return require(!size || *size <= out.size());
  }
  for (const ByteView part : {data.first(data.size() / 3), data.subspan(data.size() / 3)}) {
    Bytes out(cipher.update_bytes(part.size()));
    const Result<std::size_t> size = cipher.update(part, out);
    if (!size) return;
    require(*size <= out.size());
  }
  Bytes out(cipher.finish_bytes());
  const Result<std::size_t> size = cipher.finish(out);
  require(!size || *size <= out.size());
}

void derive(const wire::Mechanism& mechanism, const SampleKey& key, std::uint8_t bytes) {
  ObjectContent derived = draft(CKO_SECRET_KEY, CKK_GENERIC_SECRET);
  if (bytes != 0) derived.attributes.set_ulong(ck::AttributeType{CKA_VALUE_LEN}, bytes);
  (void)derive_key(mechanism, key, derived);
}

void wrap_and_unwrap(const wire::Mechanism& mechanism, const SampleKey& key, const SampleKey& other, ByteView data) {
  (void)wrap_key(mechanism, key, other.attributes(), other.secrets());
  ObjectContent secret = draft(CKO_SECRET_KEY, CKK_AES);
  (void)unwrap_key(mechanism, key, data, secret);
  ObjectContent pair = draft(CKO_PRIVATE_KEY, other.attributes().key_type().value);
  (void)unwrap_key(mechanism, key, data, pair);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  FuzzInput input(data, size);
  const auto& mechanisms = offered_mechanisms();
  const OfferedMechanism& chosen = mechanisms[input.u16() % mechanisms.size()];
  const std::uint8_t verb = input.u8();
  const SampleKey& key = keys()[input.u8() % keys().size()];
  const SampleKey& other = keys()[input.u8() % keys().size()];
  const wire::Mechanism mechanism{.type = chosen.type, .param = input.sized()};
  const Bytes payload = to_bytes(input.rest());

  for (std::uint8_t kind = 0; kind <= static_cast<std::uint8_t>(wire::kNewestParamKind); ++kind)
    (void)parse_param(static_cast<wire::ParamKind>(kind), mechanism.param);

  const bool in_parts = (verb & 0x80) != 0;
  constexpr std::array kVerbs = {Verb::encrypt,        Verb::decrypt,         Verb::sign,            Verb::verify,
                                 Verb::sign_recover,   Verb::verify_recover,  Verb::message_encrypt, Verb::message_decrypt,
                                 Verb::message_sign,   Verb::message_verify};
  switch (verb & 15) {
    case 13: {
      Result<Begun> begun = begin_digest(mechanism);
      if (begun) run(*std::get<std::unique_ptr<Digester>>(begun->operation), payload, in_parts);
      return 0;
    }
    case 14:
      derive(mechanism, key, static_cast<std::uint8_t>(payload.size()));
      return 0;
    case 15:
      wrap_and_unwrap(mechanism, key, other, payload);
      return 0;
    default:
      break;
  }
  Result<Begun> begun = begin(kVerbs[(verb & 15) % kVerbs.size()], mechanism, key);
  if (!begun) return 0;
  std::visit([&](const auto& operation) { run(*operation, payload, in_parts && begun->parts == Parts::any); },
             begun->operation);
  return 0;
}
