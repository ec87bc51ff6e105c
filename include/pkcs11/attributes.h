#pragma once

// Attribute types (PKCS#11 3.2), grouped by the object that has them.

// clang-format off: the columns are read more often than written

// Marks an attribute whose value is an array: of attributes for the templates, of mechanism types for
// CKA_ALLOWED_MECHANISMS.
#define CKF_ARRAY_ATTRIBUTE 0x40000000UL

// Every object
#define CKA_CLASS                             0x000UL
#define CKA_TOKEN                             0x001UL
#define CKA_PRIVATE                           0x002UL
#define CKA_LABEL                             0x003UL
#define CKA_UNIQUE_ID                         0x004UL
#define CKA_MODIFIABLE                        0x170UL
#define CKA_COPYABLE                          0x171UL
#define CKA_DESTROYABLE                       0x172UL

// Data objects and values
#define CKA_APPLICATION                       0x010UL
#define CKA_VALUE                             0x011UL
#define CKA_OBJECT_ID                         0x012UL

// Certificates
#define CKA_CERTIFICATE_TYPE                  0x080UL
#define CKA_ISSUER                            0x081UL
#define CKA_SERIAL_NUMBER                     0x082UL
#define CKA_AC_ISSUER                         0x083UL
#define CKA_OWNER                             0x084UL
#define CKA_ATTR_TYPES                        0x085UL
#define CKA_TRUSTED                           0x086UL
#define CKA_CERTIFICATE_CATEGORY              0x087UL
#define CKA_JAVA_MIDP_SECURITY_DOMAIN         0x088UL
#define CKA_URL                               0x089UL
#define CKA_HASH_OF_SUBJECT_PUBLIC_KEY        0x08AUL
#define CKA_HASH_OF_ISSUER_PUBLIC_KEY         0x08BUL
#define CKA_NAME_HASH_ALGORITHM               0x08CUL
#define CKA_CHECK_VALUE                       0x090UL

// Every key
#define CKA_KEY_TYPE                          0x100UL
#define CKA_SUBJECT                           0x101UL
#define CKA_ID                                0x102UL
#define CKA_SENSITIVE                         0x103UL
#define CKA_ENCRYPT                           0x104UL
#define CKA_DECRYPT                           0x105UL
#define CKA_WRAP                              0x106UL
#define CKA_UNWRAP                            0x107UL
#define CKA_SIGN                              0x108UL
#define CKA_SIGN_RECOVER                      0x109UL
#define CKA_VERIFY                            0x10AUL
#define CKA_VERIFY_RECOVER                    0x10BUL
#define CKA_DERIVE                            0x10CUL
#define CKA_ENCAPSULATE                       0x633UL
#define CKA_DECAPSULATE                       0x634UL
#define CKA_START_DATE                        0x110UL
#define CKA_END_DATE                          0x111UL
#define CKA_EXTRACTABLE                       0x162UL
#define CKA_LOCAL                             0x163UL
#define CKA_NEVER_EXTRACTABLE                 0x164UL
#define CKA_ALWAYS_SENSITIVE                  0x165UL
#define CKA_KEY_GEN_MECHANISM                 0x166UL
#define CKA_ALWAYS_AUTHENTICATE               0x202UL
#define CKA_WRAP_WITH_TRUSTED                 0x210UL
#define CKA_WRAP_TEMPLATE                     (CKF_ARRAY_ATTRIBUTE | 0x211UL)
#define CKA_UNWRAP_TEMPLATE                   (CKF_ARRAY_ATTRIBUTE | 0x212UL)
#define CKA_DERIVE_TEMPLATE                   (CKF_ARRAY_ATTRIBUTE | 0x213UL)
#define CKA_ENCAPSULATE_TEMPLATE              (CKF_ARRAY_ATTRIBUTE | 0x62AUL)
#define CKA_DECAPSULATE_TEMPLATE              (CKF_ARRAY_ATTRIBUTE | 0x62BUL)
#define CKA_ALLOWED_MECHANISMS                (CKF_ARRAY_ATTRIBUTE | 0x600UL)
#define CKA_PUBLIC_KEY_INFO                   0x129UL
#define CKA_PUBLIC_CRC64_VALUE                0x636UL

// Secret keys and lengths
#define CKA_VALUE_BITS                        0x160UL
#define CKA_VALUE_LEN                         0x161UL

// RSA keys
#define CKA_MODULUS                           0x120UL
#define CKA_MODULUS_BITS                      0x121UL
#define CKA_PUBLIC_EXPONENT                   0x122UL
#define CKA_PRIVATE_EXPONENT                  0x123UL
#define CKA_PRIME_1                           0x124UL
#define CKA_PRIME_2                           0x125UL
#define CKA_EXPONENT_1                        0x126UL
#define CKA_EXPONENT_2                        0x127UL
#define CKA_COEFFICIENT                       0x128UL

// DSA and Diffie-Hellman keys
#define CKA_PRIME                             0x130UL
#define CKA_SUBPRIME                          0x131UL
#define CKA_BASE                              0x132UL
#define CKA_PRIME_BITS                        0x133UL
#define CKA_SUBPRIME_BITS                     0x134UL

// Elliptic curve keys
#define CKA_EC_PARAMS                         0x180UL
#define CKA_EC_POINT                          0x181UL

// Post-quantum keys
#define CKA_PARAMETER_SET                     0x61DUL
#define CKA_SEED                              0x637UL
#define CKA_HSS_LEVELS                        0x617UL
#define CKA_HSS_LMS_TYPE                      0x618UL
#define CKA_HSS_LMOTS_TYPE                    0x619UL
#define CKA_HSS_LMS_TYPES                     0x61AUL
#define CKA_HSS_LMOTS_TYPES                   0x61BUL
#define CKA_KEYS_REMAINING                    0x61CUL

// GOST keys
#define CKA_GOSTR3410_PARAMS                  0x250UL
#define CKA_GOSTR3411_PARAMS                  0x251UL
#define CKA_GOST28147_PARAMS                  0x252UL

// One-time password keys
#define CKA_OTP_FORMAT                        0x220UL
#define CKA_OTP_LENGTH                        0x221UL
#define CKA_OTP_TIME_INTERVAL                 0x222UL
#define CKA_OTP_USER_FRIENDLY_MODE            0x223UL
#define CKA_OTP_CHALLENGE_REQUIREMENT         0x224UL
#define CKA_OTP_TIME_REQUIREMENT              0x225UL
#define CKA_OTP_COUNTER_REQUIREMENT           0x226UL
#define CKA_OTP_PIN_REQUIREMENT               0x227UL
#define CKA_OTP_USER_IDENTIFIER               0x22AUL
#define CKA_OTP_SERVICE_IDENTIFIER            0x22BUL
#define CKA_OTP_SERVICE_LOGO                  0x22CUL
#define CKA_OTP_SERVICE_LOGO_TYPE             0x22DUL
#define CKA_OTP_COUNTER                       0x22EUL
#define CKA_OTP_TIME                          0x22FUL

// Double ratchet keys
#define CKA_X2RATCHET_BAG                     0x602UL
#define CKA_X2RATCHET_BAGSIZE                 0x603UL
#define CKA_X2RATCHET_BOBS1STMSG              0x604UL
#define CKA_X2RATCHET_CKR                     0x605UL
#define CKA_X2RATCHET_CKS                     0x606UL
#define CKA_X2RATCHET_DHP                     0x607UL
#define CKA_X2RATCHET_DHR                     0x608UL
#define CKA_X2RATCHET_DHS                     0x609UL
#define CKA_X2RATCHET_HKR                     0x60AUL
#define CKA_X2RATCHET_HKS                     0x60BUL
#define CKA_X2RATCHET_ISALICE                 0x60CUL
#define CKA_X2RATCHET_NHKR                    0x60DUL
#define CKA_X2RATCHET_NHKS                    0x60EUL
#define CKA_X2RATCHET_NR                      0x60FUL
#define CKA_X2RATCHET_NS                      0x610UL
#define CKA_X2RATCHET_PNS                     0x611UL
#define CKA_X2RATCHET_RK                      0x612UL

// Hardware features
#define CKA_HW_FEATURE_TYPE                   0x300UL
#define CKA_RESET_ON_INIT                     0x301UL
#define CKA_HAS_RESET                         0x302UL
#define CKA_PIXEL_X                           0x400UL
#define CKA_PIXEL_Y                           0x401UL
#define CKA_RESOLUTION                        0x402UL
#define CKA_CHAR_ROWS                         0x403UL
#define CKA_CHAR_COLUMNS                      0x404UL
#define CKA_COLOR                             0x405UL
#define CKA_BITS_PER_PIXEL                    0x406UL
#define CKA_CHAR_SETS                         0x480UL
#define CKA_ENCODING_METHODS                  0x481UL
#define CKA_MIME_TYPES                        0x482UL

// Mechanism and profile objects
#define CKA_MECHANISM_TYPE                    0x500UL
#define CKA_REQUIRED_CMS_ATTRIBUTES           0x501UL
#define CKA_DEFAULT_CMS_ATTRIBUTES            0x502UL
#define CKA_SUPPORTED_CMS_ATTRIBUTES          0x503UL
#define CKA_PROFILE_ID                        0x601UL

// Validation objects
#define CKA_OBJECT_VALIDATION_FLAGS           0x61EUL
#define CKA_VALIDATION_TYPE                   0x61FUL
#define CKA_VALIDATION_VERSION                0x620UL
#define CKA_VALIDATION_LEVEL                  0x621UL
#define CKA_VALIDATION_MODULE_ID              0x622UL
#define CKA_VALIDATION_FLAG                   0x623UL
#define CKA_VALIDATION_AUTHORITY_TYPE         0x624UL
#define CKA_VALIDATION_COUNTRY                0x625UL
#define CKA_VALIDATION_CERTIFICATE_IDENTIFIER 0x626UL
#define CKA_VALIDATION_CERTIFICATE_URI        0x627UL
#define CKA_VALIDATION_VENDOR_URI             0x628UL
#define CKA_VALIDATION_PROFILE                0x629UL

// Trust objects
#define CKA_TRUST_SERVER_AUTH                 0x62CUL
#define CKA_TRUST_CLIENT_AUTH                 0x62DUL
#define CKA_TRUST_CODE_SIGNING                0x62EUL
#define CKA_TRUST_EMAIL_PROTECTION            0x62FUL
#define CKA_TRUST_IPSEC_IKE                   0x630UL
#define CKA_TRUST_TIME_STAMPING               0x631UL
#define CKA_TRUST_OCSP_SIGNING                0x632UL
#define CKA_HASH_OF_CERTIFICATE               0x635UL

#define CKA_VENDOR_DEFINED                    0x80000000UL

// Withdrawn attributes and earlier spellings
#define CKA_SECONDARY_AUTH                    0x200UL
#define CKA_AUTH_PIN_FLAGS                    0x201UL
#define CKA_SUB_PRIME_BITS                    CKA_SUBPRIME_BITS
#define CKA_ECDSA_PARAMS                      CKA_EC_PARAMS
#define CKA_HSS_KEYS_REMAINING                CKA_KEYS_REMAINING
