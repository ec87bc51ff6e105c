// Changing, reading and searching objects in OP-TEE's dialect (ABI sections 4.5, 5.5, 8.3, 10.6, 11.1).

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr Actor kUser{.is_security_officer = false, .dialect = Dialect::optee};
constexpr Actor kOfficer{.is_security_officer = true, .dialect = Dialect::optee};
constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

ObjectContent content(const TemplateBuilder& attributes) {
  ObjectContent made = draft_object(Origin::create, attributes.view(), {.dialect = Dialect::optee}).value();
  EXPECT_THAT(complete_object(made, {}), IsOk());
  return made;
}
AttributeSet object(const TemplateBuilder& attributes) { return content(attributes).attributes; }
Rv set(const AttributeSet& current, const TemplateBuilder& change, const Actor& actor = kUser) {
  const auto changed = changed_attributes(current, change.view(), actor);
  return changed ? Rv::ok : changed.error().rv;
}
Rv copy(const AttributeSet& current, const TemplateBuilder& change, const Actor& actor = kUser) {
  const auto changed = copied_attributes(current, change.view(), actor);
  return changed ? Rv::ok : changed.error().rv;
}
TemplateBuilder flag(std::uint32_t type, bool value) { return TemplateBuilder().flag(type, value); }
TemplateBuilder text(std::uint32_t type, std::string_view value = "x") { return TemplateBuilder().text(type, value); }

// ---- Set and copy

struct Modifiable {
  const char* kind;
  TemplateBuilder attributes;
  Types booleans;
  Types values;
};

TEST(OpteeSet, ChangesWhatTheAbiLists) {
  const Modifiable kKinds[] = {
      {"data", data_template(), {}, {CKA_LABEL}},
      {"secret key", secret_key_template(),
       {CKA_DERIVE, CKA_ENCRYPT, CKA_DECRYPT, CKA_SIGN, CKA_VERIFY, CKA_WRAP, CKA_UNWRAP}, {CKA_LABEL, CKA_ID}},
      {"public key", public_key_template(CKK_RSA),
       {CKA_DERIVE, CKA_ENCRYPT, CKA_VERIFY, CKA_VERIFY_RECOVER, CKA_WRAP}, {CKA_LABEL, CKA_ID, CKA_SUBJECT}},
      {"private key", private_key_template(CKK_EC),
       {CKA_DERIVE, CKA_DECRYPT, CKA_SIGN, CKA_SIGN_RECOVER, CKA_UNWRAP}, {CKA_LABEL, CKA_ID, CKA_SUBJECT}},
      {"certificate", certificate_template().text(CKA_ID, "").text(CKA_ISSUER, "").text(CKA_SERIAL_NUMBER, ""), {},
       {CKA_LABEL, CKA_ID, CKA_ISSUER, CKA_SERIAL_NUMBER}},
  };
  for (const Modifiable& kind : kKinds) {
    const AttributeSet made = object(kind.attributes);
    for (const std::uint32_t type : kind.booleans) {
      EXPECT_EQ(set(made, flag(type, true)), Rv::ok) << kind.kind << std::hex << type;
      EXPECT_EQ(set(made, flag(type, false)), Rv::ok) << kind.kind << std::hex << type;
    }
    for (const std::uint32_t type : kind.values) EXPECT_EQ(set(made, text(type)), Rv::ok) << kind.kind << std::hex << type;
    EXPECT_EQ(set(made, flag(CKA_COPYABLE, false)), Rv::ok);
    for (const std::uint32_t type : Types{CKA_TOKEN, CKA_PRIVATE, CKA_MODIFIABLE, CKA_DESTROYABLE}) {
      EXPECT_EQ(set(made, flag(type, true)), Rv::attribute_read_only) << kind.kind;
      EXPECT_EQ(copy(made, flag(type, true)), Rv::ok) << kind.kind;
    }
  }
}

struct Change {
  const char* name;
  TemplateBuilder attributes;
  TemplateBuilder change;
  Rv code;
};

TEST(OpteeSet, AnswersEachChangeWithOpteesCode) {
  const Change kCases[] = {
      {"what the object lacks", secret_key_template(), text(CKA_ALLOWED_MECHANISMS, "abcd"), Rv::attribute_type_invalid},
      {"another class's", data_template(), text(CKA_MODULUS), Rv::attribute_type_invalid},
      {"hidden", secret_key_template(), TemplateBuilder().raw(0x80010000, Bytes(3)), Rv::attribute_type_invalid},
      {"a certificate's absent ID", certificate_template(), text(CKA_ID), Rv::attribute_type_invalid},
      {"unknown", data_template(), TemplateBuilder().ulong(CKA_UNIQUE_ID, 1), Rv::template_inconsistent},
      {"boolean of a wrong size", secret_key_template(), text(CKA_SIGN, "xx"), Rv::function_failed},
      {"boolean both ways", secret_key_template(), flag(CKA_SIGN, true).flag(CKA_SIGN, false), Rv::template_inconsistent},
      {"syntax before presence", data_template(), text(CKA_MODULUS).text(CKA_SIGN, "xx"), Rv::function_failed},
      {"class", data_template(), TemplateBuilder().ulong(CKA_CLASS, CKO_DATA), Rv::attribute_read_only},
      {"key material", secret_key_template(), text(CKA_VALUE), Rv::attribute_read_only},
      {"data's value", data_template(), text(CKA_VALUE), Rv::attribute_read_only},
      {"a template", secret_key_template(), TemplateBuilder().nested(CKA_WRAP_TEMPLATE, {}), Rv::attribute_read_only},
      {"the generation mechanism", secret_key_template(), TemplateBuilder().ulong(CKA_KEY_GEN_MECHANISM, 1), Rv::attribute_read_only},
      {"length", secret_key_template(), TemplateBuilder().ulong(CKA_VALUE_LEN, 16), Rv::attribute_read_only},
      {"TRUSTED by the user", secret_key_template(), flag(CKA_TRUSTED, true), Rv::attribute_read_only},
      {"EXTRACTABLE of an extractable key, to true", secret_key_template().flag(CKA_EXTRACTABLE, true), flag(CKA_EXTRACTABLE, true), Rv::ok},
      {"EXTRACTABLE of an extractable key, to false", secret_key_template().flag(CKA_EXTRACTABLE, true), flag(CKA_EXTRACTABLE, false), Rv::ok},
      {"EXTRACTABLE of another, to false", secret_key_template(), flag(CKA_EXTRACTABLE, false), Rv::attribute_read_only},
      {"EXTRACTABLE of another, to true", secret_key_template(), flag(CKA_EXTRACTABLE, true), Rv::attribute_read_only},
      {"SENSITIVE to false while false", secret_key_template(), flag(CKA_SENSITIVE, false), Rv::ok},
      {"SENSITIVE to true", secret_key_template(), flag(CKA_SENSITIVE, true), Rv::ok},
      {"SENSITIVE while true", secret_key_template().flag(CKA_SENSITIVE, true), flag(CKA_SENSITIVE, true), Rv::attribute_read_only},
      {"WRAP_WITH_TRUSTED while true", secret_key_template().flag(CKA_WRAP_WITH_TRUSTED, true), flag(CKA_WRAP_WITH_TRUSTED, true), Rv::attribute_read_only},
      {"COPYABLE while false", data_template().flag(CKA_COPYABLE, false), flag(CKA_COPYABLE, false), Rv::attribute_read_only},
  };
  for (const Change& one : kCases) EXPECT_EQ(set(object(one.attributes), one.change), one.code) << one.name;
}

TEST(OpteeSet, LetsTheSecurityOfficerTrustAndFixesATrustedCertificate) {
  for (const TemplateBuilder& kind : {secret_key_template(), public_key_template(CKK_RSA), certificate_template()})
    EXPECT_EQ(set(object(kind), flag(CKA_TRUSTED, true), kOfficer), Rv::ok);
  const AttributeSet trusted = object(certificate_template().flag(CKA_TRUSTED, true).text(CKA_ID, "i"));
  EXPECT_EQ(set(trusted, flag(CKA_TRUSTED, false), kOfficer), Rv::attribute_read_only);
  EXPECT_EQ(set(trusted, text(CKA_ID)), Rv::attribute_read_only);
  EXPECT_EQ(set(trusted, text(CKA_LABEL)), Rv::ok);
}

TEST(OpteeSet, AppliesTheLastOfTwoValues) {
  const auto changed = changed_attributes(object(data_template()), text(CKA_LABEL, "first").text(CKA_LABEL, "last").view(), kUser);
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(as_text(*changed->find(ck::AttributeType{CKA_LABEL})), "last");
}

TEST(OpteeCopy, TakesNothingAndNeverUncoversAPrivateObject) {
  EXPECT_EQ(copy(object(data_template()), {}), Rv::ok);
  EXPECT_EQ(copy(object(data_template().flag(CKA_PRIVATE, true)), flag(CKA_PRIVATE, false)), Rv::template_inconsistent);
}

// ---- Read

class Secrets final : public SecretSource {
 public:
  explicit Secrets(const SecretSet& set) : set_(set) {}
  Result<const SecretSet*> secrets() override { return &set_; }

 private:
  const SecretSet& set_;
};

struct Told {
  Rv status;
  std::uint32_t size;
  Bytes value;
};

Told read(const ObjectContent& from, std::uint32_t type, std::size_t room, Dialect dialect = Dialect::optee) {
  Secrets secrets(from.secrets);
  const TemplateBuilder request = TemplateBuilder().placeholder(type, room);
  const auto reply = read_attributes(from.attributes, secrets, request.view(), dialect);
  EXPECT_THAT(reply, IsOk());
  ByteReader in(SecretPeek::see(reply->reply));
  EXPECT_TRUE(in.take(12).has_value());
  const std::uint32_t size = in.u32().value();
  return {reply->status, size, to_bytes(in.rest())};
}

TEST(OpteeRead, SaysSensitiveBeforeAbsent) {
  const ObjectContent guarded = content(secret_key_template());
  for (const std::uint32_t type : Types{CKA_VALUE, CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_COEFFICIENT}) {
    const Told told = read(guarded, type, 4);
    EXPECT_EQ(told.status, Rv::attribute_sensitive) << std::hex << type;
    EXPECT_EQ(told.size, kUnavailable);
  }
  const ObjectContent open = content(secret_key_template().flag(CKA_EXTRACTABLE, true));
  EXPECT_EQ(read(open, CKA_PRIME_1, 4).status, Rv::attribute_type_invalid);
  EXPECT_EQ(read(open, CKA_VALUE, 16).value, Bytes(16, std::byte{0x2B}));
}

TEST(OpteeRead, LeavesTemplatesUntouched) {
  const Told told = read(content(secret_key_template()), CKA_WRAP_TEMPLATE, 5);
  EXPECT_EQ(told.status, Rv::attribute_type_invalid);
  EXPECT_EQ(told.size, 5u);
}

TEST(OpteeRead, HidesWhatOpteeHides) {
  for (const std::uint32_t type : Types{0x80010000, CKA_EC_POINT}) {
    const Told told = read(content(private_key_template(CKK_EC)), type, 80);
    EXPECT_EQ(told.status, Rv::attribute_type_invalid);
    EXPECT_EQ(told.size, kUnavailable);
  }
}

TEST(OpteeRead, TellsMissingRsaComponentsAsEmpty) {
  const Told told = read(content(private_key_template(CKK_RSA).flag(CKA_EXTRACTABLE, true)), CKA_PRIME_1, 8);
  EXPECT_EQ(told.status, Rv::ok);
  EXPECT_EQ(told.size, 0u);
}

TEST(OpteeRead, TellsAnEdwardsPointPlainWhateverItsForm) {
  const Bytes plain(32, std::byte{7});
  const Bytes octets = std::move(ByteWriter().u8(4).u8(32).raw(plain)).take();
  const Bytes bits = std::move(ByteWriter().u8(3).u8(33).u8(0).raw(plain)).take();
  for (const Bytes& form : {plain, octets, bits}) {
    const ObjectContent key = content(key_template(CKO_PUBLIC_KEY, CKK_EC_EDWARDS).text(CKA_EC_PARAMS, "c").raw(CKA_EC_POINT, form));
    EXPECT_EQ(read(key, CKA_EC_POINT, 32).value, plain);
    EXPECT_EQ(read(key, CKA_EC_POINT, form.size(), Dialect::standard).value, form);
  }
}

TEST(OpteeRead, TellsAMidpDomainAsWideAsItIsAskedFor) {
  const ObjectContent certificate = content(certificate_template().ulong(CKA_JAVA_MIDP_SECURITY_DOMAIN, 2));
  EXPECT_EQ(read(certificate, CKA_JAVA_MIDP_SECURITY_DOMAIN, 4).value, std::move(ByteWriter().u32(2)).take());
  EXPECT_EQ(read(certificate, CKA_JAVA_MIDP_SECURITY_DOMAIN, 8).value, std::move(ByteWriter().u32(2).u32(0)).take());
}

TEST(OpteeRead, SizesAPlaceholderThatIsTooSmallAsUnavailable) {
  const ObjectContent data = content(data_template().text(CKA_LABEL, "label"));
  EXPECT_EQ(read(data, CKA_LABEL, 0).size, 5u);
  EXPECT_EQ(read(data, CKA_LABEL, 4).size, kUnavailable);
  EXPECT_EQ(read(data, CKA_LABEL, 4).status, Rv::buffer_too_small);
  EXPECT_EQ(read(data, CKA_LABEL, 9).size, 5u);
}

TEST(OpteeRead, TellsThePastOfEveryObject) {
  for (const TemplateBuilder& kind : {data_template(), certificate_template(), secret_key_template()}) {
    const Told told = read(content(kind), CKA_LOCAL, 1);
    EXPECT_EQ(told.status, Rv::ok);
    EXPECT_EQ(told.value, Bytes{std::byte{0}});
    EXPECT_EQ(set(object(kind), flag(CKA_LOCAL, true)), Rv::attribute_read_only);
  }
  for (const std::uint32_t type : Types{CKA_ALWAYS_SENSITIVE, CKA_NEVER_EXTRACTABLE}) {
    EXPECT_EQ(read(content(public_key_template(CKK_RSA)), type, 1).value, Bytes{std::byte{0}});
    EXPECT_EQ(set(object(public_key_template(CKK_RSA)), flag(type, true)), Rv::attribute_read_only);
    EXPECT_EQ(read(content(data_template()), type, 1).status, Rv::attribute_type_invalid);
  }
  ObjectContent generated = content(public_key_template(CKK_RSA));
  generated.attributes.set_flag(ck::AttributeType{CKA_LOCAL}, true);
  EXPECT_EQ(read(generated, CKA_NEVER_EXTRACTABLE, 1).value, Bytes{std::byte{1}});
  EXPECT_EQ(read(generated, CKA_NEVER_EXTRACTABLE, 1, Dialect::standard).status, Rv::attribute_type_invalid);
}

// ---- Search

TEST(OpteeSearch, IsForTheFiveClasses) {
  const auto check = [](const TemplateBuilder& search) { return check_search_template(search.view(), Dialect::optee); };
  for (const std::uint32_t good : Types{CKO_DATA, CKO_CERTIFICATE, CKO_PUBLIC_KEY, CKO_PRIVATE_KEY, CKO_SECRET_KEY})
    EXPECT_THAT(check(TemplateBuilder().ulong(CKA_CLASS, good)), IsOk());
  for (const std::uint32_t bad : Types{CKO_HW_FEATURE, CKO_DOMAIN_PARAMETERS, CKO_MECHANISM, CKO_OTP_KEY, CKO_VENDOR_DEFINED})
    EXPECT_THAT(check(TemplateBuilder().ulong(CKA_CLASS, bad)), IsRv(Rv::arguments_bad)) << bad;
  EXPECT_THAT(check(TemplateBuilder().ulong(CKA_UNIQUE_ID, 1)), IsRv(Rv::template_inconsistent));
  EXPECT_THAT(check(text(CKA_SIGN, "xx")), IsRv(Rv::function_failed));
}

TEST(Search, FindsAnEdwardsPointInAnyForm) {
  const Bytes plain(32, std::byte{7});
  const Bytes octets = std::move(ByteWriter().u8(4).u8(32).raw(plain)).take();
  const AttributeSet key = object(key_template(CKO_PUBLIC_KEY, CKK_EC_EDWARDS).text(CKA_EC_PARAMS, "c").raw(CKA_EC_POINT, octets));
  EXPECT_TRUE(matches(key, TemplateBuilder().raw(CKA_EC_POINT, plain).view()));
  EXPECT_TRUE(matches(key, TemplateBuilder().raw(CKA_EC_POINT, octets).view()));
  EXPECT_FALSE(matches(key, TemplateBuilder().raw(CKA_EC_POINT, Bytes(32, std::byte{8})).view()));
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
