// Any template: objects made, changed, copied, searched and read by it keep the rules of their rows.
#include <array>

#include <pkcs11/pkcs11.h>

#include "fuzz/fuzz_input.h"
#include "secure/pkcs11/attributes/apply.h"
#include "secure/pkcs11/attributes/policy.h"
#include "support/secret_peek.h"
#include "support/template_builder.h"

namespace {

using namespace holdfast;
using namespace holdfast::secure::pkcs11;
using holdfast::testing::require;
using holdfast::testing::SecretPeek;
using holdfast::testing::TemplateBuilder;

constexpr std::array kImplied = {
    Expectation{},
    Expectation{.object_class = ck::ObjectClass{CKO_SECRET_KEY}, .key_type = ck::KeyType{CKK_AES}},
    Expectation{.object_class = ck::ObjectClass{CKO_SECRET_KEY}},
    Expectation{.object_class = ck::ObjectClass{CKO_PUBLIC_KEY}, .key_type = ck::KeyType{CKK_RSA}},
    Expectation{.object_class = ck::ObjectClass{CKO_PRIVATE_KEY}, .key_type = ck::KeyType{CKK_EC}},
};

/// check_attributes: every attribute has a row, and none that is secret lies open.
void check_attributes(const AttributeSet& set) {
  const Policy policy = policy_of(set);
  for (const auto& [type, value] : set) {
    require(policy.find(type) != nullptr);
    require(!is_secret(set, type));
  }
  const Result<AttributeSet> again = AttributeSet::parse(set.serialise());
  require(again.has_value() && *again == set);
}

class Secrets final : public SecretSource {
 public:
  explicit Secrets(const SecretSet& set) : set_(set) {}
  Result<const SecretSet*> secrets() override { return &set_; }

 private:
  const SecretSet& set_;
};

void check_read(const ObjectContent& object, const wire::Template& request, Dialect dialect) {
  Secrets source(object.secrets);
  const Result<AttributeReply> reply = read_attributes(object.attributes, source, request, dialect);
  if (!reply) return require(reply.error().rv == Rv::arguments_bad);
  require(reply->reply.size() == wire::kTemplateHeadBytes + request.attributes.size());
}

/// A sensitive value is not told, whatever else the object says.
void check_sensitive(const ObjectContent& object, Dialect dialect) {
  if (!object.attributes.flag(ck::AttributeType{CKA_SENSITIVE}) ||
      object.secrets.find(ck::AttributeType{CKA_VALUE}) == nullptr)
    return;
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_VALUE, 64);
  Secrets source(object.secrets);
  const Result<AttributeReply> reply = read_attributes(object.attributes, source, request.view(), dialect);
  require(reply.has_value() && reply->status != Rv::ok);
  const ByteView place = SecretPeek::see(reply->reply).subspan(wire::kTemplateHeadBytes + wire::kAttributeHeadBytes);
  for (const std::byte byte : place) require(byte == std::byte{0});
}

void check_changes(const ObjectContent& object, const wire::Template& change, Dialect dialect) {
  for (const bool officer : {false, true}) {
    const Actor actor{.is_security_officer = officer, .dialect = dialect};
    const AttributeSet& old = object.attributes;
    for (const Result<AttributeSet>& outcome :
         {changed_attributes(old, change, actor), copied_attributes(old, change, actor)}) {
      if (!outcome) continue;
      const auto flag = [&](const AttributeSet& set, std::uint32_t type) { return set.flag(ck::AttributeType{type}); };
      require(outcome->object_class() == old.object_class() && outcome->key_type() == old.key_type());
      require(flag(*outcome, CKA_SENSITIVE) || !flag(old, CKA_SENSITIVE));
      require(!flag(*outcome, CKA_EXTRACTABLE) || flag(old, CKA_EXTRACTABLE));
      require(flag(*outcome, CKA_PRIVATE) || !flag(old, CKA_PRIVATE));
      require(officer || !flag(*outcome, CKA_TRUSTED) || flag(old, CKA_TRUSTED));
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::testing::FuzzInput input(data, size);
  const std::uint8_t kind = input.u8();
  const auto origin = static_cast<Origin>(kind % 4);
  const Dialect dialect = (kind & 4) == 0 ? Dialect::standard : Dialect::optee;
  Expectation expected = kImplied[input.u8() % kImplied.size()];
  expected.dialect = dialect;
  const Bytes required = to_bytes(input.sized());
  if (!required.empty()) expected.required_template = &required;
  const ByteView first = input.sized();
  const wire::Template attributes{.attributes = first, .count = input.u8()};
  const ByteView second = input.rest();
  const wire::Template other{.attributes = second, .count = 1};

  (void)check_search_template(other, dialect);
  Result<ObjectContent> object = draft_object(origin, attributes, expected);
  if (!object) return 0;
  if (origin != Origin::create)
    object->secrets.set(ck::AttributeType{CKA_VALUE}, SecretPeek::make(as_bytes("a very secret value")));
  (void)complete_object(*object, {.origin = origin});
  check_attributes(object->attributes);
  const Result<SecretBytes> secrets = object->secrets.serialise();
  require(secrets.has_value() && SecretSet::parse(*secrets).has_value());
  (void)matches(object->attributes, other);
  check_read(*object, other, dialect);
  check_sensitive(*object, dialect);
  check_changes(*object, other, dialect);
  return 0;
}
