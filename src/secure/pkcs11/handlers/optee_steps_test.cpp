// The steps of operations in OP-TEE's dialect: the table of ABI section 12.6, its rules for the data of each call (9.3), and
// what a key to digest must be.

#include "support/sample_templates.h"
#include "support/ta_driver.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace holdfast::testing;

const std::string_view kBlock = "sixteen byte msg";

struct OpteeSteps : TaTest {
  void SetUp() override {
    make_token();
    session = client.open();
    key = client
              .create(session, secret_key_template()
                                   .flag(CKA_ENCRYPT, true)
                                   .flag(CKA_DECRYPT, true)
                                   .flag(CKA_SIGN, true)
                                   .flag(CKA_VERIFY, true))
              .value();
  }
  static wire::Mechanism mechanism(CK_ULONG type, ByteView param = {}) {
    return {.type = ck::MechanismType{static_cast<std::uint32_t>(type)}, .param = param};
  }
  template <class C>
  void start(CK_ULONG type, ByteView param = {}) {
    ASSERT_EQ(client.rv<C>({.session = session, .key = key, .mechanism = mechanism(type, param)}), Rv::ok);
  }
  void start_digest() {
    ASSERT_EQ(client.rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)}), Rv::ok);
  }
  template <class C>
  Rv step(std::optional<std::string_view> input, std::size_t room = 64) {
    std::optional<ByteView> bytes;
    if (input) bytes = as_bytes(*input);
    return client.rv<C>({.session = session}, {.input = bytes, .room = room});
  }
  void expect_gone() { EXPECT_EQ(step<wire::EncryptFinal>({}), Rv::operation_not_initialized); }

  TaClient client{world, Dialect::optee};
  ck::SessionHandle session;
  ck::ObjectHandle key;
};

TEST_F(OpteeSteps, OutOfOrderEndTheOperation) {
  const auto after = [&](auto&& first, auto&& second) {
    start<wire::EncryptInit>(CKM_AES_ECB);
    first();
    EXPECT_EQ(second(), Rv::operation_active);
    expect_gone();
  };
  const auto update = [&] { return step<wire::EncryptUpdate>(kBlock); };
  const auto oneshot = [&] { return step<wire::EncryptOneshot>(kBlock); };
  const auto small_oneshot = [&] { return step<wire::EncryptOneshot>(kBlock, 0); };
  const auto finish = [&] { return step<wire::EncryptFinal>({}); };
  after(update, oneshot);
  after(small_oneshot, update);
  after(small_oneshot, finish);
  start<wire::EncryptInit>(CKM_AES_ECB);
  EXPECT_EQ(small_oneshot(), Rv::buffer_too_small);
  EXPECT_EQ(oneshot(), Rv::ok);
}

TEST_F(OpteeSteps, AfterAFinalThatWasTooSmallOnlyAnotherFinal) {
  const auto small_final = [&] {
    start<wire::SignInit>(CKM_AES_CMAC);
    EXPECT_EQ(step<wire::SignUpdate>(kBlock), Rv::ok);
    EXPECT_EQ(step<wire::SignFinal>({}, 15), Rv::buffer_too_small);
  };
  small_final();
  EXPECT_EQ(step<wire::SignUpdate>(kBlock), Rv::operation_active);
  EXPECT_EQ(step<wire::SignFinal>({}), Rv::operation_not_initialized);
  small_final();
  EXPECT_EQ(step<wire::SignOneshot>(kBlock), Rv::operation_active);
  small_final();
  EXPECT_EQ(step<wire::SignFinal>({}), Rv::ok);
}

TEST_F(OpteeSteps, OneOperationASession) {
  start<wire::SignInit>(CKM_AES_CMAC);
  EXPECT_EQ(client.rv<wire::DigestInit>({.session = session, .mechanism = mechanism(CKM_SHA256)}), Rv::operation_active);
  EXPECT_EQ(client.rv<wire::EncryptInit>({.session = session, .key = key, .mechanism = mechanism(CKM_AES_ECB)}),
            Rv::operation_active);
  EXPECT_EQ(step<wire::SignOneshot>(kBlock), Rv::ok);
}

TEST_F(OpteeSteps, TakeDataAsOpteeDoes) {
  struct Case {
    CK_ULONG type;
    std::size_t iv_bytes;
    std::optional<std::string_view> data;
    Rv encrypted;
    Rv decrypted;
  };
  const std::string_view fifteen = kBlock.substr(1);
  for (const Case& c : {Case{CKM_AES_ECB, 0, fifteen, Rv::data_len_range, Rv::encrypted_data_len_range},
                        Case{CKM_AES_CBC, 16, fifteen, Rv::data_len_range, Rv::encrypted_data_len_range},
                        Case{CKM_AES_CTS, 16, fifteen, Rv::data_len_range, Rv::encrypted_data_len_range},
                        Case{CKM_AES_ECB, 0, {}, Rv::arguments_bad, Rv::arguments_bad},
                        Case{CKM_AES_CTS, 16, {}, Rv::arguments_bad, Rv::arguments_bad},
                        Case{CKM_AES_CBC, 16, "", Rv::ok, Rv::ok}}) {
    const Bytes iv(c.iv_bytes);
    start<wire::EncryptInit>(c.type, iv);
    EXPECT_EQ(step<wire::EncryptUpdate>(c.data), c.encrypted) << c.type;
    if (c.encrypted == Rv::ok) {
      EXPECT_EQ(step<wire::EncryptFinal>({}), Rv::ok);
    }
    expect_gone();
    start<wire::DecryptInit>(c.type, iv);
    EXPECT_EQ(step<wire::DecryptOneshot>(c.data), c.decrypted) << c.type;
  }
  start<wire::SignInit>(CKM_AES_CMAC);
  EXPECT_EQ(step<wire::SignUpdate>(std::nullopt), Rv::arguments_bad);
  start<wire::SignInit>(CKM_AES_CMAC);
  EXPECT_EQ(step<wire::SignOneshot>(std::nullopt), Rv::ok) << "the MAC of nothing";
}

TEST_F(OpteeSteps, QueryOfGcmCountsAWholeTag) {
  const Bytes param = std::move(ByteWriter().sized(Bytes(12)).sized({}).u32(96)).take();
  start<wire::EncryptInit>(CKM_AES_GCM, param);
  const auto encrypt = [&](std::size_t room) {
    return client.send<wire::EncryptOneshot>({.session = session}, {.input = as_bytes("12345"), .room = room});
  };
  const Answer query = encrypt(0);
  EXPECT_EQ(query.rv, Rv::buffer_too_small);
  EXPECT_EQ(query.reported, 5u + 16u);
  const Answer made = encrypt(5 + 12);
  EXPECT_EQ(made.rv, Rv::ok);
  EXPECT_EQ(made.output.size(), 5u + 12u);
}

TEST_F(OpteeSteps, DigestOnlyTwoTypesOfKeys) {
  const auto digested = [&](std::uint32_t key_type) {
    const ck::ObjectHandle secret = client.create(session, secret_key_template(key_type)).value();
    start_digest();
    const Rv rv = client.rv<wire::DigestKey>({.session = session, .object = secret});
    EXPECT_EQ(step<wire::DigestFinal>({}), rv == Rv::ok ? Rv::ok : Rv::operation_not_initialized);
    return rv;
  };
  EXPECT_EQ(digested(CKK_AES), Rv::ok);
  EXPECT_EQ(digested(CKK_GENERIC_SECRET), Rv::ok);
  EXPECT_EQ(digested(CKK_SHA256_HMAC), Rv::key_indigestible);
  EXPECT_EQ(digested(CKK_MD5_HMAC), Rv::key_indigestible);
  start_digest();
  EXPECT_EQ(client.rv<wire::DigestKey>({.session = session, .object = ck::ObjectHandle{999}}), Rv::key_handle_invalid);
  EXPECT_EQ(step<wire::DigestFinal>({}), Rv::operation_not_initialized);
}

TEST_F(OpteeSteps, ReleaseEndsOnlyItsOwnFamily) {
  start<wire::SignInit>(CKM_AES_CMAC);
  const auto released = [&](wire::CommandId command) {
    return client.rv<wire::ReleaseActiveProcessing>({.session = session, .command = command});
  };
  EXPECT_EQ(released(wire::EncryptUpdate::kId), Rv::operation_not_initialized);
  EXPECT_EQ(released(wire::SignInit::kId), Rv::arguments_bad);
  EXPECT_EQ(released(wire::SignOneshot::kId), Rv::ok);
  EXPECT_EQ(step<wire::SignFinal>({}), Rv::operation_not_initialized);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
