// HSS and XMSS signatures, verified with every libcrypto; ML-KEM, ML-DSA and SLH-DSA against libcrypto where it has
// them, and where it has not, that the token offers none.
#include <algorithm>
#include <openssl/evp.h>

#include "conformance/keys.h"
#include "conformance/reference.h"
#include "secure/crypto/stateful_signature_vectors.h"

namespace holdfast::conformance {
namespace {

using secure::crypto::SignatureVector;

class PostQuantum : public TokenTest {
 protected:
  static bool is_listed(CK_MECHANISM_TYPE type) {
    CK_MECHANISM_INFO info{};
    return module().C_GetMechanismInfo(kSlot, type, &info) == CKR_OK;
  }
  static CK_FLAGS flags_of(CK_MECHANISM_TYPE type) {
    CK_MECHANISM_INFO info{};
    EXPECT_RV(module().C_GetMechanismInfo(kSlot, type, &info), CKR_OK);
    return info.flags;
  }
  static Attributes set_of(CK_ULONG number) {
    Attributes attributes;
    attributes.number(CKA_PARAMETER_SET, number);
    return attributes;
  }
  static Attributes readable() {
    Attributes attributes;
    attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
    return attributes;
  }
  static Attributes key_of(CK_OBJECT_CLASS object_class, CK_KEY_TYPE type, CK_ULONG set) {
    Attributes attributes;
    attributes.number(CKA_CLASS, object_class).number(CKA_KEY_TYPE, type).number(CKA_PARAMETER_SET, set);
    return attributes;
  }
  Pair generate_set(CK_MECHANISM_TYPE type, CK_ULONG set) const {
    return generate_pair(mechanism(type), set_of(set), readable());
  }
};

bool libcrypto_has(const char* algorithm) {
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(nullptr, algorithm, nullptr);
  EVP_PKEY_CTX_free(context);
  return context != nullptr;
}

struct Family {
  const char* algorithm;
  CK_KEY_TYPE key_type;
  CK_MECHANISM_TYPE first;
  CK_MECHANISM_TYPE last;
};
constexpr Family kFamilies[] = {{"ML-KEM-512", CKK_ML_KEM, CKM_ML_KEM_KEY_PAIR_GEN, CKM_ML_KEM_KEY_PAIR_GEN},
                                {"ML-KEM-512", CKK_ML_KEM, CKM_ML_KEM, CKM_ML_KEM},
                                {"ML-DSA-44", CKK_ML_DSA, CKM_ML_DSA_KEY_PAIR_GEN, CKM_ML_DSA},
                                {"ML-DSA-44", CKK_ML_DSA, CKM_HASH_ML_DSA, CKM_HASH_ML_DSA},
                                {"ML-DSA-44", CKK_ML_DSA, CKM_HASH_ML_DSA_SHA224, CKM_HASH_ML_DSA_SHAKE256},
                                {"SLH-DSA-SHA2-128f", CKK_SLH_DSA, CKM_SLH_DSA_KEY_PAIR_GEN, CKM_SLH_DSA},
                                {"SLH-DSA-SHA2-128f", CKK_SLH_DSA, CKM_HASH_SLH_DSA, CKM_HASH_SLH_DSA},
                                {"SLH-DSA-SHA2-128f", CKK_SLH_DSA, CKM_HASH_SLH_DSA_SHA224, CKM_HASH_SLH_DSA_SHAKE256}};

// True where libcrypto has none of it; then the token must say so.
bool is_lacking(const char* algorithm) { return !libcrypto_has(algorithm); }

TEST_F(PostQuantum, OffersWhatLibcryptoHasAndNoMore) {
  for (const Family& family : kFamilies)
    for (CK_MECHANISM_TYPE type = family.first; type <= family.last; ++type)
      EXPECT_EQ(is_listed(type), libcrypto_has(family.algorithm)) << std::hex << type;
  for (const Family& family : kFamilies) {
    if (!is_lacking(family.algorithm)) continue;
    EXPECT_RV(try_generate_pair(mechanism(family.first), set_of(1), Attributes()), CKR_MECHANISM_INVALID);
    EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, family.key_type, 1).bytes(CKA_VALUE, Bytes(1312)))),
              CKR_PARAMETER_SET_NOT_SUPPORTED);
  }
}

TEST_F(PostQuantum, HashTreeSignaturesAreOnlyVerified) {
  for (const CK_MECHANISM_TYPE type : {CKM_HSS, CKM_XMSS, CKM_XMSSMT})
    EXPECT_EQ(flags_of(type), CKF_VERIFY | CKF_MESSAGE_VERIFY);
  for (const CK_MECHANISM_TYPE type : {CKM_HSS_KEY_PAIR_GEN, CKM_XMSS_KEY_PAIR_GEN, CKM_XMSSMT_KEY_PAIR_GEN})
    EXPECT_FALSE(is_listed(type));
}

TEST_F(PostQuantum, VerifiesHssSignatures) {
  const CK_MECHANISM hss = mechanism(CKM_HSS);
  for (const SignatureVector& vector : secure::crypto::kHssVectors) {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_PUBLIC_KEY)
        .number(CKA_KEY_TYPE, CKK_HSS)
        .bytes(CKA_VALUE, hex(vector.public_key))
        .flag(CKA_VERIFY, true);
    const CK_OBJECT_HANDLE key = create(std::move(attributes));
    const Bytes message = hex(vector.message);
    Bytes signature = hex(vector.signature);
    EXPECT_RV(verify(hss, key, message, signature), CKR_OK) << vector.name;
    EXPECT_RV(verify(hss, key, message + text("!"), signature), CKR_SIGNATURE_INVALID);
    EXPECT_EQ(get_number(key, CKA_HSS_LEVELS), std::to_integer<CK_ULONG>(hex(vector.public_key)[3]));
    signature.pop_back();
    EXPECT_RV(verify(hss, key, message, signature), CKR_SIGNATURE_LEN_RANGE);
  }
}

TEST_F(PostQuantum, VerifiesXmssSignatures) {
  const auto check = [this](CK_KEY_TYPE key_type, CK_MECHANISM_TYPE type, const SignatureVector& vector) {
    const Bytes value = hex(vector.public_key);
    const CK_ULONG set = std::to_integer<CK_ULONG>(value[3]);
    const CK_OBJECT_HANDLE key =
        create(std::move(key_of(CKO_PUBLIC_KEY, key_type, set).bytes(CKA_VALUE, value).flag(CKA_VERIFY, true)));
    Bytes signature = hex(vector.signature);
    EXPECT_RV(verify(mechanism(type), key, hex(vector.message), signature), CKR_OK) << vector.name;
    signature.back() ^= std::byte{1};
    EXPECT_RV(verify(mechanism(type), key, hex(vector.message), signature), CKR_SIGNATURE_INVALID);
    EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, key_type, set + 1).bytes(CKA_VALUE, value))),
              CKR_TEMPLATE_INCONSISTENT);
  };
  for (const SignatureVector& vector : secure::crypto::kXmssVectors) check(CKK_XMSS, CKM_XMSS, vector);
  for (const SignatureVector& vector : secure::crypto::kXmssMultiTreeVectors) check(CKK_XMSSMT, CKM_XMSSMT, vector);
}

TEST_F(PostQuantum, RefusesHashTreeKeysThatAreNone) {
  Attributes attributes;
  attributes.number(CKA_CLASS, CKO_PUBLIC_KEY).number(CKA_KEY_TYPE, CKK_HSS).bytes(CKA_VALUE, Bytes(60));
  EXPECT_RV(try_create(std::move(attributes)), CKR_ATTRIBUTE_VALUE_INVALID);
  EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, CKK_XMSS, 1).bytes(CKA_VALUE, hex("0000000100")))),
            CKR_ATTRIBUTE_VALUE_INVALID);
  EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, CKK_XMSS, 0x99).bytes(CKA_VALUE, hex("0000009900")))),
            CKR_PARAMETER_SET_NOT_SUPPORTED);
}

struct Scheme {
  const char* algorithm;
  CK_KEY_TYPE key_type;
  CK_MECHANISM_TYPE pair;
  CK_MECHANISM_TYPE pure;
  CK_MECHANISM_TYPE given_hash;
  CK_MECHANISM_TYPE first_hash;
  CK_MECHANISM_TYPE last_hash;
  CK_ULONG set;  // one that signs fast
  std::size_t signature_bytes;
};
constexpr Scheme kSchemes[] = {
    {"ML-DSA-44", CKK_ML_DSA, CKM_ML_DSA_KEY_PAIR_GEN, CKM_ML_DSA, CKM_HASH_ML_DSA, CKM_HASH_ML_DSA_SHA224,
     CKM_HASH_ML_DSA_SHAKE256, CKP_ML_DSA_65, 3309},
    {"SLH-DSA-SHA2-128f", CKK_SLH_DSA, CKM_SLH_DSA_KEY_PAIR_GEN, CKM_SLH_DSA, CKM_HASH_SLH_DSA, CKM_HASH_SLH_DSA_SHA224,
     CKM_HASH_SLH_DSA_SHAKE256, CKP_SLH_DSA_SHA2_128F, 17088}};

TEST_F(PostQuantum, SignsAsLibcryptoVerifies) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.algorithm)) continue;
    const Pair pair = generate_set(scheme.pair, scheme.set);
    const auto theirs = reference::Key::from_public_key_info(get(pair.public_key, CKA_PUBLIC_KEY_INFO));
    EXPECT_EQ(get(pair.private_key, CKA_PUBLIC_KEY_INFO), get(pair.public_key, CKA_PUBLIC_KEY_INFO));
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{100'000}}) {
      const Bytes data = pattern(size);
      const Bytes signature = sign(mechanism(scheme.pure), pair.private_key, data);
      EXPECT_EQ(signature.size(), scheme.signature_bytes);
      EXPECT_TRUE(theirs.verify_eddsa(data, signature)) << scheme.algorithm << " " << size;
      EXPECT_RV(verify(mechanism(scheme.pure), pair.public_key, data, signature), CKR_OK);
    }
    const Bytes data = pattern(5000);
    EXPECT_TRUE(theirs.verify_eddsa(data, sign_in_parts(mechanism(scheme.pure), pair.private_key, data, 999)));
  }
}

TEST_F(PostQuantum, EveryParameterSetMakesKeysThatSign) {
  struct Sets {
    const Scheme& scheme;
    CK_ULONG first, last;
  };
  for (const Sets& sets : {Sets{kSchemes[0], CKP_ML_DSA_44, CKP_ML_DSA_87},
                           Sets{kSchemes[1], CKP_SLH_DSA_SHA2_128S, CKP_SLH_DSA_SHAKE_256F}}) {
    if (is_lacking(sets.scheme.algorithm)) continue;
    for (CK_ULONG set = sets.first; set <= sets.last; ++set) {
      const Pair pair = generate_set(sets.scheme.pair, set);
      EXPECT_EQ(get_number(pair.private_key, CKA_PARAMETER_SET), set);
      const Bytes signature = sign(mechanism(sets.scheme.pure), pair.private_key, text("message"));
      EXPECT_RV(verify(mechanism(sets.scheme.pure), pair.public_key, text("message"), signature), CKR_OK) << set;
    }
    EXPECT_RV(try_generate_pair(mechanism(sets.scheme.pair), set_of(sets.last + 1), Attributes()),
              CKR_PARAMETER_SET_NOT_SUPPORTED);
    EXPECT_RV(try_generate_pair(mechanism(sets.scheme.pair), Attributes(), Attributes()), CKR_TEMPLATE_INCOMPLETE);
  }
}

TEST_F(PostQuantum, TakesContextAndHedge) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.algorithm)) continue;
    const Pair pair = generate_set(scheme.pair, scheme.set);
    Bytes context = text("context");
    CK_SIGN_ADDITIONAL_CONTEXT param{CKH_DETERMINISTIC_REQUIRED, reinterpret_cast<CK_BYTE_PTR>(context.data()),
                                     context.size()};
    const CK_MECHANISM with = mechanism(scheme.pure, param);
    const Bytes one = sign(with, pair.private_key, text("abc"));
    EXPECT_EQ(one, sign(with, pair.private_key, text("abc")));
    EXPECT_RV(verify(with, pair.public_key, text("abc"), one), CKR_OK);
    EXPECT_RV(verify(mechanism(scheme.pure), pair.public_key, text("abc"), one), CKR_SIGNATURE_INVALID);
    param.hedgeVariant = CKH_HEDGE_REQUIRED;
    EXPECT_NE(one, sign(with, pair.private_key, text("abc")));
    param.hedgeVariant = 3;
    EXPECT_RV(module().C_SignInit(session_, const_cast<CK_MECHANISM_PTR>(&with), pair.private_key),
              CKR_MECHANISM_PARAM_INVALID);
    EXPECT_RV(verify(with, pair.public_key, text("abc"), one), CKR_OK) << "verification has no use for it";
    Bytes longest(256, std::byte{7});
    CK_SIGN_ADDITIONAL_CONTEXT too_long{CKH_HEDGE_PREFERRED, reinterpret_cast<CK_BYTE_PTR>(longest.data()), 256};
    CK_MECHANISM refused = mechanism(scheme.pure, too_long);
    EXPECT_RV(module().C_SignInit(session_, &refused, pair.private_key), CKR_MECHANISM_PARAM_INVALID);
    too_long.ulContextLen = 255;
    EXPECT_RV(verify(refused, pair.public_key, text("abc"), sign(refused, pair.private_key, text("abc"))), CKR_OK);
  }
}

TEST_F(PostQuantum, SignsAHashMadeHereAsOneThatIsGiven) {
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.algorithm)) continue;
    const Pair pair = generate_set(scheme.pair, scheme.set);
    const Bytes data = pattern(3000);
    for (CK_MECHANISM_TYPE type = scheme.first_hash; type <= scheme.last_hash; ++type) {
      const Bytes signature = sign_in_parts(mechanism(type), pair.private_key, data, 1000);
      EXPECT_RV(verify(mechanism(type), pair.public_key, data, signature), CKR_OK) << std::hex << type;
      EXPECT_RV(verify(mechanism(scheme.pure), pair.public_key, data, signature), CKR_SIGNATURE_INVALID);
    }
    const Bytes hash = reference::digest("SHA256", data);
    CK_HASH_SIGN_ADDITIONAL_CONTEXT param{CKH_HEDGE_PREFERRED, nullptr, 0, CKM_SHA256};
    const CK_MECHANISM given = mechanism(scheme.given_hash, param);
    const Bytes signature = sign(given, pair.private_key, hash);
    EXPECT_RV(verify(mechanism(scheme.first_hash + 1), pair.public_key, data, signature), CKR_OK)
        << "the same as with SHA-256 made here";
    EXPECT_RV(verify(given, pair.public_key, data, signature), CKR_DATA_LEN_RANGE);
    for (const CK_MECHANISM_TYPE hash_type : {CKM_SHA_1, CKM_MD5, CKM_RSA_PKCS}) {
      param.hash = hash_type;
      EXPECT_RV(module().C_SignInit(session_, const_cast<CK_MECHANISM_PTR>(&given), pair.private_key),
                CKR_MECHANISM_PARAM_INVALID);
    }
  }
}

TEST_F(PostQuantum, ImportsBySeedAndByValue) {
  if (is_lacking("ML-DSA-44")) return;
  const Pair pair = generate_set(CKM_ML_DSA_KEY_PAIR_GEN, CKP_ML_DSA_44);
  const Bytes seed = get(pair.private_key, CKA_SEED);
  const Bytes value = get(pair.private_key, CKA_VALUE);
  const auto private_key = [&] {
    return std::move(key_of(CKO_PRIVATE_KEY, CKK_ML_DSA, CKP_ML_DSA_44)
                         .flag(CKA_SIGN, true)
                         .flag(CKA_EXTRACTABLE, true)
                         .flag(CKA_SENSITIVE, false));
  };
  const CK_OBJECT_HANDLE by_seed = create(std::move(Attributes(private_key()).bytes(CKA_SEED, seed)));
  EXPECT_EQ(get(by_seed, CKA_VALUE), value) << "what the seed expands to";
  const CK_OBJECT_HANDLE by_value = create(std::move(Attributes(private_key()).bytes(CKA_VALUE, value)));
  const CK_OBJECT_HANDLE by_both =
      create(std::move(Attributes(private_key()).bytes(CKA_SEED, seed).bytes(CKA_VALUE, value)));
  for (const CK_OBJECT_HANDLE key : {by_seed, by_value, by_both})
    EXPECT_RV(
        verify(mechanism(CKM_ML_DSA), pair.public_key, text("abc"), sign(mechanism(CKM_ML_DSA), key, text("abc"))),
        CKR_OK);
  Bytes other = seed;
  other[0] ^= std::byte{1};
  EXPECT_RV(try_create(std::move(Attributes(private_key()).bytes(CKA_SEED, other).bytes(CKA_VALUE, value))),
            CKR_ATTRIBUTE_VALUE_INVALID);
  EXPECT_RV(try_create(private_key()), CKR_TEMPLATE_INCOMPLETE);
  EXPECT_RV(try_create(std::move(Attributes(private_key()).bytes(CKA_SEED, Bytes(31)))), CKR_ATTRIBUTE_VALUE_INVALID);
}

TEST_F(PostQuantum, WrapsAndUnwrapsPrivateKeys) {
  const CK_MECHANISM kwp = mechanism(CKM_AES_KEY_WRAP_KWP);
  const CK_OBJECT_HANDLE kek = create(secret_key(CKK_AES, pattern(32)));
  for (const Scheme& scheme : kSchemes) {
    if (is_lacking(scheme.algorithm)) continue;
    const Pair pair = generate_set(scheme.pair, scheme.set);
    const Bytes wrapped = wrap(kwp, kek, pair.private_key);
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_PRIVATE_KEY)
        .number(CKA_KEY_TYPE, scheme.key_type)
        .flag(CKA_SIGN, true)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SENSITIVE, false);
    const CK_OBJECT_HANDLE back = unwrap(kwp, kek, wrapped, std::move(attributes));
    EXPECT_EQ(get(back, CKA_VALUE), get(pair.private_key, CKA_VALUE));
    EXPECT_EQ(get_number(back, CKA_PARAMETER_SET), scheme.set);
    EXPECT_RV(
        verify(mechanism(scheme.pure), pair.public_key, text("abc"), sign(mechanism(scheme.pure), back, text("abc"))),
        CKR_OK);
  }
}

class MlKem : public PostQuantum {
 protected:
  static Attributes shared_secret() {
    Attributes attributes;
    attributes.number(CKA_CLASS, CKO_SECRET_KEY)
        .number(CKA_KEY_TYPE, CKK_GENERIC_SECRET)
        .flag(CKA_EXTRACTABLE, true)
        .flag(CKA_SENSITIVE, false);
    return attributes;
  }
  CK_RV try_decapsulate(CK_OBJECT_HANDLE key, Bytes ciphertext, CK_OBJECT_HANDLE& made) const {
    CK_MECHANISM kem = mechanism(CKM_ML_KEM);
    Attributes attributes = shared_secret();
    return testing::module_3_2().C_DecapsulateKey(session_, &kem, key, attributes.data(), attributes.count(),
                                                  raw(ciphertext), ciphertext.size(), &made);
  }
};

TEST_F(MlKem, BothSidesGetTheSameSecret) {
  if (is_lacking("ML-KEM-512")) return;
  constexpr std::size_t kCiphertextBytes[] = {768, 1088, 1568};
  for (CK_ULONG set = CKP_ML_KEM_512; set <= CKP_ML_KEM_1024; ++set) {
    const Pair pair = generate_set(CKM_ML_KEM_KEY_PAIR_GEN, set);
    CK_MECHANISM kem = mechanism(CKM_ML_KEM);
    Attributes attributes = shared_secret();
    Bytes ciphertext(2000);
    CK_ULONG size = ciphertext.size();
    CK_OBJECT_HANDLE ours = 0;
    ASSERT_RV(testing::module_3_2().C_EncapsulateKey(session_, &kem, pair.public_key, attributes.data(),
                                                     attributes.count(), raw(ciphertext), &size, &ours),
              CKR_OK);
    ASSERT_EQ(size, kCiphertextBytes[set - 1]);
    ciphertext.resize(size);
    CK_OBJECT_HANDLE theirs = 0;
    ASSERT_RV(try_decapsulate(pair.private_key, ciphertext, theirs), CKR_OK);
    EXPECT_EQ(get(ours, CKA_VALUE).size(), 32u);
    EXPECT_EQ(get(ours, CKA_VALUE), get(theirs, CKA_VALUE));
    ciphertext[5] ^= std::byte{1};
    ASSERT_RV(try_decapsulate(pair.private_key, ciphertext, theirs), CKR_OK) << "rejected implicitly";
    EXPECT_NE(get(ours, CKA_VALUE), get(theirs, CKA_VALUE));
    ciphertext.pop_back();
    EXPECT_RV(try_decapsulate(pair.private_key, ciphertext, theirs), CKR_WRAPPED_KEY_LEN_RANGE);
  }
}

TEST_F(MlKem, RefusesKeysThatAreNotReducedOrOfAnotherLength) {
  if (is_lacking("ML-KEM-512")) return;
  Bytes value = get(generate_set(CKM_ML_KEM_KEY_PAIR_GEN, CKP_ML_KEM_768).public_key, CKA_VALUE);
  EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, CKK_ML_KEM, CKP_ML_KEM_512).bytes(CKA_VALUE, value))),
            CKR_ATTRIBUTE_VALUE_INVALID);
  std::fill_n(value.begin(), 3, std::byte{0xFF});  // two numbers of 4095
  EXPECT_RV(try_create(std::move(key_of(CKO_PUBLIC_KEY, CKK_ML_KEM, CKP_ML_KEM_768).bytes(CKA_VALUE, value))),
            CKR_ATTRIBUTE_VALUE_INVALID);
}

}  // namespace
}  // namespace holdfast::conformance
