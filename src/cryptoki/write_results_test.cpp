#include "cryptoki/write_results.h"

#include <array>
#include <gtest/gtest.h>

#include "cryptoki/testing/fake_world.h"

namespace holdfast::cryptoki {
namespace {

using testing::text;
using wire::ParamKind;

template <class Param>
CallerParam at(const Param& param) {
  return {&param, sizeof param};
}
Rv rv_of(const Result<void>& result) { return result ? Rv::ok : result.error().rv; }

/// Caller is the memory that a message's parameter points to.
struct Caller {
  CK_BYTE nonce[4] = {'o', 'l', 'd', '!'};
  CK_BYTE tag[4] = {};

  CK_GCM_MESSAGE_PARAMS gcm(CK_GENERATOR_FUNCTION generator) { return {nonce, 4, 0, generator, tag, 32}; }
  Bytes nonce_now() const { return to_bytes(as_bytes(nonce, 4)); }
  Bytes tag_now() const { return to_bytes(as_bytes(tag, 4)); }
};

TEST(WriteMessageResults, WritesTheTagAndANonceThatWasGenerated) {
  Caller caller;
  const auto gcm = caller.gcm(CKG_GENERATE);
  EXPECT_EQ(rv_of(write_message_results(ParamKind::gcm_message, at(gcm), text("iv12"), text("tag!"))), Rv::ok);
  EXPECT_EQ(caller.nonce_now(), text("iv12"));
  EXPECT_EQ(caller.tag_now(), text("tag!"));
}

TEST(WriteMessageResults, LeavesTheCallersOwnNonceAlone) {
  Caller caller;
  const auto gcm = caller.gcm(CKG_NO_GENERATE);
  EXPECT_EQ(rv_of(write_message_results(ParamKind::gcm_message, at(gcm), text("iv12"), text("tag!"))), Rv::ok);
  EXPECT_EQ(caller.nonce_now(), text("old!"));
  EXPECT_EQ(caller.tag_now(), text("tag!"));
}

TEST(WriteMessageResults, WritesNothingThatDoesNotFit) {
  Caller caller;
  const auto gcm = caller.gcm(CKG_GENERATE);
  EXPECT_EQ(rv_of(write_message_results(ParamKind::gcm_message, at(gcm), text("longer"), text("tag!"))),
            Rv::general_error);
  EXPECT_EQ(rv_of(write_message_results(ParamKind::gcm_message, at(gcm), text("iv12"), text("longer"))),
            Rv::general_error);
  EXPECT_EQ(caller.nonce_now(), text("old!"));
  EXPECT_EQ(caller.tag_now(), Bytes(4));
}

TEST(WriteMessageResults, RefusesParametersWithNowhereToWrite) {
  Caller caller;
  auto gcm = caller.gcm(CKG_GENERATE);
  gcm.pIv = nullptr;
  EXPECT_EQ(message_target(ParamKind::gcm_message, at(gcm)).error().rv, Rv::mechanism_param_invalid);
  gcm = caller.gcm(CKG_NO_GENERATE);
  gcm.pTag = nullptr;
  EXPECT_EQ(message_target(ParamKind::gcm_message, at(gcm)).error().rv, Rv::mechanism_param_invalid);
  EXPECT_EQ(message_target(ParamKind::ccm_message, at(gcm)).error().rv, Rv::mechanism_param_invalid) << "another struct";
}

TEST(WriteMessageResults, TakesTheLengthOfAChaCha20NonceInBytesAndInBits) {
  Caller caller;
  for (const CK_ULONG length : {12UL, 96UL}) {
    const CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS param{caller.nonce, length, caller.tag};
    EXPECT_EQ(message_target(ParamKind::chacha20_poly1305_message, at(param)).value().nonce_bytes, 12u);
  }
}

TEST(WriteMessageResults, TellsTheStructsOfMessagesApart) {
  EXPECT_EQ(message_kind_of({nullptr, sizeof(CK_GCM_MESSAGE_PARAMS)}).value(), ParamKind::gcm_message);
  EXPECT_EQ(message_kind_of({nullptr, sizeof(CK_CCM_MESSAGE_PARAMS)}).value(), ParamKind::ccm_message);
  EXPECT_EQ(message_kind_of({nullptr, sizeof(CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS)}).value(),
            ParamKind::chacha20_poly1305_message);
  EXPECT_EQ(message_kind_of({nullptr, 0}).error().rv, Rv::mechanism_param_invalid);
  EXPECT_EQ(message_kind_of({nullptr, ~0UL}).error().rv, Rv::mechanism_param_invalid);
}

TEST(WriteDerived, WritesAVersionWhereOneIsWanted) {
  CK_VERSION version{9, 9};
  CK_TLS12_MASTER_KEY_DERIVE_PARAMS master{{}, &version, CKM_SHA256};
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_master_key_derive, at(master), {}, text("\x03\x03"))), Rv::ok);
  EXPECT_EQ(version.major, 3);
  EXPECT_EQ(version.minor, 3);
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_master_key_derive, at(master), {}, text("\x03"))), Rv::general_error);
  master.pVersion = nullptr;
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_master_key_derive, at(master), {}, {})), Rv::ok);
}

TEST(WriteDerived, WritesTheKeysAndIvsOfTls) {
  CK_BYTE client_iv[4] = {}, server_iv[4] = {};
  CK_SSL3_KEY_MAT_OUT out{77, 77, 77, 77, client_iv, server_iv};
  CK_TLS12_KEY_MAT_PARAMS param{256, 128, 32, CK_FALSE, {}, &out, CKM_SHA256};
  const std::array<CK_OBJECT_HANDLE, 4> keys{1, 2, 3, 4};
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_key_mat, at(param), keys, text("cccCsssS"))), Rv::ok);
  EXPECT_EQ(out.hClientMacSecret, 1u);
  EXPECT_EQ(out.hServerMacSecret, 2u);
  EXPECT_EQ(out.hClientKey, 3u);
  EXPECT_EQ(out.hServerKey, 4u);
  EXPECT_EQ(to_bytes(as_bytes(client_iv, 4)), text("cccC"));
  EXPECT_EQ(to_bytes(as_bytes(server_iv, 4)), text("sssS"));
  param.ulMacSizeInBits = 0;
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_key_mat, at(param), keys, text("cccCsssS"))), Rv::general_error);
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_key_mat, at(param), std::span(keys).first(2), {})), Rv::ok);
  EXPECT_EQ(out.hClientMacSecret, CK_INVALID_HANDLE);
  EXPECT_EQ(out.hClientKey, 1u);
  EXPECT_EQ(rv_of(write_derived(ParamKind::tls12_key_mat, at(param), std::span(keys).first(2), text("short"))),
            Rv::general_error);
}

TEST(WriteDerived, WritesTheHandlesOfAdditionalKeys) {
  CK_OBJECT_HANDLE second = 0, third = 0;
  std::array<CK_DERIVED_KEY, 2> additional{{{nullptr, 0, &second}, {nullptr, 0, &third}}};
  const CK_SP800_108_KDF_PARAMS param{CKM_SHA256_HMAC, 0, nullptr, 2, additional.data()};
  const std::array<CK_OBJECT_HANDLE, 3> keys{1, 2, 3};
  EXPECT_EQ(rv_of(write_derived(ParamKind::sp800_108, at(param), std::span(keys).first(2), {})), Rv::general_error);
  EXPECT_EQ(second, 0u);
  EXPECT_EQ(rv_of(write_derived(ParamKind::sp800_108, at(param), keys, {})), Rv::ok);
  EXPECT_EQ(second, 2u);
  EXPECT_EQ(third, 3u);
}

}  // namespace
}  // namespace holdfast::cryptoki
