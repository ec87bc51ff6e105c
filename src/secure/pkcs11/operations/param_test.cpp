#include "secure/pkcs11/operations/param.h"

#include <pkcs11/pkcs11.h>

#include "base/byte_writer.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::hex;
using crypto::rv_of;

struct Sample {
  wire::ParamKind kind;
  Bytes bytes;
};

Bytes hkdf_sample() {
  ByteWriter out;
  out.u32(1).u32(0).u32(CKM_SHA256).u32(CKF_HKDF_SALT_KEY).sized(hex("01")).u32(7).sized(hex("0203"));
  return std::move(out).take();
}

Bytes pbkdf2_sample() {
  ByteWriter out;
  out.u32(CKZ_SALT_SPECIFIED).sized(hex("01")).u32(1000).u32(CKP_PKCS5_PBKD2_HMAC_SHA256);
  out.sized(hex("02")).sized(hex("0304"));
  return std::move(out).take();
}

Bytes sp800_108_sample() {
  ByteWriter out;
  out.u32(CKM_SHA256_HMAC).sized(hex("0102")).u32(5);
  out.u32(CK_SP800_108_ITERATION_VARIABLE).u32(1).u32(1).u32(32);
  out.u32(CK_SP800_108_COUNTER).u32(0).u32(0).u32(0);
  out.u32(CK_SP800_108_DKM_LENGTH).u32(CK_SP800_108_DKM_LENGTH_SUM_OF_SEGMENTS).u32(0).u32(16);
  out.u32(CK_SP800_108_BYTE_ARRAY).sized(hex("0304"));
  out.u32(CK_SP800_108_KEY_HANDLE).u32(9);
  out.u32(1).u32(12).u32(1).u32(CKA_VALUE_LEN).u32(4).u32(16);
  return std::move(out).take();
}

/// A valid parameter of each kind whose length is fixed by its fields.
std::vector<Sample> samples() {
  using wire::ParamKind;
  const Bytes block(16);
  return {
      {ParamKind::none, {}},
      {ParamKind::aes_ctr, std::move(ByteWriter().u32(128).raw(block)).take()},
      {ParamKind::aes_gcm, std::move(ByteWriter().sized(hex("0102")).sized(hex("03")).u32(128)).take()},
      {ParamKind::mac_general, std::move(ByteWriter().u32(8)).take()},
      {ParamKind::key_derivation_string, std::move(ByteWriter().sized(block)).take()},
      {ParamKind::aes_cbc_encrypt_data, std::move(ByteWriter().raw(block).sized(block)).take()},
      {ParamKind::ecdh1_derive, std::move(ByteWriter().u32(1).sized(hex("01")).sized(hex("0203"))).take()},
      {ParamKind::rsa_pss, std::move(ByteWriter().u32(1).u32(2).u32(3)).take()},
      {ParamKind::rsa_oaep, std::move(ByteWriter().u32(1).u32(2).u32(3).sized(hex("04"))).take()},
      {ParamKind::rsa_aes_key_wrap, std::move(ByteWriter().u32(256).u32(1).u32(2).u32(3).sized(hex("04"))).take()},
      {ParamKind::eddsa, std::move(ByteWriter().u32(1).sized(hex("05"))).take()},
      {ParamKind::object_handle, std::move(ByteWriter().u32(7)).take()},
      {ParamKind::extract, std::move(ByteWriter().u32(8)).take()},
      {ParamKind::aes_ccm, std::move(ByteWriter().u32(99).sized(hex("0102")).sized(hex("03")).u32(16)).take()},
      {ParamKind::chacha20, std::move(ByteWriter().sized(hex("01020304")).sized(hex("05"))).take()},
      {ParamKind::chacha20_poly1305, std::move(ByteWriter().sized(hex("0102")).sized(hex("03"))).take()},
      {ParamKind::des_cbc_encrypt_data, std::move(ByteWriter().raw(Bytes(8)).sized(block)).take()},
      {ParamKind::hkdf, hkdf_sample()},
      {ParamKind::pbkdf2, pbkdf2_sample()},
      {ParamKind::sp800_108, sp800_108_sample()},
      {ParamKind::sp800_108_feedback, sp800_108_sample()},
      {ParamKind::ecdh_aes_key_wrap, std::move(ByteWriter().u32(256).u32(1).sized(hex("02"))).take()},
      {ParamKind::x9_42_dh1_derive, std::move(ByteWriter().u32(1).sized(hex("02")).sized(hex("0304"))).take()},
      {ParamKind::dsa_parameter_gen, std::move(ByteWriter().u32(1).sized(hex("0203")).u32(4)).take()},
      {ParamKind::sign_context, std::move(ByteWriter().u32(2).sized(hex("0304"))).take()},
      {ParamKind::hash_sign_context, std::move(ByteWriter().u32(2).sized(hex("0304")).u32(5)).take()},
      {ParamKind::tls12_master_key_derive,
       std::move(ByteWriter().sized(hex("01")).sized(hex("0203")).u32(4).u32(1)).take()},
      {ParamKind::tls12_extended_master_key_derive, std::move(ByteWriter().u32(4).sized(hex("01")).u32(1)).take()},
      {ParamKind::tls12_key_mat,
       std::move(ByteWriter().u32(1).u32(2).u32(3).u32(1).sized(hex("04")).sized(hex("0506")).u32(7)).take()},
      {ParamKind::tls_kdf,
       std::move(ByteWriter().u32(1).sized(hex("02")).sized(hex("03")).sized(hex("04")).sized(hex("05"))).take()},
      {ParamKind::tls_mac, std::move(ByteWriter().u32(1).u32(12).u32(2)).take()},
      {ParamKind::otp, std::move(ByteWriter().u32(2).u32(4).sized(hex("01")).u32(6).sized(hex("0203"))).take()},
      {ParamKind::gcm_wrap,
       std::move(ByteWriter().sized(hex("01")).u32(2).u32(3).sized(hex("04")).u32(128)).take()},
      {ParamKind::ccm_wrap,
       std::move(ByteWriter().u32(9).sized(hex("01")).u32(2).u32(3).sized(hex("04")).u32(16)).take()},
      {ParamKind::gcm_message,
       std::move(ByteWriter().sized(hex("01")).u32(2).u32(3).u32(128).sized(hex("04"))).take()},
      {ParamKind::ccm_message,
       std::move(ByteWriter().u32(9).sized(hex("01")).u32(2).u32(3).u32(16).sized(hex("04"))).take()},
      {ParamKind::chacha20_poly1305_message, std::move(ByteWriter().sized(hex("01")).sized(hex("02"))).take()},
      {ParamKind::optional_mechanism, std::move(ByteWriter().u32(1)).take()},
  };
}

bool may_be_absent(wire::ParamKind kind) {
  return kind == wire::ParamKind::eddsa || kind == wire::ParamKind::sign_context ||
         kind == wire::ParamKind::optional_mechanism;
}

TEST(ParseParam, ReadsEveryKindAndNothingShorterOrLonger) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(rv_of(parse_param(sample.kind, sample.bytes)), Rv::ok);
    Bytes longer = sample.bytes;
    longer.push_back(std::byte{0});
    EXPECT_EQ(rv_of(parse_param(sample.kind, longer)), Rv::mechanism_param_invalid);
    for (std::size_t size = may_be_absent(sample.kind) ? 1 : 0; size < sample.bytes.size(); ++size)
      EXPECT_EQ(rv_of(parse_param(sample.kind, ByteView(sample.bytes).first(size))), Rv::mechanism_param_invalid);
  }
}

TEST(ParseParam, KeepsFieldsApart) {
  const auto all = samples();
  const auto parsed = [&](std::size_t at) { return parse_param(all[at].kind, all[at].bytes).value(); };
  const GcmParam gcm = std::get<GcmParam>(parsed(2));
  EXPECT_EQ(to_bytes(gcm.iv), hex("0102"));
  EXPECT_EQ(to_bytes(gcm.aad), hex("03"));
  EXPECT_EQ(gcm.tag_bits, 128u);
  const EcdhParam ecdh = std::get<EcdhParam>(parsed(6));
  EXPECT_EQ(ecdh.kdf, 1u);
  EXPECT_EQ(to_bytes(ecdh.shared_data), hex("01"));
  EXPECT_EQ(to_bytes(ecdh.public_point), hex("0203"));
  const RsaAesKeyWrapParam wrap = std::get<RsaAesKeyWrapParam>(parsed(9));
  EXPECT_EQ(wrap.aes_bits, 256u);
  EXPECT_EQ(wrap.oaep.hash, 1u);
  EXPECT_EQ(wrap.oaep.mgf, 2u);
  EXPECT_EQ(wrap.oaep.source, 3u);
  EXPECT_EQ(to_bytes(wrap.oaep.label), hex("04"));
}

TEST(ParseParam, KeepsTheFieldsOfKeyDerivationsApart) {
  const Bytes hkdf_bytes = hkdf_sample();
  const auto hkdf = std::get<HkdfParam>(parse_param(wire::ParamKind::hkdf, hkdf_bytes).value());
  EXPECT_TRUE(hkdf.extract);
  EXPECT_FALSE(hkdf.expand);
  EXPECT_EQ(hkdf.salt_key, ck::ObjectHandle{7});
  EXPECT_EQ(to_bytes(hkdf.salt), hex("01"));
  EXPECT_EQ(to_bytes(hkdf.info), hex("0203"));
  const Bytes pbkdf2_bytes = pbkdf2_sample();
  const auto pbkdf2 = std::get<Pbkdf2Param>(parse_param(wire::ParamKind::pbkdf2, pbkdf2_bytes).value());
  EXPECT_EQ(pbkdf2.iterations, 1000u);
  EXPECT_EQ(to_bytes(pbkdf2.salt), hex("01"));
  EXPECT_EQ(to_bytes(pbkdf2.prf_data), hex("02"));
  EXPECT_EQ(to_bytes(pbkdf2.password), hex("0304"));
}

TEST(ParseParam, ReadsTheListsOfSp800Dash108) {
  const Bytes bytes = sp800_108_sample();
  const auto param = std::get<Sp800Param>(parse_param(wire::ParamKind::sp800_108_feedback, bytes).value());
  EXPECT_EQ(to_bytes(param.iv), hex("0102"));
  ASSERT_EQ(param.data.size(), 5u);
  EXPECT_TRUE(param.data[0].present && param.data[0].little_endian);
  EXPECT_EQ(param.data[0].width_bits, 32u);
  EXPECT_FALSE(param.data[1].present);
  EXPECT_EQ(param.data[2].length_method, CK_SP800_108_DKM_LENGTH_SUM_OF_SEGMENTS);
  EXPECT_EQ(to_bytes(param.data[3].bytes), hex("0304"));
  EXPECT_EQ(param.data[4].key, ck::ObjectHandle{9});
  ASSERT_EQ(param.additional_keys.size(), 1u);
  EXPECT_EQ(param.additional_keys[0].attributes.size(), 12u);
}

TEST(ParseParam, RefusesListsAboveTheirLimitBeforeReadingThem) {
  const auto refused = [](wire::ParamKind kind, const ByteWriter& bytes) {
    return rv_of(parse_param(kind, bytes.view())) == Rv::mechanism_param_invalid;
  };
  using wire::ParamKind;
  EXPECT_TRUE(refused(ParamKind::otp, ByteWriter().u32(kMaxOtpParams + 1).raw(Bytes(8 * (kMaxOtpParams + 1)))));
  EXPECT_TRUE(refused(ParamKind::otp, ByteWriter().u32(0xFFFFFFFF)));
  EXPECT_TRUE(refused(ParamKind::sp800_108, ByteWriter().u32(1).u32(0).u32(0xFFFFFFFF)));
  EXPECT_TRUE(refused(ParamKind::sp800_108, ByteWriter().u32(1).u32(0).u32(0).u32(0xFFFFFFFF)));
  EXPECT_TRUE(refused(ParamKind::sp800_108, ByteWriter().u32(1).u32(0).u32(1).u32(6).u32(0).u32(0))) << "unknown part";
  EXPECT_TRUE(refused(ParamKind::sp800_108, ByteWriter().u32(1).u32(0).u32(0).u32(1).u32(0xFFFFFFFF).u32(0)));
}

TEST(ParseParam, RefusesFlagsThatAreNeitherYesNorNo) {
  for (const std::uint32_t flag : {2u, 0xFFFFFFFFu}) {
    const Bytes eddsa = std::move(ByteWriter().u32(flag).u32(0)).take();
    EXPECT_EQ(rv_of(parse_param(wire::ParamKind::eddsa, eddsa)), Rv::mechanism_param_invalid);
    const Bytes tls = std::move(ByteWriter().u32(4).u32(0).u32(flag)).take();
    EXPECT_EQ(rv_of(parse_param(wire::ParamKind::tls12_extended_master_key_derive, tls)), Rv::mechanism_param_invalid);
  }
}

TEST(ParseParam, TakesWhatMayBeAbsent) {
  const EddsaParam param = std::get<EddsaParam>(parse_param(wire::ParamKind::eddsa, {}).value());
  EXPECT_FALSE(param.prehash);
  EXPECT_TRUE(param.context.empty());
  const auto context = std::get<SignContextParam>(parse_param(wire::ParamKind::sign_context, {}).value());
  EXPECT_EQ(context.hedge, CKH_HEDGE_PREFERRED);
  const auto none = std::get<MechanismTypeParam>(parse_param(wire::ParamKind::optional_mechanism, {}).value());
  EXPECT_FALSE(none.type.has_value());
  const Bytes number = std::move(ByteWriter().u32(CKM_SHA256)).take();
  const auto given = std::get<MechanismTypeParam>(parse_param(wire::ParamKind::optional_mechanism, number).value());
  EXPECT_EQ(given.type, ck::MechanismType{CKM_SHA256});
}

TEST(ParseParam, RefusesLengthsThatRunPastTheEnd) {
  const Bytes huge = std::move(ByteWriter().u32(0xFFFFFFFF).u32(0).u32(128)).take();
  EXPECT_EQ(rv_of(parse_param(wire::ParamKind::aes_gcm, huge)), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
