#pragma once

// Values of the types in types.h, except attribute types, mechanism types and return values.

// clang-format off: the columns are read more often than written

// CK_OBJECT_CLASS
#define CKO_DATA              0x00UL
#define CKO_CERTIFICATE       0x01UL
#define CKO_PUBLIC_KEY        0x02UL
#define CKO_PRIVATE_KEY       0x03UL
#define CKO_SECRET_KEY        0x04UL
#define CKO_HW_FEATURE        0x05UL
#define CKO_DOMAIN_PARAMETERS 0x06UL
#define CKO_MECHANISM         0x07UL
#define CKO_OTP_KEY           0x08UL
#define CKO_PROFILE           0x09UL
#define CKO_VALIDATION        0x0AUL
#define CKO_TRUST             0x0BUL
#define CKO_VENDOR_DEFINED    0x80000000UL

// CK_KEY_TYPE
#define CKK_RSA              0x00UL
#define CKK_DSA              0x01UL
#define CKK_DH               0x02UL
#define CKK_EC               0x03UL
#define CKK_X9_42_DH         0x04UL
#define CKK_KEA              0x05UL
#define CKK_GENERIC_SECRET   0x10UL
#define CKK_RC2              0x11UL
#define CKK_RC4              0x12UL
#define CKK_DES              0x13UL
#define CKK_DES2             0x14UL
#define CKK_DES3             0x15UL
#define CKK_CAST             0x16UL
#define CKK_CAST3            0x17UL
#define CKK_CAST128          0x18UL
#define CKK_RC5              0x19UL
#define CKK_IDEA             0x1AUL
#define CKK_SKIPJACK         0x1BUL
#define CKK_BATON            0x1CUL
#define CKK_JUNIPER          0x1DUL
#define CKK_CDMF             0x1EUL
#define CKK_AES              0x1FUL
#define CKK_BLOWFISH         0x20UL
#define CKK_TWOFISH          0x21UL
#define CKK_SECURID          0x22UL
#define CKK_HOTP             0x23UL
#define CKK_ACTI             0x24UL
#define CKK_CAMELLIA         0x25UL
#define CKK_ARIA             0x26UL
#define CKK_MD5_HMAC         0x27UL
#define CKK_SHA_1_HMAC       0x28UL
#define CKK_RIPEMD128_HMAC   0x29UL
#define CKK_RIPEMD160_HMAC   0x2AUL
#define CKK_SHA256_HMAC      0x2BUL
#define CKK_SHA384_HMAC      0x2CUL
#define CKK_SHA512_HMAC      0x2DUL
#define CKK_SHA224_HMAC      0x2EUL
#define CKK_SEED             0x2FUL
#define CKK_GOSTR3410        0x30UL
#define CKK_GOSTR3411        0x31UL
#define CKK_GOST28147        0x32UL
#define CKK_CHACHA20         0x33UL
#define CKK_POLY1305         0x34UL
#define CKK_AES_XTS          0x35UL
#define CKK_SHA3_224_HMAC    0x36UL
#define CKK_SHA3_256_HMAC    0x37UL
#define CKK_SHA3_384_HMAC    0x38UL
#define CKK_SHA3_512_HMAC    0x39UL
#define CKK_BLAKE2B_160_HMAC 0x3AUL
#define CKK_BLAKE2B_256_HMAC 0x3BUL
#define CKK_BLAKE2B_384_HMAC 0x3CUL
#define CKK_BLAKE2B_512_HMAC 0x3DUL
#define CKK_SALSA20          0x3EUL
#define CKK_X2RATCHET        0x3FUL
#define CKK_EC_EDWARDS       0x40UL
#define CKK_EC_MONTGOMERY    0x41UL
#define CKK_HKDF             0x42UL
#define CKK_SHA512_224_HMAC  0x43UL
#define CKK_SHA512_256_HMAC  0x44UL
#define CKK_SHA512_T_HMAC    0x45UL
#define CKK_HSS              0x46UL
#define CKK_XMSS             0x47UL
#define CKK_XMSSMT           0x48UL
#define CKK_ML_KEM           0x49UL
#define CKK_ML_DSA           0x4AUL
#define CKK_SLH_DSA          0x4BUL
#define CKK_VENDOR_DEFINED   0x80000000UL
// Earlier spellings
#define CKK_ECDSA            CKK_EC
#define CKK_CAST5            CKK_CAST128

// CK_CERTIFICATE_TYPE
#define CKC_X_509           0x00UL
#define CKC_X_509_ATTR_CERT 0x01UL
#define CKC_WTLS            0x02UL
#define CKC_VENDOR_DEFINED  0x80000000UL

// CK_CERTIFICATE_CATEGORY
#define CK_CERTIFICATE_CATEGORY_UNSPECIFIED  0UL
#define CK_CERTIFICATE_CATEGORY_TOKEN_USER   1UL
#define CK_CERTIFICATE_CATEGORY_AUTHORITY    2UL
#define CK_CERTIFICATE_CATEGORY_OTHER_ENTITY 3UL

// CK_JAVA_MIDP_SECURITY_DOMAIN
#define CK_SECURITY_DOMAIN_UNSPECIFIED  0UL
#define CK_SECURITY_DOMAIN_MANUFACTURER 1UL
#define CK_SECURITY_DOMAIN_OPERATOR     2UL
#define CK_SECURITY_DOMAIN_THIRD_PARTY  3UL

// CK_HW_FEATURE_TYPE
#define CKH_MONOTONIC_COUNTER 0x01UL
#define CKH_CLOCK             0x02UL
#define CKH_USER_INTERFACE    0x03UL
#define CKH_VENDOR_DEFINED    0x80000000UL

// CK_PROFILE_ID, the value of CKA_PROFILE_ID
#define CKP_INVALID_ID                0x00UL
#define CKP_BASELINE_PROVIDER         0x01UL
#define CKP_EXTENDED_PROVIDER         0x02UL
#define CKP_AUTHENTICATION_TOKEN      0x03UL
#define CKP_PUBLIC_CERTIFICATES_TOKEN 0x04UL
#define CKP_COMPLETE_PROVIDER         0x05UL
#define CKP_HKDF_TLS_TOKEN            0x06UL
#define CKP_VENDOR_DEFINED            0x80000000UL

// CKA_PARAMETER_SET of ML-KEM, ML-DSA and SLH-DSA keys: three number spaces, told apart by the key type
#define CKP_ML_KEM_512  0x01UL
#define CKP_ML_KEM_768  0x02UL
#define CKP_ML_KEM_1024 0x03UL

#define CKP_ML_DSA_44 0x01UL
#define CKP_ML_DSA_65 0x02UL
#define CKP_ML_DSA_87 0x03UL

#define CKP_SLH_DSA_SHA2_128S  0x01UL
#define CKP_SLH_DSA_SHAKE_128S 0x02UL
#define CKP_SLH_DSA_SHA2_128F  0x03UL
#define CKP_SLH_DSA_SHAKE_128F 0x04UL
#define CKP_SLH_DSA_SHA2_192S  0x05UL
#define CKP_SLH_DSA_SHAKE_192S 0x06UL
#define CKP_SLH_DSA_SHA2_192F  0x07UL
#define CKP_SLH_DSA_SHAKE_192F 0x08UL
#define CKP_SLH_DSA_SHA2_256S  0x09UL
#define CKP_SLH_DSA_SHAKE_256S 0x0AUL
#define CKP_SLH_DSA_SHA2_256F  0x0BUL
#define CKP_SLH_DSA_SHAKE_256F 0x0CUL

// CK_USER_TYPE
#define CKU_SO               0UL
#define CKU_USER             1UL
#define CKU_CONTEXT_SPECIFIC 2UL

// CK_STATE
#define CKS_RO_PUBLIC_SESSION 0UL
#define CKS_RO_USER_FUNCTIONS 1UL
#define CKS_RW_PUBLIC_SESSION 2UL
#define CKS_RW_USER_FUNCTIONS 3UL
#define CKS_RW_SO_FUNCTIONS   4UL

// CK_NOTIFICATION
#define CKN_SURRENDER   0UL
#define CKN_OTP_CHANGED 1UL

// CK_SESSION_VALIDATION_FLAGS_TYPE
#define CKS_LAST_VALIDATION_OK 0x01UL

// CK_VALIDATION_AUTHORITY_TYPE
#define CKV_AUTHORITY_TYPE_UNSPECIFIED     0x00UL
#define CKV_AUTHORITY_TYPE_NIST_CMVP       0x01UL
#define CKV_AUTHORITY_TYPE_COMMON_CRITERIA 0x02UL

// CK_VALIDATION_TYPE
#define CKV_TYPE_UNSPECIFIED 0x00UL
#define CKV_TYPE_SOFTWARE    0x01UL
#define CKV_TYPE_HARDWARE    0x02UL
#define CKV_TYPE_FIRMWARE    0x03UL
#define CKV_TYPE_HYBRID      0x04UL

// CK_TRUST
#define CKT_TRUST_UNKNOWN           0x00UL
#define CKT_TRUSTED                 0x01UL
#define CKT_TRUST_ANCHOR            0x02UL
#define CKT_NOT_TRUSTED             0x03UL
#define CKT_TRUST_MUST_VERIFY_TRUST 0x04UL

// CK_SLOT_INFO.flags
#define CKF_TOKEN_PRESENT    0x01UL
#define CKF_REMOVABLE_DEVICE 0x02UL
#define CKF_HW_SLOT          0x04UL

// CK_TOKEN_INFO.flags
#define CKF_RNG                           0x00000001UL
#define CKF_WRITE_PROTECTED               0x00000002UL
#define CKF_LOGIN_REQUIRED                0x00000004UL
#define CKF_USER_PIN_INITIALIZED          0x00000008UL
#define CKF_RESTORE_KEY_NOT_NEEDED        0x00000020UL
#define CKF_CLOCK_ON_TOKEN                0x00000040UL
#define CKF_PROTECTED_AUTHENTICATION_PATH 0x00000100UL
#define CKF_DUAL_CRYPTO_OPERATIONS        0x00000200UL
#define CKF_TOKEN_INITIALIZED             0x00000400UL
#define CKF_SECONDARY_AUTHENTICATION      0x00000800UL
#define CKF_USER_PIN_COUNT_LOW            0x00010000UL
#define CKF_USER_PIN_FINAL_TRY            0x00020000UL
#define CKF_USER_PIN_LOCKED               0x00040000UL
#define CKF_USER_PIN_TO_BE_CHANGED        0x00080000UL
#define CKF_SO_PIN_COUNT_LOW              0x00100000UL
#define CKF_SO_PIN_FINAL_TRY              0x00200000UL
#define CKF_SO_PIN_LOCKED                 0x00400000UL
#define CKF_SO_PIN_TO_BE_CHANGED          0x00800000UL
#define CKF_ERROR_STATE                   0x01000000UL
#define CKF_SEED_RANDOM_REQUIRED          0x02000000UL
#define CKF_ASYNC_SESSION_SUPPORTED       0x04000000UL

// CK_SESSION_INFO.flags and the flags of C_OpenSession
#define CKF_RW_SESSION     0x02UL
#define CKF_SERIAL_SESSION 0x04UL
#define CKF_ASYNC_SESSION  0x08UL

// CK_MECHANISM_INFO.flags; the operation flags also select what C_SessionCancel ends
#define CKF_HW                0x00000001UL
#define CKF_MESSAGE_ENCRYPT   0x00000002UL
#define CKF_MESSAGE_DECRYPT   0x00000004UL
#define CKF_MESSAGE_SIGN      0x00000008UL
#define CKF_MESSAGE_VERIFY    0x00000010UL
#define CKF_MULTI_MESSAGE     0x00000020UL
#define CKF_FIND_OBJECTS      0x00000040UL
#define CKF_ENCRYPT           0x00000100UL
#define CKF_DECRYPT           0x00000200UL
#define CKF_DIGEST            0x00000400UL
#define CKF_SIGN              0x00000800UL
#define CKF_SIGN_RECOVER      0x00001000UL
#define CKF_VERIFY            0x00002000UL
#define CKF_VERIFY_RECOVER    0x00004000UL
#define CKF_GENERATE          0x00008000UL
#define CKF_GENERATE_KEY_PAIR 0x00010000UL
#define CKF_WRAP              0x00020000UL
#define CKF_UNWRAP            0x00040000UL
#define CKF_DERIVE            0x00080000UL
#define CKF_EC_F_P            0x00100000UL
#define CKF_EC_F_2M           0x00200000UL
#define CKF_EC_ECPARAMETERS   0x00400000UL
#define CKF_EC_OID            0x00800000UL
#define CKF_EC_UNCOMPRESS     0x01000000UL
#define CKF_EC_COMPRESS       0x02000000UL
#define CKF_EC_CURVENAME      0x04000000UL
#define CKF_ENCAPSULATE       0x10000000UL
#define CKF_DECAPSULATE       0x20000000UL
#define CKF_EXTENSION         0x80000000UL
// Earlier spellings
#define CKF_EC_NAMEDCURVE     CKF_EC_OID
#define CKF_MULTI_MESSGE      CKF_MULTI_MESSAGE

// CK_C_INITIALIZE_ARGS.flags
#define CKF_LIBRARY_CANT_CREATE_OS_THREADS 0x01UL
#define CKF_OS_LOCKING_OK                  0x02UL

// C_WaitForSlotEvent, the C_…MessageNext functions, CK_INTERFACE.flags
#define CKF_DONT_BLOCK          0x01UL
#define CKF_END_OF_MESSAGE      0x01UL
#define CKF_INTERFACE_FORK_SAFE 0x01UL

// One-time passwords: CKA_OTP_FORMAT, the CKA_OTP_…_REQUIREMENT attributes, the type and flags of CK_OTP_PARAM
#define CK_OTP_FORMAT_DECIMAL      0UL
#define CK_OTP_FORMAT_HEXADECIMAL  1UL
#define CK_OTP_FORMAT_ALPHANUMERIC 2UL
#define CK_OTP_FORMAT_BINARY       3UL

#define CK_OTP_PARAM_IGNORED   0UL
#define CK_OTP_PARAM_OPTIONAL  1UL
#define CK_OTP_PARAM_MANDATORY 2UL

#define CK_OTP_VALUE         0UL
#define CK_OTP_PIN           1UL
#define CK_OTP_CHALLENGE     2UL
#define CK_OTP_TIME          3UL
#define CK_OTP_COUNTER       4UL
#define CK_OTP_FLAGS         5UL
#define CK_OTP_OUTPUT_LENGTH 6UL
#define CK_OTP_OUTPUT_FORMAT 7UL

#define CKF_NEXT_OTP          0x01UL
#define CKF_EXCLUDE_TIME      0x02UL
#define CKF_EXCLUDE_COUNTER   0x04UL
#define CKF_EXCLUDE_CHALLENGE 0x08UL
#define CKF_EXCLUDE_PIN       0x10UL
#define CKF_USER_FRIENDLY_OTP 0x20UL
