// The mandatory test cases of the OASIS PKCS #11 profiles (baseline provider, extended provider, authentication token, public
// certificates token): BL-M-1-32, EXT-M-1-32, AUTH-M-1-32 and CERT-M-1-32. Each test makes the calls of its case in that order,
// on a token prepared as the case supposes. Values that a case leaves to the provider (names, versions, keys) are ours.
#include <gmock/gmock.h>
#include <openssl/rsa.h>

#include "conformance/keys.h"
#include "conformance/reference.h"

namespace holdfast::conformance {
namespace {

using testing::module_3_2;

const std::string kRootLabel = "Mozilla Builtin Roots";

class Profile : public TokenTest {
 protected:
  /// begin ends what prepared the token and makes the calls that every case begins with; it gives the slot.
  CK_SLOT_ID begin() {
    EXPECT_RV(c().C_Finalize(nullptr), CKR_OK);
    EXPECT_RV(c().C_Initialize(nullptr), CKR_OK);
    CK_INFO info{};
    EXPECT_RV(c().C_GetInfo(&info), CKR_OK);
    EXPECT_EQ(info.cryptokiVersion.major, 3);
    EXPECT_EQ(info.cryptokiVersion.minor, 2);
    EXPECT_EQ(info.flags, 0u);
    CK_ULONG count = 0;
    EXPECT_RV(c().C_GetSlotList(CK_TRUE, nullptr, &count), CKR_OK);
    EXPECT_GE(count, 1u);
    std::vector<CK_SLOT_ID> slots(count);
    EXPECT_RV(c().C_GetSlotList(CK_TRUE, slots.data(), &count), CKR_OK);
    return slots.empty() ? kSlot : slots[0];
  }

  void describe(CK_SLOT_ID slot) {
    CK_SLOT_INFO slot_info{};
    EXPECT_RV(c().C_GetSlotInfo(slot, &slot_info), CKR_OK);
    EXPECT_EQ(slot_info.flags & CKF_TOKEN_PRESENT, CKF_TOKEN_PRESENT);
    CK_TOKEN_INFO token{};
    EXPECT_RV(c().C_GetTokenInfo(slot, &token), CKR_OK);
    constexpr CK_FLAGS kWanted = CKF_RNG | CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED;
    EXPECT_EQ(token.flags & kWanted, kWanted);
    EXPECT_LE(token.ulMinPinLen, token.ulMaxPinLen);
  }

  /// look_for makes the calls of one search and gives at most `wanted` of the objects.
  std::vector<CK_OBJECT_HANDLE> look_for(Attributes attributes, CK_ULONG wanted) {
    EXPECT_RV(c().C_FindObjectsInit(session_, attributes.data(), attributes.count()), CKR_OK);
    std::vector<CK_OBJECT_HANDLE> found(wanted);
    CK_ULONG count = 0;
    EXPECT_RV(c().C_FindObjects(session_, found.data(), wanted, &count), CKR_OK);
    EXPECT_RV(c().C_FindObjectsFinal(session_), CKR_OK);
    found.resize(count);
    return found;
  }

  void open_session(CK_SLOT_ID slot, CK_FLAGS flags) {
    EXPECT_RV(c().C_OpenSession(slot, CKF_SERIAL_SESSION | flags, nullptr, nullptr, &session_), CKR_OK);
  }

  void end(CK_SLOT_ID slot) {
    EXPECT_RV(c().C_CloseSession(session_), CKR_OK);
    EXPECT_RV(c().C_CloseAllSessions(slot), CKR_OK);
    EXPECT_RV(c().C_Finalize(nullptr), CKR_OK);
  }

  /// expect_listed looks for the object by which a token says that it has a profile.
  void expect_listed(CK_PROFILE_ID profile) {
    EXPECT_EQ(look_for(std::move(Attributes().number(CKA_CLASS, CKO_PROFILE).number(CKA_PROFILE_ID, profile)), 2).size(), 1u)
        << "profile " << profile;
  }

  static const CK_FUNCTION_LIST_3_2& c() { return module_3_2(); }
};

TEST_F(Profile, BaselineProvider) {
  const CK_SLOT_ID slot = begin();
  describe(slot);
  open_session(slot, 0);
  EXPECT_EQ(look_for(std::move(Attributes().flag(CKA_TOKEN, true)), 1).size(), 1u);
  expect_listed(CKP_BASELINE_PROVIDER);
  end(slot);
}

TEST_F(Profile, ExtendedProvider) {
  const CK_SLOT_ID slot = begin();
  describe(slot);
  CK_ULONG count = 0;
  EXPECT_RV(c().C_GetMechanismList(slot, nullptr, &count), CKR_OK);
  std::vector<CK_MECHANISM_TYPE> mechanisms(count);
  EXPECT_RV(c().C_GetMechanismList(slot, mechanisms.data(), &count), CKR_OK);
  struct Row {
    CK_MECHANISM_TYPE type;
    CK_FLAGS flags;
  };
  for (const Row& row :
       {Row{CKM_SHA512, CKF_DIGEST}, Row{CKM_RSA_PKCS_KEY_PAIR_GEN, CKF_GENERATE_KEY_PAIR},
        Row{CKM_RSA_PKCS, CKF_ENCRYPT | CKF_DECRYPT | CKF_SIGN | CKF_VERIFY | CKF_WRAP | CKF_UNWRAP}}) {
    EXPECT_THAT(mechanisms, ::testing::Contains(row.type));
    CK_MECHANISM_INFO info{};
    EXPECT_RV(c().C_GetMechanismInfo(slot, row.type, &info), CKR_OK);
    EXPECT_EQ(info.flags & row.flags, row.flags) << ck::name_of_mechanism(static_cast<std::uint32_t>(row.type));
    EXPECT_LE(info.ulMinKeySize, info.ulMaxKeySize);
  }
  open_session(slot, CKF_RW_SESSION);
  EXPECT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
  EXPECT_EQ(look_for(std::move(Attributes().flag(CKA_TOKEN, true)), 1).size(), 1u);
  expect_listed(CKP_EXTENDED_PROVIDER);
  EXPECT_RV(c().C_Logout(session_), CKR_OK);
  end(slot);
}

TEST_F(Profile, AuthenticationToken) {
  generate_pair(mechanism(CKM_RSA_PKCS_KEY_PAIR_GEN),
                std::move(Attributes()
                              .flag(CKA_TOKEN, true)
                              .text(CKA_LABEL, "testrsa-pub")
                              .number(CKA_MODULUS_BITS, 2048)
                              .flag(CKA_VERIFY, true)),
                std::move(Attributes().flag(CKA_TOKEN, true).text(CKA_LABEL, "testrsa-pri").flag(CKA_SIGN, true)));
  const CK_SLOT_ID slot = begin();
  open_session(slot, CKF_RW_SESSION);
  EXPECT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);

  const auto labelled = [](std::string_view label, CK_OBJECT_CLASS object_class) {
    return std::move(Attributes().flag(CKA_TOKEN, true).text(CKA_LABEL, label).number(CKA_CLASS, object_class));
  };
  const auto publics = look_for(labelled("testrsa-pub", CKO_PUBLIC_KEY), 1);
  ASSERT_EQ(publics.size(), 1u);
  Bytes modulus(1024);
  Bytes exponent(1024);
  CK_ATTRIBUTE parts[] = {{CKA_MODULUS, modulus.data(), modulus.size()},
                          {CKA_PUBLIC_EXPONENT, exponent.data(), exponent.size()}};
  EXPECT_RV(c().C_GetAttributeValue(session_, publics[0], parts, 2), CKR_OK);
  ASSERT_EQ(parts[0].ulValueLen, 256u);
  ASSERT_EQ(parts[1].ulValueLen, 3u);
  modulus.resize(256);
  exponent.resize(3);
  EXPECT_EQ(exponent, hex("010001"));

  const auto privates = look_for(labelled("testrsa-pri", CKO_PRIVATE_KEY), 1);
  ASSERT_EQ(privates.size(), 1u);
  CK_MECHANISM sha256_rsa = mechanism(CKM_SHA256_RSA_PKCS);
  EXPECT_RV(c().C_SignInit(session_, &sha256_rsa, privates[0]), CKR_OK);
  const Bytes request = text("what a certificate request would say");
  Bytes signature(256);
  CK_ULONG length = signature.size();
  EXPECT_RV(c().C_Sign(session_, raw(request), request.size(), raw(signature), &length), CKR_OK);
  ASSERT_EQ(length, 256u);
  const auto public_key = reference::Key::rsa_public(modulus, exponent);
  EXPECT_TRUE(public_key.verify({.mode = RSA_PKCS1_PADDING, .digest = "SHA256"}, request, signature));

  expect_listed(CKP_AUTHENTICATION_TOKEN);
  EXPECT_RV(c().C_Logout(session_), CKR_OK);
  end(slot);
}

TEST_F(Profile, PublicCertificatesToken) {
  constexpr CK_ULONG kCertificates = 5;
  const Bytes value = hex("3003020105") + Bytes(884, std::byte{0x5a});
  for (CK_ULONG i = 0; i < kCertificates; ++i)
    create(std::move(Attributes()
                         .number(CKA_CLASS, CKO_CERTIFICATE)
                         .number(CKA_CERTIFICATE_TYPE, CKC_X_509)
                         .flag(CKA_TOKEN, true)
                         .flag(CKA_PRIVATE, false)
                         .text(CKA_LABEL, kRootLabel)
                         .bytes(CKA_SUBJECT, hex("3000"))
                         .bytes(CKA_VALUE, value)));
  const CK_SLOT_ID slot = begin();
  open_session(slot, 0);
  Attributes wanted;
  wanted.flag(CKA_TOKEN, true).number(CKA_CLASS, CKO_CERTIFICATE);
  EXPECT_RV(c().C_FindObjectsInit(session_, wanted.data(), wanted.count()), CKR_OK);
  std::vector<CK_OBJECT_HANDLE> found(kCertificates);
  CK_ULONG count = 0;
  EXPECT_RV(c().C_FindObjects(session_, found.data(), found.size(), &count), CKR_OK);
  ASSERT_EQ(count, kCertificates);

  // The search is still active while attributes are read.
  const auto read = [&](CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, std::size_t spare) {
    CK_ATTRIBUTE attribute{type, nullptr, 0};
    EXPECT_RV(c().C_GetAttributeValue(session_, object, &attribute, 1), CKR_OK);
    Bytes out(attribute.ulValueLen + spare);
    attribute.pValue = out.data();
    attribute.ulValueLen = out.size();
    EXPECT_RV(c().C_GetAttributeValue(session_, object, &attribute, 1), CKR_OK);
    out.resize(attribute.ulValueLen);
    return out;
  };
  EXPECT_EQ(read(found[0], CKA_LABEL, 1), text(kRootLabel));
  EXPECT_EQ(read(found[1], CKA_VALUE, 0), value);
  EXPECT_RV(c().C_FindObjectsFinal(session_), CKR_OK);
  expect_listed(CKP_PUBLIC_CERTIFICATES_TOKEN);
  end(slot);
}

}  // namespace
}  // namespace holdfast::conformance
