// Classes of objects beyond keys, data and X.509 certificates: PKCS#11 3.2 sections 4.6 (certificates), 4.7 (trust), 4.12
// (domain parameters), 6.53 (one-time passwords).
#include "conformance/token_test.h"

namespace holdfast::conformance {
namespace {

class ObjectClasses : public TokenTest {
 protected:
  static Attributes of_class(CK_OBJECT_CLASS object_class) {
    Attributes attributes;
    attributes.number(CKA_CLASS, object_class);
    return attributes;
  }
  static Attributes text_of(CK_ATTRIBUTE_TYPE type, std::string_view value) {
    Attributes attributes;
    attributes.text(type, value);
    return attributes;
  }
};

// ---- Certificates

class AttributeCertificates : public ObjectClasses {
 protected:
  static Attributes certificate() {
    Attributes attributes = of_class(CKO_CERTIFICATE);
    attributes.number(CKA_CERTIFICATE_TYPE, CKC_X_509_ATTR_CERT).text(CKA_OWNER, "owner").text(CKA_VALUE, "der");
    return attributes;
  }
};

TEST_F(AttributeCertificates, HaveAnOwnerAndNoSubject) {
  const CK_OBJECT_HANDLE object = create(certificate());
  EXPECT_EQ(get(object, CKA_OWNER), text("owner"));
  EXPECT_EQ(get(object, CKA_AC_ISSUER), Bytes{});
  EXPECT_EQ(get(object, CKA_ATTR_TYPES), Bytes{});
  EXPECT_EQ(get(object, CKA_VALUE), text("der"));
  EXPECT_RV(try_get(object, CKA_SUBJECT), CKR_ATTRIBUTE_TYPE_INVALID);
  Attributes with_subject = certificate();
  with_subject.text(CKA_SUBJECT, "subject");
  EXPECT_RV(try_create(std::move(with_subject)), CKR_TEMPLATE_INCONSISTENT);
}

TEST_F(AttributeCertificates, NeedOwnerAndValue) {
  Attributes without_value = of_class(CKO_CERTIFICATE);
  without_value.number(CKA_CERTIFICATE_TYPE, CKC_X_509_ATTR_CERT).text(CKA_OWNER, "owner");
  EXPECT_RV(try_create(std::move(without_value)), CKR_TEMPLATE_INCOMPLETE);
  Attributes without_owner = of_class(CKO_CERTIFICATE);
  without_owner.number(CKA_CERTIFICATE_TYPE, CKC_X_509_ATTR_CERT).text(CKA_VALUE, "der");
  EXPECT_RV(try_create(std::move(without_owner)), CKR_TEMPLATE_INCOMPLETE);
}

TEST_F(AttributeCertificates, LetIssuerSerialNumberAndTypesChange) {
  const CK_OBJECT_HANDLE object = create(certificate());
  for (const CK_ATTRIBUTE_TYPE type : {CKA_AC_ISSUER, CKA_SERIAL_NUMBER, CKA_ATTR_TYPES}) {
    EXPECT_RV(try_set(object, text_of(type, "new")), CKR_OK);
    EXPECT_EQ(get(object, type), text("new"));
  }
  EXPECT_RV(try_set(object, text_of(CKA_OWNER, "new")), CKR_ATTRIBUTE_READ_ONLY);
  EXPECT_RV(try_set(object, text_of(CKA_VALUE, "new")), CKR_ATTRIBUTE_READ_ONLY);
}

TEST_F(ObjectClasses, WtlsCertificatesAreKept) {
  Attributes attributes = of_class(CKO_CERTIFICATE);
  attributes.number(CKA_CERTIFICATE_TYPE, CKC_WTLS).text(CKA_SUBJECT, "subject").text(CKA_VALUE, "wtls");
  const CK_OBJECT_HANDLE object = create(std::move(attributes));
  EXPECT_EQ(get_number(object, CKA_CERTIFICATE_TYPE), CKC_WTLS);
  EXPECT_EQ(get(object, CKA_ISSUER), Bytes{});
  EXPECT_RV(try_get(object, CKA_SERIAL_NUMBER), CKR_ATTRIBUTE_TYPE_INVALID);
}

TEST_F(ObjectClasses, CertificatesOfAnotherTypeAreNotKept) {
  Attributes attributes = of_class(CKO_CERTIFICATE);
  attributes.number(CKA_CERTIFICATE_TYPE, CKC_VENDOR_DEFINED).text(CKA_SUBJECT, "subject").text(CKA_VALUE, "x");
  EXPECT_RV(try_create(std::move(attributes)), CKR_ATTRIBUTE_VALUE_INVALID);
}

// ---- Trust

class Trust : public ObjectClasses {
 protected:
  static Attributes trust() {
    Attributes attributes = of_class(CKO_TRUST);
    attributes.text(CKA_ISSUER, "issuer").text(CKA_SERIAL_NUMBER, "1");
    return attributes;
  }
};

TEST_F(Trust, IsUnknownUnlessSaid) {
  const CK_OBJECT_HANDLE object = create(trust());
  for (const CK_ATTRIBUTE_TYPE type : {CKA_TRUST_SERVER_AUTH, CKA_TRUST_CLIENT_AUTH, CKA_TRUST_CODE_SIGNING, CKA_TRUST_EMAIL_PROTECTION,
                                       CKA_TRUST_IPSEC_IKE, CKA_TRUST_TIME_STAMPING, CKA_TRUST_OCSP_SIGNING})
    EXPECT_EQ(get_number(object, type), CKT_TRUST_UNKNOWN);
  EXPECT_EQ(get_number(object, CKA_NAME_HASH_ALGORITHM), CKM_SHA_1);
  EXPECT_EQ(get(object, CKA_HASH_OF_CERTIFICATE), Bytes{});
  EXPECT_FALSE(get_flag(object, CKA_PRIVATE));
  EXPECT_TRUE(get_flag(object, CKA_MODIFIABLE));
}

TEST_F(Trust, IsBoundToACertificateByItsHash) {
  Attributes anchor = trust();
  anchor.number(CKA_TRUST_SERVER_AUTH, CKT_TRUST_ANCHOR);
  EXPECT_RV(try_create(std::move(anchor)), CKR_TEMPLATE_INCOMPLETE);
  Attributes bound = trust();
  bound.number(CKA_TRUST_SERVER_AUTH, CKT_TRUST_ANCHOR)
      .number(CKA_NAME_HASH_ALGORITHM, CKM_SHA256)
      .bytes(CKA_HASH_OF_CERTIFICATE, Bytes(32));
  const CK_OBJECT_HANDLE object = create(std::move(bound));
  EXPECT_EQ(get_number(object, CKA_TRUST_SERVER_AUTH), CKT_TRUST_ANCHOR);
  EXPECT_EQ(get_number(object, CKA_NAME_HASH_ALGORITHM), CKM_SHA256);
  Attributes distrust = trust();
  distrust.number(CKA_TRUST_SERVER_AUTH, CKT_NOT_TRUSTED);
  EXPECT_RV(try_create(std::move(distrust)), CKR_OK) << "distrust needs no hash";
}

TEST_F(Trust, NeedsIssuerAndSerialNumberAndKnownValues) {
  Attributes without_issuer = of_class(CKO_TRUST);
  without_issuer.text(CKA_SERIAL_NUMBER, "1");
  EXPECT_RV(try_create(std::move(without_issuer)), CKR_TEMPLATE_INCOMPLETE);
  Attributes unknown = trust();
  unknown.number(CKA_TRUST_CLIENT_AUTH, CKT_TRUST_MUST_VERIFY_TRUST + 1);
  EXPECT_RV(try_create(std::move(unknown)), CKR_ATTRIBUTE_VALUE_INVALID);
}

TEST_F(Trust, IsFoundByIssuerAndSerialNumber) {
  const CK_OBJECT_HANDLE object = create(trust());
  EXPECT_EQ(find(trust()), std::vector<CK_OBJECT_HANDLE>{object});
}

// ---- Domain parameters

class DomainParameters : public ObjectClasses {
 protected:
  static Attributes parameters(CK_KEY_TYPE type) {
    Attributes attributes = of_class(CKO_DOMAIN_PARAMETERS);
    attributes.number(CKA_KEY_TYPE, type).bytes(CKA_PRIME, hex("00 17")).bytes(CKA_BASE, hex("02"));
    if (type != CKK_DH) attributes.bytes(CKA_SUBPRIME, hex("0B"));
    return attributes;
  }
};

TEST_F(DomainParameters, TellHowLongTheyAre) {
  for (const CK_KEY_TYPE type : {CKK_DSA, CKK_DH, CKK_X9_42_DH}) {
    const CK_OBJECT_HANDLE object = create(parameters(type));
    EXPECT_EQ(get_number(object, CKA_KEY_TYPE), type);
    EXPECT_EQ(get(object, CKA_PRIME), hex("0017"));
    EXPECT_EQ(get_number(object, CKA_PRIME_BITS), 5u);
    EXPECT_FALSE(get_flag(object, CKA_LOCAL));
    if (type == CKK_DH)
      EXPECT_RV(try_get(object, CKA_SUBPRIME), CKR_ATTRIBUTE_TYPE_INVALID);
    else
      EXPECT_EQ(get_number(object, CKA_SUBPRIME_BITS), 4u);
    EXPECT_RV(try_get(object, CKA_SIGN), CKR_ATTRIBUTE_TYPE_INVALID);
  }
}

TEST_F(DomainParameters, AreWholeAndOfAKeyTypeThatHasSome) {
  Attributes without_base = of_class(CKO_DOMAIN_PARAMETERS);
  without_base.number(CKA_KEY_TYPE, CKK_DH).bytes(CKA_PRIME, hex("17"));
  EXPECT_RV(try_create(std::move(without_base)), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_create(of_class(CKO_DOMAIN_PARAMETERS)), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_create(parameters(CKK_RSA)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes with_length = parameters(CKK_DH);
  with_length.number(CKA_PRIME_BITS, 5);
  EXPECT_RV(try_create(std::move(with_length)), CKR_TEMPLATE_INCONSISTENT);
}

TEST_F(DomainParameters, AreNoKey) {
  const CK_OBJECT_HANDLE object = create(parameters(CKK_DSA));
  CK_MECHANISM digest_first = mechanism(CKM_SHA256_HMAC);
  EXPECT_RV(module().C_SignInit(session_, &digest_first, object), CKR_KEY_HANDLE_INVALID);
}

TEST_F(DomainParameters, AreCopiedWithTheirPast) {
  const CK_OBJECT_HANDLE twin = copy(create(parameters(CKK_DSA)), text_of(CKA_LABEL, "twin"));
  EXPECT_EQ(get(twin, CKA_SUBPRIME), hex("0B"));
  EXPECT_FALSE(get_flag(twin, CKA_LOCAL));
  EXPECT_RV(try_set(twin, text_of(CKA_PRIME, "x")), CKR_ATTRIBUTE_READ_ONLY);
}

// ---- One-time passwords

class OtpKeys : public ObjectClasses {
 protected:
  static Attributes key() {
    Attributes attributes = of_class(CKO_OTP_KEY);
    attributes.number(CKA_KEY_TYPE, CKK_HOTP).text(CKA_VALUE, "12345678901234567890");
    return attributes;
  }
};

TEST_F(OtpKeys, AreSecretKeysWithWhatPasswordsNeed) {
  const CK_OBJECT_HANDLE object = create(key());
  EXPECT_EQ(get_number(object, CKA_VALUE_LEN), 20u);
  EXPECT_EQ(get_number(object, CKA_OTP_FORMAT), CK_OTP_FORMAT_DECIMAL);
  EXPECT_EQ(get_number(object, CKA_OTP_LENGTH), 6u);
  EXPECT_EQ(get_number(object, CKA_OTP_COUNTER_REQUIREMENT), CK_OTP_PARAM_OPTIONAL);
  EXPECT_EQ(get_number(object, CKA_OTP_PIN_REQUIREMENT), CK_OTP_PARAM_IGNORED);
  EXPECT_EQ(get(object, CKA_OTP_COUNTER), Bytes{});
  EXPECT_RV(try_get(object, CKA_VALUE), CKR_ATTRIBUTE_SENSITIVE) << "not extractable unless said";
  EXPECT_TRUE(get_flag(object, CKA_SIGN));
  EXPECT_FALSE(get_flag(object, CKA_ENCRYPT));
}

TEST_F(OtpKeys, HaveAClassOfTheirOwn) {
  Attributes as_secret = of_class(CKO_SECRET_KEY);
  as_secret.number(CKA_KEY_TYPE, CKK_HOTP).text(CKA_VALUE, "12345678901234567890");
  EXPECT_RV(try_create(std::move(as_secret)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes as_otp = of_class(CKO_OTP_KEY);
  as_otp.number(CKA_KEY_TYPE, CKK_AES).text(CKA_VALUE, "0123456789abcdef");
  EXPECT_RV(try_create(std::move(as_otp)), CKR_ATTRIBUTE_VALUE_INVALID);
  Attributes without_value = of_class(CKO_OTP_KEY);
  without_value.number(CKA_KEY_TYPE, CKK_HOTP);
  EXPECT_RV(try_create(std::move(without_value)), CKR_TEMPLATE_INCOMPLETE);
}

// ---- Secret keys of one length

TEST_F(ObjectClasses, SecretKeysHaveTheLengthsOfTheirType) {
  const auto import = [&](CK_KEY_TYPE type, std::size_t bytes) {
    Attributes key = of_class(CKO_SECRET_KEY);
    key.number(CKA_KEY_TYPE, type).bytes(CKA_VALUE, Bytes(bytes, std::byte{0x31}));
    return try_create(std::move(key));
  };
  EXPECT_RV(import(CKK_CHACHA20, 32), CKR_OK);
  EXPECT_RV(import(CKK_CHACHA20, 31), CKR_KEY_SIZE_RANGE);
  EXPECT_RV(import(CKK_POLY1305, 32), CKR_OK);
  EXPECT_RV(import(CKK_AES_XTS, 48), CKR_KEY_SIZE_RANGE);
  EXPECT_RV(import(CKK_DES3, 16), CKR_KEY_SIZE_RANGE);
  EXPECT_RV(import(CKK_HKDF, 1), CKR_OK);
  EXPECT_RV(import(CKK_SHA3_256_HMAC, 512), CKR_OK);
  EXPECT_RV(import(CKK_SHA3_256_HMAC, 513), CKR_KEY_SIZE_RANGE);
}

// ---- HSS

TEST_F(ObjectClasses, HssKeyTellsItsLevelsAndTypes) {
  Attributes key = of_class(CKO_PUBLIC_KEY);
  key.number(CKA_KEY_TYPE, CKK_HSS).bytes(CKA_VALUE, hex("00000002 00000005 00000004") + Bytes(16 + 32));
  const CK_OBJECT_HANDLE object = create(std::move(key));
  EXPECT_EQ(get_number(object, CKA_HSS_LEVELS), 2u);
  EXPECT_EQ(get_number(object, CKA_HSS_LMS_TYPE), 5u);
  EXPECT_EQ(get_number(object, CKA_HSS_LMOTS_TYPE), 4u);
  Attributes given = of_class(CKO_PUBLIC_KEY);
  given.number(CKA_KEY_TYPE, CKK_HSS)
      .bytes(CKA_VALUE, hex("00000002 00000005 00000004") + Bytes(16 + 32))
      .number(CKA_HSS_LEVELS, 2);
  EXPECT_RV(try_create(std::move(given)), CKR_ATTRIBUTE_READ_ONLY);
}

}  // namespace
}  // namespace holdfast::conformance
