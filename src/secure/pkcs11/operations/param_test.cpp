#include "secure/pkcs11/operations/param.h"

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
  };
}

TEST(ParseParam, ReadsEveryKindAndNothingShorterOrLonger) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(rv_of(parse_param(sample.kind, sample.bytes)), Rv::ok);
    Bytes longer = sample.bytes;
    longer.push_back(std::byte{0});
    EXPECT_EQ(rv_of(parse_param(sample.kind, longer)), Rv::mechanism_param_invalid);
    const bool may_be_absent = sample.kind == wire::ParamKind::eddsa;
    for (std::size_t size = may_be_absent ? 1 : 0; size < sample.bytes.size(); ++size)
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

TEST(ParseParam, TakesAbsentEddsaParameters) {
  const EddsaParam param = std::get<EddsaParam>(parse_param(wire::ParamKind::eddsa, {}).value());
  EXPECT_FALSE(param.prehash);
  EXPECT_TRUE(param.context.empty());
}

TEST(ParseParam, RefusesLengthsThatRunPastTheEnd) {
  const Bytes huge = std::move(ByteWriter().u32(0xFFFFFFFF).u32(0).u32(128)).take();
  EXPECT_EQ(rv_of(parse_param(wire::ParamKind::aes_gcm, huge)), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
