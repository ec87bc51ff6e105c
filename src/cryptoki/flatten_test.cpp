#include "cryptoki/flatten.h"

#include <array>
#include <gtest/gtest.h>

#include "base/byte_writer.h"
#include "cryptoki/library.h"
#include "cryptoki/testing/module_test.h"

namespace holdfast::cryptoki {
namespace {

using testing::text;
using testing::words;

template <class... Part>
Bytes joined(const Part&... part) {
  Bytes all;
  (all.insert(all.end(), part.begin(), part.end()), ...);
  return all;
}

Rv refusal(std::span<const CK_ATTRIBUTE> attributes) {
  const auto flat = flatten(attributes.data(), attributes.size());
  return flat ? Rv::ok : flat.error().rv;
}
Rv refusal(const CK_ATTRIBUTE& attribute) { return refusal(std::span(&attribute, 1)); }

TEST(FlattenTemplate, WritesEachEncoding) {
  CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
  CK_BBOOL yes = CK_TRUE;
  CK_MECHANISM_TYPE allowed[] = {CKM_AES_CBC, CKM_AES_GCM};
  CK_ATTRIBUTE nested[] = {{CKA_EXTRACTABLE, &yes, 1}};
  char label[] = "key";
  CK_ATTRIBUTE list[] = {
      {CKA_CLASS, &object_class, sizeof object_class},
      {CKA_TOKEN, &yes, 1},
      {CKA_LABEL, label, 3},
      {CKA_ALLOWED_MECHANISMS, allowed, sizeof allowed},
      {CKA_WRAP_TEMPLATE, nested, sizeof nested},
      {CKA_ID, nullptr, 0},
  };
  const auto flat = flatten(list, std::size(list));
  ASSERT_TRUE(flat);
  const Bytes expected =
      joined(words({CKA_CLASS, 4, CKO_SECRET_KEY}), words({CKA_TOKEN, 1}), text("\x01"), words({CKA_LABEL, 3}),
             text("key"), words({CKA_ALLOWED_MECHANISMS, 8, CKM_AES_CBC, CKM_AES_GCM}),
             words({CKA_WRAP_TEMPLATE, 17, 9, 1, CKA_EXTRACTABLE, 1}), text("\x01"), words({CKA_ID, 0}));
  EXPECT_EQ(to_bytes(flat->view().attributes), expected);
  EXPECT_EQ(flat->view().count, 6u);
}

TEST(FlattenTemplate, EmptyTemplateIsEmpty) {
  const auto flat = flatten(static_cast<const CK_ATTRIBUTE*>(nullptr), 0);
  ASSERT_TRUE(flat);
  EXPECT_TRUE(flat->view().attributes.empty());
  EXPECT_EQ(flat->view().count, 0u);
}

TEST(FlattenTemplate, RefusesNullWithCount) {
  EXPECT_EQ(flatten(static_cast<const CK_ATTRIBUTE*>(nullptr), 1).error().rv, Rv::arguments_bad);
  EXPECT_EQ(refusal({CKA_LABEL, nullptr, 3}), Rv::arguments_bad);
}

TEST(FlattenTemplate, RefusesAbsurdCountsWithoutReading) {
  CK_ATTRIBUTE one{};
  EXPECT_EQ(flatten(&one, ~0UL).error().rv, Rv::arguments_bad);
  EXPECT_EQ(flatten(&one, kMostAttributes + 1).error().rv, Rv::arguments_bad);
}

TEST(FlattenTemplate, RefusesValuesThatNoObjectHas) {
  CK_ULONG number = 5;
  EXPECT_EQ(refusal({CKA_VALUE, &number, ~0UL}), Rv::attribute_value_invalid);
  EXPECT_EQ(refusal({CKA_VALUE, &number, wire::kMaxTemplateBytes + 1}), Rv::attribute_value_invalid);
  EXPECT_EQ(refusal({CKA_CLASS, &number, 4}), Rv::attribute_value_invalid) << "half a CK_ULONG";
  EXPECT_EQ(refusal({CKA_CLASS, nullptr, 0}), Rv::attribute_value_invalid);
  EXPECT_EQ(refusal({CKA_ALLOWED_MECHANISMS, &number, 7}), Rv::attribute_value_invalid);
  EXPECT_EQ(refusal({CKA_WRAP_TEMPLATE, &number, 8}), Rv::attribute_value_invalid);
  number = 0x1'0000'0000;
  EXPECT_EQ(refusal({CKA_KEY_TYPE, &number, 8}), Rv::attribute_value_invalid) << "would be cut to CKK_RSA";
  EXPECT_EQ(refusal({0x1'0000'0000, &number, 1}), Rv::attribute_type_invalid);
}

TEST(FlattenTemplate, RefusesATemplateThatIsTooLongAltogether) {
  const std::vector<CK_BYTE> value(40'000);
  const CK_ATTRIBUTE list[] = {{CKA_VALUE, const_cast<CK_BYTE*>(value.data()), value.size()},
                               {CKA_LABEL, const_cast<CK_BYTE*>(value.data()), value.size()}};
  EXPECT_EQ(refusal(std::span(list, 1)), Rv::ok);
  EXPECT_EQ(refusal(list), Rv::attribute_value_invalid);
}

TEST(FlattenTemplate, EndsAtTemplatesNestedInThemselves) {
  CK_ATTRIBUTE endless{CKA_WRAP_TEMPLATE, nullptr, sizeof(CK_ATTRIBUTE)};
  endless.pValue = &endless;
  EXPECT_EQ(refusal(endless), Rv::template_inconsistent);
}

TEST(FlattenTemplate, ReadsNumbersFromAnywhere) {
  alignas(8) std::array<CK_BYTE, 16> memory{};
  const CK_ULONG bits = 2048;
  std::memcpy(memory.data() + 1, &bits, sizeof bits);
  const CK_ATTRIBUTE attribute{CKA_MODULUS_BITS, memory.data() + 1, sizeof bits};
  const auto flat = flatten(&attribute, 1);
  ASSERT_TRUE(flat);
  EXPECT_EQ(to_bytes(flat->view().attributes), words({CKA_MODULUS_BITS, 4, 2048}));
}

TEST(FlattenTemplate, UnavailableIsUnavailableOnTheWire) {
  CK_ULONG unavailable = CK_UNAVAILABLE_INFORMATION;
  const CK_ATTRIBUTE attribute{CKA_KEY_GEN_MECHANISM, &unavailable, sizeof unavailable};
  EXPECT_EQ(to_bytes(flatten(&attribute, 1).value().view().attributes), words({CKA_KEY_GEN_MECHANISM, 4, 0xFFFFFFFF}));
}

// ---- Mechanisms

constexpr std::uint32_t kEpoch = 7;

Result<Bytes> flat(wire::ParamKind kind, const void* param, std::size_t size) {
  const auto flattened = flatten_param(kind, {param, size}, kEpoch);
  if (!flattened) return Unexpected<Error>{flattened.error()};
  return to_bytes(wire::SecretCodec::see(*flattened));
}
template <class Param>
Bytes flat_bytes(wire::ParamKind kind, const Param& param) {
  const auto bytes = flat(kind, &param, sizeof param);
  return bytes ? *bytes : text("refused");
}
template <class Param>
Rv flat_refusal(wire::ParamKind kind, const Param& param) {
  const auto bytes = flat(kind, &param, sizeof param);
  return bytes ? Rv::ok : bytes.error().rv;
}
CK_BYTE iv[] = "0123456789ab";
CK_BYTE aad[] = "header";

TEST(FlattenMechanism, WritesEachKindOfParameter) {
  using wire::ParamKind;
  EXPECT_EQ(flat(ParamKind::iv, "0123456789abcdef", 16).value(), text("0123456789abcdef"));
  EXPECT_EQ(flat(ParamKind::optional_iv, nullptr, 0).value(), Bytes{});
  CK_AES_CTR_PARAMS ctr{32, {}};
  std::memcpy(ctr.cb, "0123456789abcdef", 16);
  EXPECT_EQ(flat_bytes(ParamKind::aes_ctr, ctr), joined(words({32}), text("0123456789abcdef")));
  const CK_GCM_PARAMS gcm{iv, 12, 96, aad, 6, 128};
  EXPECT_EQ(flat_bytes(ParamKind::aes_gcm, gcm),
            joined(words({12}), text("0123456789ab"), words({6}), text("header"), words({128})));
  EXPECT_EQ(flat_bytes(ParamKind::mac_general, CK_MAC_GENERAL_PARAMS{10}), words({10}));
  EXPECT_EQ(flat_bytes(ParamKind::key_derivation_string, CK_KEY_DERIVATION_STRING_DATA{aad, 6}),
            joined(words({6}), text("header")));
  CK_AES_CBC_ENCRYPT_DATA_PARAMS cbc{{}, aad, 6};
  std::memcpy(cbc.iv, "0123456789abcdef", 16);
  EXPECT_EQ(flat_bytes(ParamKind::aes_cbc_encrypt_data, cbc),
            joined(text("0123456789abcdef"), words({6}), text("header")));
  EXPECT_EQ(flat_bytes(ParamKind::ecdh1_derive, CK_ECDH1_DERIVE_PARAMS{CKD_NULL, 6, aad, 12, iv}),
            joined(words({CKD_NULL, 6}), text("header"), words({12}), text("0123456789ab")));
  EXPECT_EQ(flat_bytes(ParamKind::rsa_pss, CK_RSA_PKCS_PSS_PARAMS{CKM_SHA256, CKG_MGF1_SHA256, 32}),
            words({CKM_SHA256, CKG_MGF1_SHA256, 32}));
  CK_RSA_PKCS_OAEP_PARAMS oaep{CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, aad, 6};
  const Bytes oaep_bytes = joined(words({CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, 6}), text("header"));
  EXPECT_EQ(flat_bytes(ParamKind::rsa_oaep, oaep), oaep_bytes);
  EXPECT_EQ(flat_bytes(ParamKind::rsa_aes_key_wrap, CK_RSA_AES_KEY_WRAP_PARAMS{256, &oaep}),
            joined(words({256}), oaep_bytes));
  EXPECT_EQ(flat_bytes(ParamKind::eddsa, CK_EDDSA_PARAMS{CK_TRUE, 6, aad}), joined(words({1, 6}), text("header")));
  EXPECT_EQ(flat(ParamKind::eddsa, nullptr, 0).value(), words({0, 0}));
}

// Programs compiled against the first headers of 2.40 leave ulIvBits out.
TEST(FlattenMechanism, TakesGcmParametersWithoutIvBits) {
  struct {
    CK_BYTE_PTR iv;
    CK_ULONG iv_bytes;
    CK_BYTE_PTR aad;
    CK_ULONG aad_bytes;
    CK_ULONG tag_bits;
  } const old{iv, 12, aad, 6, 96};
  EXPECT_EQ(flat_bytes(wire::ParamKind::aes_gcm, old),
            joined(words({12}), text("0123456789ab"), words({6}), text("header"), words({96})));
}

TEST(FlattenMechanism, RefusesStructsOfAnotherSize) {
  using wire::ParamKind;
  std::array<CK_BYTE, 256> memory{};
  for (const ParamKind kind :
       {ParamKind::aes_ctr, ParamKind::aes_gcm, ParamKind::mac_general, ParamKind::key_derivation_string,
        ParamKind::aes_cbc_encrypt_data, ParamKind::ecdh1_derive, ParamKind::rsa_pss, ParamKind::rsa_oaep,
        ParamKind::rsa_aes_key_wrap, ParamKind::eddsa, ParamKind::none}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{200}, ~std::size_t{0}})
      EXPECT_EQ(flat(kind, memory.data(), size).error().rv, Rv::mechanism_param_invalid) << static_cast<int>(kind);
    if (kind == ParamKind::none || kind == ParamKind::eddsa) continue;
    EXPECT_EQ(flat(kind, nullptr, 0).error().rv, Rv::mechanism_param_invalid) << static_cast<int>(kind);
  }
  EXPECT_EQ(flat(ParamKind::iv, nullptr, 16).error().rv, Rv::mechanism_param_invalid);
  EXPECT_EQ(flat(ParamKind::iv, memory.data(), ~0UL).error().rv, Rv::mechanism_param_invalid);
}

TEST(FlattenMechanism, RefusesNullAndAbsurdInnerPointers) {
  using wire::ParamKind;
  EXPECT_EQ(flat_refusal(ParamKind::aes_gcm, CK_GCM_PARAMS{nullptr, 12, 96, nullptr, 0, 128}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(flat_refusal(ParamKind::aes_gcm, CK_GCM_PARAMS{iv, 12, 96, aad, ~0UL, 128}), Rv::mechanism_param_invalid);
  EXPECT_EQ(flat_refusal(ParamKind::aes_gcm, CK_GCM_PARAMS{iv, 12, 96, aad, 6, 1UL << 32}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(flat_refusal(ParamKind::aes_gcm, CK_GCM_PARAMS{iv, 8000, 96, aad, 8000, 128}), Rv::mechanism_param_invalid)
      << "each below the limit, together above";
  EXPECT_EQ(flat_refusal(ParamKind::ecdh1_derive, CK_ECDH1_DERIVE_PARAMS{CKD_NULL, 1, nullptr, 0, nullptr}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(flat_refusal(ParamKind::rsa_aes_key_wrap, CK_RSA_AES_KEY_WRAP_PARAMS{256, nullptr}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(flat_refusal(ParamKind::rsa_pss, CK_RSA_PKCS_PSS_PARAMS{1UL << 40, 1, 1}), Rv::mechanism_param_invalid);
}

class FlattenForTheWorld : public testing::InitialisedModuleTest {};

TEST_F(FlattenForTheWorld, UnknownMechanismsTravelBare) {
  const Client client = library::client().value();
  const CK_MECHANISM unknown{0x4321, iv, 12};
  const auto mechanism = flatten(&unknown, client);
  ASSERT_TRUE(mechanism);
  EXPECT_EQ(mechanism->view().type.value, 0x4321u);
  EXPECT_TRUE(mechanism->view().param.empty());
  const CK_MECHANISM wide{1UL << 32 | CKM_ECDSA, nullptr, 0};
  EXPECT_EQ(flatten(&wide, client).error().rv, Rv::mechanism_invalid);
  EXPECT_EQ(flatten(static_cast<const CK_MECHANISM*>(nullptr), client).error().rv, Rv::arguments_bad);
}

TEST(ParamKinds, LeavesOutWhatItDoesNotKnow) {
  const ParamKinds kinds = ParamKinds::parse(joined(words({9, 1, 3, 0, 5, 77}), text("\x01")));
  EXPECT_EQ(kinds.find(ck::MechanismType{9}), wire::ParamKind::iv);
  EXPECT_EQ(kinds.find(ck::MechanismType{3}), wire::ParamKind::none);
  EXPECT_FALSE(kinds.find(ck::MechanismType{5}));
  EXPECT_FALSE(kinds.find(ck::MechanismType{1}));
}

}  // namespace
}  // namespace holdfast::cryptoki
