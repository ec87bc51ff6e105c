// Key management in OP-TEE's dialect: what is checked first, and with which codes (ABI sections 5.7, 10.7, 11.1).

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

const std::string_view kP256("\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07", 10);
const std::string_view kEd25519("\x13\x0C" "edwards25519", 14);
constexpr ck::ObjectHandle kNobody{999};

struct OpteeKeys : TaTest {
  void SetUp() override {
    make_token();
    session = client.open();
    read_only = client.open_read_only();
  }

  static wire::Mechanism mechanism(std::uint32_t type, ByteView param = {}) {
    return {.type = ck::MechanismType{type}, .param = param};
  }
  static TemplateBuilder aes() { return TemplateBuilder().ulong(CKA_VALUE_LEN, 16); }
  static TemplateBuilder secret_key() { return key_template(CKO_SECRET_KEY, CKK_AES); }

  Rv generate(ck::SessionHandle in, const TemplateBuilder& attributes, std::uint32_t type = CKM_AES_KEY_GEN) {
    return client.rv<wire::GenerateKey>({.session = in, .mechanism = mechanism(type), .attributes = attributes.view()});
  }
  ck::ObjectHandle generated(const TemplateBuilder& attributes) {
    return client.call<wire::GenerateKey>({.session = session, .mechanism = mechanism(CKM_AES_KEY_GEN), .attributes = attributes.view()})
        .value()
        .object;
  }
  Result<wire::GenerateKeyPair::Reply> generate_pair(const TemplateBuilder& public_half, const TemplateBuilder& private_half = {},
                                                     std::uint32_t type = CKM_EC_KEY_PAIR_GEN) {
    return client.call<wire::GenerateKeyPair>({.session = session,
                                               .mechanism = mechanism(type),
                                               .public_attributes = public_half.view(),
                                               .private_attributes = private_half.view()});
  }
  Rv derive(ck::ObjectHandle parent, const TemplateBuilder& attributes, std::uint32_t type = CKM_AES_ECB_ENCRYPT_DATA) {
    const Bytes param = std::move(ByteWriter().sized(Bytes(16, std::byte{0x22}))).take();
    return client.rv<wire::DeriveKey>(
        {.session = session, .parent = parent, .mechanism = mechanism(type, param), .attributes = attributes.view()});
  }
  Rv unwrap(ck::ObjectHandle unwrapping, const TemplateBuilder& attributes, std::uint32_t type = CKM_AES_ECB) {
    return client.rv<wire::UnwrapKey>(
        {.session = session, .unwrapping_key = unwrapping, .mechanism = mechanism(type), .attributes = attributes.view()},
        {.input = Bytes(16, std::byte{0x5A})});
  }
  Rv wrap(ck::ObjectHandle wrapping, ck::ObjectHandle key, std::uint32_t type = CKM_AES_ECB) {
    return client.rv<wire::WrapKey>({.session = session, .wrapping_key = wrapping, .key = key, .mechanism = mechanism(type)},
                                    {.room = 64});
  }
  void start_digest() {
    ASSERT_EQ(client.rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)}), Rv::ok);
  }

  TaClient client{world, Dialect::optee};
  ck::SessionHandle session;
  ck::SessionHandle read_only;
};

TEST_F(OpteeKeys, NothingIsMadeOrWrappedWhileAnOperationIsActive) {
  start_digest();
  EXPECT_EQ(generate(session, {}, CKM_SHA256), Rv::operation_active);
  EXPECT_THAT(generate_pair({}, {}, CKM_SHA256), IsRv(Rv::operation_active));
  EXPECT_EQ(derive(kNobody, {}), Rv::operation_active);
  EXPECT_EQ(unwrap(kNobody, {}), Rv::operation_active);
  EXPECT_EQ(wrap(kNobody, kNobody), Rv::operation_active);
}

TEST_F(OpteeKeys, GenerateLooksAtMechanismTemplateSizePlaceAndUserInThisOrder) {
  const TemplateBuilder place = TemplateBuilder().flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true);
  EXPECT_EQ(generate(read_only, TemplateBuilder().ulong(CKA_UNIQUE_ID, 1), CKM_AES_ECB), Rv::mechanism_invalid);
  EXPECT_EQ(generate(read_only, TemplateBuilder().ulong(CKA_UNIQUE_ID, 1)), Rv::template_inconsistent);
  EXPECT_EQ(generate(read_only, TemplateBuilder(place)), Rv::template_incomplete);
  EXPECT_EQ(generate(read_only, TemplateBuilder(place).ulong(CKA_VALUE_LEN, 15)), Rv::key_size_range);
  EXPECT_EQ(generate(read_only, TemplateBuilder(place).add(aes())), Rv::session_read_only);
  EXPECT_EQ(generate(session, TemplateBuilder(place).add(aes())), Rv::user_not_logged_in) << "19.3, 6";
  EXPECT_EQ(generate(read_only, aes()), Rv::ok);
  EXPECT_EQ(generate(read_only, aes().flag(CKA_LOCAL, true)), Rv::template_inconsistent);
}

TEST_F(OpteeKeys, APairNeedsNoClassAndNoKeyTypeAndSharesItsId) {
  const auto pair = generate_pair(TemplateBuilder().text(CKA_EC_PARAMS, kP256), TemplateBuilder().text(CKA_ID, "id"));
  ASSERT_THAT(pair, IsOk());
  EXPECT_EQ(as_text(*client.attribute(session, pair->public_key, CKA_ID)), "id");
  EXPECT_THAT(client.attribute(session, pair->private_key, CKA_EC_POINT), IsRv(Rv::attribute_type_invalid)) << "hidden, 8.3";
  EXPECT_EQ(client.attribute(session, pair->private_key, CKA_PRIVATE).value(), Bytes{std::byte{0}});
}

TEST_F(OpteeKeys, APairOnAnUnknownCurveIsATypeThatIsInvalid) {
  EXPECT_THAT(generate_pair(TemplateBuilder().text(CKA_EC_PARAMS, "\x06\x03\x2A\x03\x04")), IsRv(Rv::attribute_type_invalid));
  EXPECT_THAT(generate_pair(TemplateBuilder().text(CKA_EC_PARAMS, "nonsense")), IsRv(Rv::attribute_type_invalid));
  EXPECT_THAT(generate_pair({}), IsRv(Rv::template_incomplete));
}

TEST_F(OpteeKeys, AnEdwardsPairMayNameItsKeyTypeOrNot) {
  const TemplateBuilder curve = TemplateBuilder().text(CKA_EC_PARAMS, kEd25519);
  const TemplateBuilder named = TemplateBuilder().ulong(CKA_KEY_TYPE, CKK_EC_EDWARDS);
  EXPECT_THAT(generate_pair(TemplateBuilder(named).add(curve), named, CKM_EC_EDWARDS_KEY_PAIR_GEN), IsOk());
  EXPECT_THAT(generate_pair(curve, {}, CKM_EC_EDWARDS_KEY_PAIR_GEN), IsOk()) << "OP-TEE refuses this (10.7)";
  EXPECT_THAT(generate_pair(curve, TemplateBuilder().ulong(CKA_KEY_TYPE, 4), CKM_EC_EDWARDS_KEY_PAIR_GEN),
              IsRv(Rv::template_inconsistent));
}

TEST_F(OpteeKeys, AnEdwardsPointIsPlainHereAndInDerForTheStandard) {
  const TemplateBuilder durable = TemplateBuilder().flag(CKA_TOKEN, true);
  const auto pair = generate_pair(TemplateBuilder(durable).text(CKA_EC_PARAMS, kEd25519), durable, CKM_EC_EDWARDS_KEY_PAIR_GEN);
  ASSERT_THAT(pair, IsOk());
  const Bytes plain = client.attribute(session, pair->public_key, CKA_EC_POINT).value();
  EXPECT_EQ(plain.size(), 32u);
  EXPECT_EQ(client.attribute(session, pair->private_key, CKA_EC_POINT).value(), plain);

  TaClient standard(world);
  const ck::SessionHandle other = standard.open();
  for (const auto& found : standard.find(other)) {
    const Bytes der = standard.attribute(other, found, CKA_EC_POINT).value();
    ASSERT_EQ(der.size(), 34u);
    EXPECT_EQ(as_text(der).substr(0, 2), "\x04\x20");
    EXPECT_TRUE(equal(ByteView(der).subspan(2), plain));
  }
}

TEST_F(OpteeKeys, AnImportedEdwardsKeyTellsItsPoint) {
  const auto key = [](ByteView point) {
    return key_template(CKO_PRIVATE_KEY, CKK_EC_EDWARDS).text(CKA_EC_PARAMS, kEd25519).raw(CKA_VALUE, Bytes(32, std::byte{9})).raw(CKA_EC_POINT, point);
  };
  const ck::ObjectHandle computed = client.create(session, key({})).value();
  const Bytes point = client.attribute(session, computed, CKA_EC_POINT).value();
  EXPECT_EQ(point.size(), 32u);
  EXPECT_THAT(client.create(session, key(point)), IsOk());
  EXPECT_THAT(client.create(session, key(Bytes(32, std::byte{1}))), IsRv(Rv::attribute_value_invalid)) << "another key's";
}

TEST_F(OpteeKeys, DeriveLooksAtParentMechanismUseAndTemplateInThisOrder) {
  const ck::ObjectHandle idle = generated(aes());
  const ck::ObjectHandle parent = generated(aes().flag(CKA_DERIVE, true));
  EXPECT_EQ(derive(kNobody, {}, CKM_AES_ECB), Rv::key_handle_invalid);
  EXPECT_EQ(derive(idle, {}, CKM_AES_ECB), Rv::mechanism_invalid);
  EXPECT_EQ(derive(idle, {}), Rv::key_type_inconsistent);
  EXPECT_EQ(derive(parent, {}), Rv::template_inconsistent);
  EXPECT_EQ(derive(parent, secret_key().flag(CKA_PRIVATE, true)), Rv::user_not_logged_in);
  EXPECT_EQ(derive(parent, secret_key()), Rv::ok);
}

TEST_F(OpteeKeys, UnwrapLooksAtKeyMechanismUseAndTemplateInThisOrder) {
  const ck::ObjectHandle idle = generated(aes());
  const ck::ObjectHandle unwrapping = generated(aes().flag(CKA_UNWRAP, true));
  EXPECT_EQ(unwrap(kNobody, {}, CKM_SHA256), Rv::key_handle_invalid);
  EXPECT_EQ(unwrap(idle, {}, CKM_SHA256), Rv::mechanism_invalid);
  EXPECT_EQ(unwrap(idle, {}), Rv::unwrapping_key_type_inconsistent);
  EXPECT_EQ(unwrap(unwrapping, {}), Rv::template_inconsistent);
  EXPECT_EQ(unwrap(unwrapping, secret_key().flag(CKA_PRIVATE, true)), Rv::user_not_logged_in);
  EXPECT_EQ(unwrap(unwrapping, secret_key()), Rv::ok);
}

TEST_F(OpteeKeys, WrapLooksAtHandlesMechanismUseAndKeyInThisOrder) {
  const ck::ObjectHandle idle = generated(aes());
  const ck::ObjectHandle wrapping = generated(aes().flag(CKA_WRAP, true).nested(CKA_WRAP_TEMPLATE, TemplateBuilder().flag(CKA_SIGN, true)));
  const ck::ObjectHandle data = client.create(session, data_template()).value();
  const ck::ObjectHandle held = generated(aes().flag(CKA_WRAP_WITH_TRUSTED, true));
  const ck::ObjectHandle guarded = generated(aes().flag(CKA_EXTRACTABLE, true).flag(CKA_WRAP_WITH_TRUSTED, true));
  const ck::ObjectHandle other = generated(aes().flag(CKA_EXTRACTABLE, true));
  const ck::ObjectHandle fitting = generated(aes().flag(CKA_EXTRACTABLE, true).flag(CKA_SIGN, true));
  EXPECT_EQ(wrap(kNobody, kNobody, CKM_SHA256), Rv::wrapping_key_handle_invalid);
  EXPECT_EQ(wrap(idle, kNobody, CKM_SHA256), Rv::key_handle_invalid);
  EXPECT_EQ(wrap(idle, idle, CKM_SHA256), Rv::wrapping_key_handle_invalid);
  EXPECT_EQ(wrap(idle, data, CKM_SHA256), Rv::mechanism_invalid);
  EXPECT_EQ(wrap(idle, data), Rv::wrapping_key_type_inconsistent);
  EXPECT_EQ(wrap(wrapping, data), Rv::key_not_wrappable);
  EXPECT_EQ(wrap(wrapping, held), Rv::key_unextractable);
  EXPECT_EQ(wrap(wrapping, guarded), Rv::key_not_wrappable);
  EXPECT_EQ(wrap(wrapping, other), Rv::key_handle_invalid);
  EXPECT_EQ(wrap(wrapping, fitting), Rv::ok);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
