#include <array>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cryptoki/flatten.h"
#include "cryptoki/testing/fake_world.h"

namespace holdfast::cryptoki {
namespace {

// What PKCS#11 3.0 to 3.2 added; the kinds that OP-TEE has are in flatten_test.cpp.

using testing::text;
using testing::words;
using wire::ParamKind;

constexpr std::uint32_t kEpoch = 7;
constexpr CK_OBJECT_HANDLE kKey = std::uint64_t{kEpoch} << 32 | 9;

CK_BYTE abc[] = {'a', 'b', 'c'};
CK_BYTE header[] = {'h', 'e', 'a', 'd', 'e', 'r'};

template <class... Part>
Bytes joined(const Part&... part) {
  Bytes all;
  (all.insert(all.end(), part.begin(), part.end()), ...);
  return all;
}
Bytes sized(std::string_view value) { return joined(words({static_cast<std::uint32_t>(value.size())}), text(value)); }

Result<Bytes> flat(ParamKind kind, const void* param, std::size_t size) {
  const auto flattened = flatten_param(kind, {param, size}, kEpoch);
  if (!flattened) return Unexpected<Error>{flattened.error()};
  return to_bytes(wire::SecretCodec::see(*flattened));
}
/// The struct lies where no struct should, to show that none is read in place.
template <class Param>
Result<Bytes> flat(ParamKind kind, const Param& param) {
  alignas(8) std::array<std::byte, sizeof(Param) + 1> memory{};
  std::memcpy(memory.data() + 1, &param, sizeof param);
  return flat(kind, memory.data() + 1, sizeof param);
}
template <class Param>
Rv refusal(ParamKind kind, const Param& param) {
  const auto bytes = flat(kind, param);
  return bytes ? Rv::ok : bytes.error().rv;
}

TEST(FlattenCipherParams, WritesEachKind) {
  EXPECT_EQ(flat(ParamKind::aes_ccm, CK_CCM_PARAMS{99, abc, 3, header, 6, 16}).value(),
            joined(words({99}), sized("abc"), sized("header"), words({16})));
  EXPECT_EQ(flat(ParamKind::chacha20, CK_CHACHA20_PARAMS{header, 32, abc, 24}).value(),
            joined(sized("head"), sized("abc")));
  EXPECT_EQ(flat(ParamKind::chacha20_poly1305, CK_SALSA20_CHACHA20_POLY1305_PARAMS{abc, 3, header, 6}).value(),
            joined(sized("abc"), sized("header")));
  CK_BYTE nonce[12] = {'n'};
  EXPECT_EQ(flat(ParamKind::chacha20_poly1305, CK_SALSA20_CHACHA20_POLY1305_PARAMS{nonce, 96, header, 6}).value(),
            joined(words({12}), text("n"), Bytes(11), sized("header"))) << "a length in bits";
  CK_DES_CBC_ENCRYPT_DATA_PARAMS des{{}, header, 6};
  std::memcpy(des.iv, "01234567", 8);
  EXPECT_EQ(flat(ParamKind::des_cbc_encrypt_data, des).value(), joined(text("01234567"), sized("header")));
  EXPECT_EQ(refusal(ParamKind::chacha20, CK_CHACHA20_PARAMS{header, 31, abc, 24}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::chacha20, CK_CHACHA20_PARAMS{header, 32, abc, ~7UL}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::aes_ccm, CK_CCM_PARAMS{1UL << 32, abc, 3, header, 6, 16}), Rv::mechanism_param_invalid);
}

TEST(FlattenCipherParams, AnAuthenticatedWrappingTakesTheParameterOfAnEncryptionToo) {
  EXPECT_EQ(flat(ParamKind::gcm_wrap, CK_GCM_WRAP_PARAMS{abc, 3, 8, CKG_GENERATE, header, 6, 128}).value(),
            joined(sized("abc"), words({8, CKG_GENERATE}), sized("header"), words({128})));
  EXPECT_EQ(flat(ParamKind::gcm_wrap, CK_GCM_PARAMS{abc, 3, 24, header, 6, 128}).value(),
            joined(sized("abc"), words({0, CKG_NO_GENERATE}), sized("header"), words({128})));
  EXPECT_EQ(flat(ParamKind::ccm_wrap, CK_CCM_WRAP_PARAMS{5, abc, 3, 8, CKG_GENERATE, header, 6, 16}).value(),
            joined(words({5}), sized("abc"), words({8, CKG_GENERATE}), sized("header"), words({16})));
  EXPECT_EQ(flat(ParamKind::ccm_wrap, CK_CCM_PARAMS{5, abc, 3, header, 6, 16}).value(),
            joined(words({5}), sized("abc"), words({0, CKG_NO_GENERATE}), sized("header"), words({16})));
}

TEST(FlattenMessageParams, SendATagOnlyWhenItIsTheCallers) {
  CK_BYTE tag[16] = {'t', 'a', 'g'};
  const CK_GCM_MESSAGE_PARAMS gcm{abc, 3, 8, CKG_GENERATE_COUNTER, tag, 24};
  const Bytes head = joined(sized("abc"), words({8, CKG_GENERATE_COUNTER, 24}));
  EXPECT_EQ(flat(ParamKind::gcm_message, gcm).value(), joined(head, sized("tag")));
  const auto without = flatten_param_without_tag(ParamKind::gcm_message, {&gcm, sizeof gcm}, kEpoch);
  ASSERT_TRUE(without);
  EXPECT_EQ(to_bytes(wire::SecretCodec::see(*without)), joined(head, words({0})));
  EXPECT_EQ(flat(ParamKind::ccm_message, CK_CCM_MESSAGE_PARAMS{5, abc, 3, 0, CKG_NO_GENERATE, tag, 3}).value(),
            joined(words({5}), sized("abc"), words({0, CKG_NO_GENERATE, 3}), sized("tag")));
  EXPECT_EQ(flat(ParamKind::chacha20_poly1305_message, CK_SALSA20_CHACHA20_POLY1305_MSG_PARAMS{abc, 3, tag}).value(),
            joined(sized("abc"), words({16}), text("tag"), Bytes(13)));
  EXPECT_EQ(refusal(ParamKind::gcm_message, CK_GCM_MESSAGE_PARAMS{abc, 3, 0, 0, nullptr, 128}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::gcm_message, CK_GCM_MESSAGE_PARAMS{abc, 3, 0, 0, tag, ~0UL}),
            Rv::mechanism_param_invalid);
}

TEST(FlattenSimpleParams, WritesEachKind) {
  EXPECT_EQ(flat(ParamKind::bytes, abc, 3).value(), text("abc"));
  EXPECT_EQ(flat(ParamKind::extract, CK_EXTRACT_PARAMS{21}).value(), words({21}));
  EXPECT_EQ(flat(ParamKind::optional_mechanism, CK_MECHANISM_TYPE{CKM_SHA256}).value(), words({CKM_SHA256}));
  EXPECT_EQ(flat(ParamKind::optional_mechanism, nullptr, 0).value(), Bytes{});
  EXPECT_EQ(flat(ParamKind::object_handle, kKey).value(), words({9}));
  EXPECT_EQ(refusal(ParamKind::object_handle, CK_OBJECT_HANDLE{9}), Rv::key_handle_invalid) << "another connection's";
  EXPECT_EQ(refusal(ParamKind::extract, 1UL << 32), Rv::mechanism_param_invalid);
}

TEST(FlattenSimpleParams, WritesOneTimePasswordParameters) {
  CK_ULONG length = 6;
  CK_OTP_PARAM list[] = {{CK_OTP_COUNTER, abc, 3}, {CK_OTP_OUTPUT_LENGTH, &length, sizeof length}};
  EXPECT_EQ(flat(ParamKind::otp, CK_OTP_PARAMS{list, 2}).value(),
            joined(words({2, CK_OTP_COUNTER}), sized("abc"), words({CK_OTP_OUTPUT_LENGTH, 4, 6})));
  EXPECT_EQ(flat(ParamKind::otp, nullptr, 0).value(), words({0}));
  EXPECT_EQ(refusal(ParamKind::otp, CK_OTP_PARAMS{list, 17}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::otp, CK_OTP_PARAMS{list, ~0UL}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::otp, CK_OTP_PARAMS{nullptr, 1}), Rv::mechanism_param_invalid);
  list[1].ulValueLen = 4;
  EXPECT_EQ(refusal(ParamKind::otp, CK_OTP_PARAMS{list, 2}), Rv::mechanism_param_invalid) << "half a CK_ULONG";
}

TEST(FlattenAsymmetricParams, WritesEachKind) {
  EXPECT_EQ(flat(ParamKind::ecdh_aes_key_wrap, CK_ECDH_AES_KEY_WRAP_PARAMS{256, CKD_SHA256_KDF, 3, abc}).value(),
            joined(words({256, CKD_SHA256_KDF}), sized("abc")));
  EXPECT_EQ(flat(ParamKind::x9_42_dh1_derive, CK_X9_42_DH1_DERIVE_PARAMS{CKD_NULL, 3, abc, 6, header}).value(),
            joined(words({CKD_NULL}), sized("abc"), sized("header")));
  EXPECT_EQ(flat(ParamKind::dsa_parameter_gen, CK_DSA_PARAMETER_GEN_PARAM{CKM_SHA256, abc, 3, 5}).value(),
            joined(words({CKM_SHA256}), sized("abc"), words({5})));
  EXPECT_EQ(flat(ParamKind::sign_context, CK_SIGN_ADDITIONAL_CONTEXT{CKH_HEDGE_REQUIRED, abc, 3}).value(),
            joined(words({CKH_HEDGE_REQUIRED}), sized("abc")));
  EXPECT_EQ(flat(ParamKind::sign_context, nullptr, 0).value(), words({CKH_HEDGE_PREFERRED, 0}));
  EXPECT_EQ(flat(ParamKind::hash_sign_context,
                 CK_HASH_SIGN_ADDITIONAL_CONTEXT{CKH_DETERMINISTIC_REQUIRED, abc, 3, CKM_SHA512}).value(),
            joined(words({CKH_DETERMINISTIC_REQUIRED}), sized("abc"), words({CKM_SHA512})));
}

TEST(FlattenKdfParams, AnHkdfSaltIsReadOnlyWhereItsTypeSaysSo) {
  CK_HKDF_PARAMS hkdf{CK_TRUE, CK_FALSE, CKM_SHA256, CKF_HKDF_SALT_DATA, abc, 3, 12345, header, 6};
  EXPECT_EQ(flat(ParamKind::hkdf, hkdf).value(),
            joined(words({1, 0, CKM_SHA256, CKF_HKDF_SALT_DATA}), sized("abc"), words({0}), sized("header")));
  hkdf.ulSaltType = CKF_HKDF_SALT_KEY;
  EXPECT_EQ(refusal(ParamKind::hkdf, hkdf), Rv::key_handle_invalid);
  hkdf.hSaltKey = kKey;
  hkdf.ulSaltLen = ~0UL;
  EXPECT_EQ(flat(ParamKind::hkdf, hkdf).value(),
            joined(words({1, 0, CKM_SHA256, CKF_HKDF_SALT_KEY, 0, 9}), sized("header")));
  hkdf.ulSaltType = CKF_HKDF_SALT_DATA;
  EXPECT_EQ(refusal(ParamKind::hkdf, hkdf), Rv::mechanism_param_invalid);
}

TEST(FlattenKdfParams, TakesBothStructsOfPbkdf2) {
  const Bytes expected = joined(words({CKZ_SALT_SPECIFIED}), sized("abc"), words({1000, 4, 0}), sized("header"));
  CK_PKCS5_PBKD2_PARAMS2 second{CKZ_SALT_SPECIFIED, abc, 3, 1000, 4, nullptr, 0, header, 6};
  EXPECT_EQ(flat(ParamKind::pbkdf2, second).value(), expected);
  CK_ULONG length = 6;
  const CK_PKCS5_PBKD2_PARAMS first{CKZ_SALT_SPECIFIED, abc, 3, 1000, 4, nullptr, 0, header, &length};
  EXPECT_EQ(flat(ParamKind::pbkdf2, first).value(), expected);
  length = ~0UL;
  EXPECT_EQ(refusal(ParamKind::pbkdf2, first), Rv::mechanism_param_invalid);
}

TEST(FlattenKdfParams, APasswordsLengthThatIsNoPointerIsNotFollowed) {
  CK_PKCS5_PBKD2_PARAMS2 param{CKZ_SALT_SPECIFIED, abc, 3, 1000, 4, nullptr, 0, header, 0};
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  void* const guard = ::mmap(nullptr, page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(guard, MAP_FAILED);
  void* const gone = ::mmap(nullptr, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(gone, MAP_FAILED);
  ASSERT_EQ(::munmap(gone, page), 0);
  for (const CK_ULONG length :
       {~0UL, ~7UL, 1UL << 40, wire::kMaxMechanismParamBytes + 1, reinterpret_cast<CK_ULONG>(gone),
        reinterpret_cast<CK_ULONG>(guard)}) {
    param.ulPasswordLen = length;
    EXPECT_EQ(refusal(ParamKind::pbkdf2, param), Rv::mechanism_param_invalid) << length;
  }
}

struct Sp800Lists {
  CK_SP800_108_COUNTER_FORMAT counter{CK_TRUE, 32};
  CK_SP800_108_DKM_LENGTH_FORMAT length{CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS, CK_FALSE, 16};
  CK_OBJECT_HANDLE key = kKey;
  std::array<CK_PRF_DATA_PARAM, 5> data{{{CK_SP800_108_ITERATION_VARIABLE, &counter, sizeof counter},
                                         {CK_SP800_108_COUNTER, nullptr, 0},
                                         {CK_SP800_108_DKM_LENGTH, &length, sizeof length},
                                         {CK_SP800_108_BYTE_ARRAY, abc, 3},
                                         {CK_SP800_108_KEY_HANDLE, &key, sizeof key}}};
  CK_ULONG value_bytes = 16;
  CK_ATTRIBUTE value_length{CKA_VALUE_LEN, &value_bytes, sizeof value_bytes};
  CK_OBJECT_HANDLE made = 0;
  CK_DERIVED_KEY additional{&value_length, 1, &made};

  CK_SP800_108_KDF_PARAMS param() { return {CKM_SHA256_HMAC, data.size(), data.data(), 1, &additional}; }
};

TEST(FlattenKdfParams, WritesTheListsOfSp800Dash108) {
  Sp800Lists lists;
  const Bytes tail = joined(words({5, CK_SP800_108_ITERATION_VARIABLE, 1, 1, 32, CK_SP800_108_COUNTER, 0, 0, 0,
                                   CK_SP800_108_DKM_LENGTH, CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS, 0, 16,
                                   CK_SP800_108_BYTE_ARRAY}),
                            sized("abc"), words({CK_SP800_108_KEY_HANDLE, 9, 1, 12, 1, CKA_VALUE_LEN, 4, 16}));
  EXPECT_EQ(flat(ParamKind::sp800_108, lists.param()).value(), joined(words({CKM_SHA256_HMAC, 0}), tail));
  const CK_SP800_108_FEEDBACK_KDF_PARAMS feedback{
      CKM_SHA256_HMAC, lists.data.size(), lists.data.data(), 6, header, 1, &lists.additional};
  EXPECT_EQ(flat(ParamKind::sp800_108_feedback, feedback).value(),
            joined(words({CKM_SHA256_HMAC}), sized("header"), tail));
}

TEST(FlattenKdfParams, RefusesListsThatAreNone) {
  Sp800Lists lists;
  const auto refused = [](const CK_SP800_108_KDF_PARAMS& param) { return refusal(ParamKind::sp800_108, param); };
  CK_SP800_108_KDF_PARAMS param = lists.param();
  param.ulNumberOfDataParams = ~0UL;
  EXPECT_EQ(refused(param), Rv::mechanism_param_invalid);
  param = lists.param();
  param.pDataParams = nullptr;
  EXPECT_EQ(refused(param), Rv::mechanism_param_invalid);
  param = lists.param();
  param.ulAdditionalDerivedKeys = 17;
  EXPECT_EQ(refused(param), Rv::mechanism_param_invalid);
  lists.additional.phKey = nullptr;
  EXPECT_EQ(refused(lists.param()), Rv::mechanism_param_invalid);
  lists.additional = {nullptr, 1, &lists.made};
  EXPECT_EQ(refused(lists.param()), Rv::arguments_bad) << "as for any template";
  lists = Sp800Lists{};
  lists.data[0] = {99, abc, 3};
  EXPECT_EQ(refused({CKM_SHA256_HMAC, 1, lists.data.data(), 0, nullptr}), Rv::mechanism_param_invalid);
  lists.data[0] = {CK_SP800_108_COUNTER, &lists.counter, 3};
  EXPECT_EQ(refused({CKM_SHA256_HMAC, 1, lists.data.data(), 0, nullptr}), Rv::mechanism_param_invalid);
  lists.data[0] = {CK_SP800_108_DKM_LENGTH, nullptr, 0};
  EXPECT_EQ(refused({CKM_SHA256_HMAC, 1, lists.data.data(), 0, nullptr}), Rv::mechanism_param_invalid);
}

TEST(FlattenTlsParams, WritesEachKind) {
  const CK_SSL3_RANDOM_DATA randoms{abc, 3, header, 6};
  const Bytes flat_randoms = joined(sized("abc"), sized("header"));
  CK_VERSION version{};
  EXPECT_EQ(flat(ParamKind::tls12_master_key_derive, CK_TLS12_MASTER_KEY_DERIVE_PARAMS{randoms, &version, CKM_SHA256})
                .value(),
            joined(flat_randoms, words({CKM_SHA256, 1})));
  EXPECT_EQ(flat(ParamKind::tls12_extended_master_key_derive,
                 CK_TLS12_EXTENDED_MASTER_KEY_DERIVE_PARAMS{CKM_SHA256, abc, 3, nullptr}).value(),
            joined(words({CKM_SHA256}), sized("abc"), words({0})));
  CK_SSL3_KEY_MAT_OUT keys{};
  CK_TLS12_KEY_MAT_PARAMS key_mat{256, 128, 0, CK_FALSE, randoms, &keys, CKM_SHA256};
  EXPECT_EQ(flat(ParamKind::tls12_key_mat, key_mat).value(),
            joined(words({256, 128, 0, 0}), flat_randoms, words({CKM_SHA256})));
  key_mat.ulIVSizeInBits = 32;
  EXPECT_EQ(refusal(ParamKind::tls12_key_mat, key_mat), Rv::mechanism_param_invalid) << "no room for the IVs";
  key_mat.pReturnedKeyMaterial = nullptr;
  EXPECT_EQ(refusal(ParamKind::tls12_key_mat, key_mat), Rv::mechanism_param_invalid);
  EXPECT_EQ(flat(ParamKind::tls_kdf, CK_TLS_KDF_PARAMS{CKM_SHA256, header, 6, randoms, nullptr, 0}).value(),
            joined(words({CKM_SHA256}), sized("header"), flat_randoms, words({0})));
  EXPECT_EQ(flat(ParamKind::tls_mac, CK_TLS_MAC_PARAMS{CKM_SHA256, 12, 2}).value(), words({CKM_SHA256, 12, 2}));
}

bool may_be_absent(ParamKind kind) {
  return kind == ParamKind::otp || kind == ParamKind::sign_context || kind == ParamKind::optional_mechanism ||
         kind == ParamKind::bytes;
}

TEST(FlattenParams, RefusesNullShortAndLongStructsOfEveryKind) {
  std::array<CK_BYTE, 256> memory{};
  const auto first = static_cast<int>(ParamKind::object_handle);
  for (int number = first; number <= static_cast<int>(wire::kNewestParamKind); ++number) {
    const auto kind = static_cast<ParamKind>(number);
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{200}, ~std::size_t{0}})
      EXPECT_EQ(flat(kind, memory.data(), size).error().rv, Rv::mechanism_param_invalid) << number;
    EXPECT_EQ(flat(kind, nullptr, 8).error().rv, Rv::mechanism_param_invalid) << number;
    if (!may_be_absent(kind)) {
      EXPECT_EQ(flat(kind, nullptr, 0).error().rv, Rv::mechanism_param_invalid) << number;
    }
  }
}

TEST(FlattenParams, RefusesNullAndAbsurdInnerPointers) {
  EXPECT_EQ(refusal(ParamKind::aes_ccm, CK_CCM_PARAMS{0, nullptr, 12, nullptr, 0, 16}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::aes_ccm, CK_CCM_PARAMS{0, abc, 3, header, ~0UL, 16}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::chacha20_poly1305, CK_SALSA20_CHACHA20_POLY1305_PARAMS{nullptr, 1, nullptr, 0}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::x9_42_dh1_derive, CK_X9_42_DH1_DERIVE_PARAMS{1, 0, nullptr, 1, nullptr}),
            Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::sign_context, CK_SIGN_ADDITIONAL_CONTEXT{0, nullptr, 1}), Rv::mechanism_param_invalid);
  EXPECT_EQ(refusal(ParamKind::tls_mac, CK_TLS_MAC_PARAMS{1UL << 33, 12, 1}), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::cryptoki
