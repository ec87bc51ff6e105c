// GET_ATTRIBUTE_VALUE: the reply keeps the request's layout (OP-TEE ABI section 4.5).

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "secure/pkcs11/attributes/apply.h"
#include "support/is_rv.h"
#include "support/sample_templates.h"
#include "support/secret_peek.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

/// CountedSecrets gives a set and remembers whether anybody asked.
class CountedSecrets final : public SecretSource {
 public:
  explicit CountedSecrets(const SecretSet& set) : set_(set) {}
  Result<const SecretSet*> secrets() override {
    ++asked;
    if (locked) return fail(Rv::user_not_logged_in);
    return &set_;
  }
  int asked = 0;
  bool locked = false;

 private:
  const SecretSet& set_;
};

struct Entry {
  std::uint32_t type;
  std::uint32_t size;
  Bytes place;
};

struct Reading : ::testing::Test {
  ObjectContent object;
  int asked = 0;
  bool locked = false;

  void hold(const TemplateBuilder& attributes) { object = draft_object(Origin::create, attributes.view(), {}).value(); }
  Result<AttributeReply> read(const TemplateBuilder& request) {
    CountedSecrets source(object.secrets);
    source.locked = locked;
    Result<AttributeReply> reply = read_attributes(object.attributes, source, request.view());
    asked = source.asked;
    return reply;
  }
  /// entries reads the reply as a client does: it steps by the sizes it sent.
  static std::vector<Entry> entries(const AttributeReply& reply, const TemplateBuilder& request) {
    ByteReader in(SecretPeek::see(reply.reply));
    EXPECT_EQ(*in.u32(), request.view().attributes.size());
    EXPECT_EQ(*in.u32(), request.view().count);
    std::vector<Entry> found;
    (void)for_each_attribute(request.view(), [&](const wire::Attribute& sent) -> Result<void> {
      Entry entry{.type = *in.u32(), .size = *in.u32(), .place = {}};
      entry.place = to_bytes(*in.take(sent.value.size()));
      found.push_back(std::move(entry));
      return {};
    });
    EXPECT_EQ(in.remaining(), 0u);
    return found;
  }
};

TEST_F(Reading, GivesValuesInTheirPlaces) {
  hold(data_template().text(CKA_LABEL, "label").text(CKA_VALUE, "value"));
  const TemplateBuilder request =
      TemplateBuilder().placeholder(CKA_VALUE, 8).placeholder(CKA_CLASS, 4).placeholder(CKA_LABEL, 5);
  const auto reply = read(request);
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, Rv::ok);
  const std::vector<Entry> entry = entries(*reply, request);
  EXPECT_EQ(entry[0].size, 5u);
  EXPECT_EQ(as_text(entry[0].place), std::string_view("value\0\0\0", 8)) << "the rest of the place is cleared";
  EXPECT_EQ(entry[1].size, 4u);
  EXPECT_EQ(entry[2].size, 5u);
  EXPECT_EQ(as_text(entry[2].place), "label");
}

TEST_F(Reading, TellsTheSizeToWhoOffersNoPlace) {
  hold(data_template().text(CKA_LABEL, "label"));
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_LABEL, 0).placeholder(CKA_APPLICATION, 0);
  const auto reply = read(request);
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, Rv::ok);
  EXPECT_EQ(entries(*reply, request)[0].size, 5u);
  EXPECT_EQ(entries(*reply, request)[1].size, 0u);
}

TEST_F(Reading, GivesNothingOfAValueThatDoesNotFit) {
  hold(data_template().text(CKA_LABEL, "label"));
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_LABEL, 4).placeholder(CKA_CLASS, 4);
  const auto reply = read(request);
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, Rv::buffer_too_small);
  EXPECT_EQ(entries(*reply, request)[0].size, kUnavailable);
  EXPECT_EQ(entries(*reply, request)[0].place, Bytes(4));
  EXPECT_EQ(entries(*reply, request)[1].size, 4u) << "the others are answered all the same";
}

TEST_F(Reading, NeverEchoesWhatTheClientSent) {
  hold(data_template());
  const TemplateBuilder request = TemplateBuilder().text(CKA_LABEL, "garbage of the caller").text(CKA_MODULUS, "more");
  const auto reply = read(request);
  for (const Entry& entry : entries(*reply, request)) EXPECT_EQ(entry.place, Bytes(entry.place.size()));
}

TEST_F(Reading, SaysWhichTypesAreInvalid) {
  hold(data_template());
  const TemplateBuilder request =
      TemplateBuilder().placeholder(CKA_MODULUS, 16).placeholder(0x80010000, 4).placeholder(CKA_LABEL, 1);
  const auto reply = read(request);
  EXPECT_EQ(reply->status, Rv::attribute_type_invalid);
  EXPECT_EQ(entries(*reply, request)[0].size, kUnavailable);
  EXPECT_EQ(entries(*reply, request)[1].size, kUnavailable);
  EXPECT_EQ(entries(*reply, request)[2].size, 0u);
}

TEST_F(Reading, TellsTemplatesOfAKey) {
  hold(secret_key_template().nested(CKA_WRAP_TEMPLATE, TemplateBuilder().flag(CKA_SENSITIVE, true)));
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_WRAP_TEMPLATE, 100);
  const auto reply = read(request);
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->status, Rv::ok);
  EXPECT_EQ(entries(*reply, request)[0].size, wire::kTemplateHeadBytes + wire::kAttributeHeadBytes + 1);
}

TEST_F(Reading, RevealsAKeyOnlyWhenItIsExtractableAndNotSensitive) {
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_VALUE, 16);
  for (const bool sensitive : {false, true}) {
    for (const bool extractable : {false, true}) {
      hold(secret_key_template().flag(CKA_SENSITIVE, sensitive).flag(CKA_EXTRACTABLE, extractable));
      const auto reply = read(request);
      ASSERT_THAT(reply, IsOk());
      const bool reveals = extractable && !sensitive;
      EXPECT_EQ(reply->status, reveals ? Rv::ok : Rv::attribute_sensitive);
      EXPECT_EQ(entries(*reply, request)[0].place, Bytes(16, reveals ? std::byte{0x2B} : std::byte{0}));
      EXPECT_EQ(asked, reveals ? 1 : 0) << "what may not be told is not even opened";
    }
  }
}

TEST_F(Reading, DoesNotTellTheSizeOfAHiddenKey) {
  hold(secret_key_template().flag(CKA_SENSITIVE, true));
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_VALUE, 0);
  const auto reply = read(request);
  EXPECT_EQ(reply->status, Rv::attribute_sensitive);
  EXPECT_EQ(entries(*reply, request)[0].size, kUnavailable);
}

TEST_F(Reading, HidesEverySecretPartOfAPrivateKey) {
  hold(private_key_template(CKK_RSA).text(CKA_PRIME_1, "p").text(CKA_PRIME_2, "q"));
  for (const std::uint32_t type :
       Types{CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2, CKA_COEFFICIENT})
    EXPECT_EQ(read(TemplateBuilder().placeholder(type, 256))->status, Rv::attribute_sensitive) << type;
  EXPECT_EQ(read(TemplateBuilder().placeholder(CKA_MODULUS, 256))->status, Rv::ok);
}

TEST_F(Reading, TellsAnOpenKeyWhichPartsItHasNot) {
  hold(private_key_template(CKK_RSA).flag(CKA_SENSITIVE, false).flag(CKA_EXTRACTABLE, true));
  EXPECT_EQ(read(TemplateBuilder().placeholder(CKA_PRIVATE_EXPONENT, 256))->status, Rv::ok);
  EXPECT_EQ(read(TemplateBuilder().placeholder(CKA_PRIME_1, 256))->status, Rv::attribute_type_invalid);
}

TEST_F(Reading, TellsThePrivateValueOfADataObject) {
  hold(data_template().text(CKA_VALUE, "note").flag(CKA_PRIVATE, true));
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_VALUE, 4);
  const auto reply = read(request);
  EXPECT_EQ(reply->status, Rv::ok);
  EXPECT_EQ(as_text(entries(*reply, request)[0].place), "note");
}

TEST_F(Reading, FailsWholeWhenTheSecretPartCannotBeOpened) {
  hold(data_template().text(CKA_VALUE, "note").flag(CKA_PRIVATE, true));
  locked = true;
  EXPECT_THAT(read(TemplateBuilder().placeholder(CKA_LABEL, 4).placeholder(CKA_VALUE, 4)),
              IsRv(Rv::user_not_logged_in));
}

TEST_F(Reading, AnswersTheGravestCode) {
  hold(secret_key_template().flag(CKA_SENSITIVE, true).text(CKA_LABEL, "label"));
  const std::uint32_t sensitive = CKA_VALUE, unknown = CKA_MODULUS, small = CKA_LABEL;
  const auto status = [&](std::initializer_list<std::uint32_t> types) {
    TemplateBuilder request;
    for (const std::uint32_t type : types) request.placeholder(type, 1);
    return read(request)->status;
  };
  EXPECT_EQ(status({sensitive}), Rv::attribute_sensitive);
  EXPECT_EQ(status({sensitive, unknown}), Rv::attribute_type_invalid);
  EXPECT_EQ(status({unknown, sensitive}), Rv::attribute_type_invalid);
  EXPECT_EQ(status({small, unknown, sensitive}), Rv::buffer_too_small);
  EXPECT_EQ(status({sensitive, small, unknown}), Rv::buffer_too_small);
}

TEST_F(Reading, AnswersTheSameAttributeAsOftenAsItIsAsked) {
  hold(data_template().text(CKA_LABEL, "label"));
  const TemplateBuilder request =
      TemplateBuilder().placeholder(CKA_LABEL, 5).placeholder(CKA_LABEL, 0).placeholder(CKA_LABEL, 9);
  for (const Entry& entry : entries(*read(request), request)) EXPECT_EQ(entry.size, 5u);
}

TEST_F(Reading, RefusesARequestThatRunsPastItsEnd) {
  hold(data_template());
  const TemplateBuilder request = TemplateBuilder().placeholder(CKA_LABEL, 9);
  CountedSecrets source(object.secrets);
  for (std::size_t size = 1; size < request.view().attributes.size(); ++size)
    EXPECT_THAT(
        read_attributes(object.attributes, source, {.attributes = request.view().attributes.first(size), .count = 1}),
        IsRv(Rv::arguments_bad))
        << size;
}

TEST_F(Reading, AnswersAnEmptyRequestWithAnEmptyList) {
  hold(data_template());
  const auto reply = read(TemplateBuilder());
  ASSERT_THAT(reply, IsOk());
  EXPECT_EQ(reply->reply.size(), wire::kTemplateHeadBytes);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
