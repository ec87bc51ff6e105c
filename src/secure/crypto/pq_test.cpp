#include <algorithm>
#include <openssl/x509.h>

#include "secure/crypto/key_info.h"
#include "secure/crypto/libcrypto.h"
#include "secure/crypto/ml_kem.h"
#include "secure/crypto/pq_key.h"
#include "secure/crypto/pq_signature.h"
#include "secure/crypto/pq_test_vectors.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

const PqParams& params_of(PqFamily family, std::uint32_t number) { return *find_pq_params(family, number); }

std::string hash_of(DigestKind kind, ByteView data, std::size_t bytes) {
  Digest hash = Digest::create(kind).value();
  EXPECT_EQ(rv_of(hash.update(data)), Rv::ok);
  Bytes out(bytes);
  EXPECT_EQ(rv_of(kind == DigestKind::shake256 ? hash.squeeze(out) : hash.finish(out)), Rv::ok);
  return to_hex(out);
}

Bytes represented(const PqParams& params, ByteView public_value, ByteView message, ByteView context = {},
                  std::optional<DigestKind> hash = std::nullopt) {
  PqMessage whole = PqMessage::begin(params, public_value, pq_message_prefix(context, hash).value()).value();
  EXPECT_EQ(rv_of(whole.add(message.first(message.size() / 2))), Rv::ok);
  EXPECT_EQ(rv_of(whole.add(message.subspan(message.size() / 2))), Rv::ok);
  return whole.finish().value();
}

Bytes sign(const PqPrivateKey& key, ByteView message, bool deterministic, ByteView context = {}) {
  Bytes signature(key.params().output_bytes);
  EXPECT_EQ(
      rv_of(pq_sign(key, deterministic, represented(key.params(), key.public_value(), message, context), signature)),
      Rv::ok);
  return signature;
}

Rv verify(const PqPublicKey& key, ByteView message, ByteView signature, ByteView context = {}) {
  return rv_of(pq_verify(key, represented(key.params(), key.value(), message, context), signature));
}

// Where libcrypto has no post-quantum algorithms, what a test asks of one is that it says so.
bool is_lacking(PqFamily family) {
  if (available(family)) return false;
  const PqParams& params = params_of(family, 1);
  EXPECT_EQ(rv_of(generate_pq(params)), Rv::parameter_set_not_supported);
  EXPECT_EQ(rv_of(PqPublicKey::from_value(params, Bytes(params.public_bytes))), Rv::parameter_set_not_supported);
  const SecretBytes value = secret(Bytes(params.private_bytes));
  EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, nullptr, &value)), Rv::parameter_set_not_supported);
  return true;
}

TEST(MlDsa, GivesTheKnownKeysAndSignatures) {
  if (is_lacking(PqFamily::ml_dsa)) return;
  for (const MlDsaVector& vector : kMlDsaVectors) {
    const PqParams& params = params_of(PqFamily::ml_dsa, vector.number);
    const SecretBytes seed = secret_hex(vector.seed);
    const SecretBytes value = expand_seed(params, seed).value();
    const PqPrivateKey key = PqPrivateKey::from_parts(params, &seed, &value).value();
    EXPECT_EQ(hash_of(DigestKind::sha3_256, key.public_value(), 32), vector.public_hash) << params.name;
    const Bytes signature = sign(key, hex(kPqMessage), true);
    EXPECT_EQ(hash_of(DigestKind::sha3_256, signature, 32), vector.signature_hash) << params.name;
    const PqPublicKey public_key = PqPublicKey::from_value(params, key.public_value()).value();
    EXPECT_EQ(verify(public_key, hex(kPqMessage), signature), Rv::ok) << params.name;
  }
}

TEST(SlhDsa, GivesTheKnownSignatures) {
  if (is_lacking(PqFamily::slh_dsa)) return;
  for (const SlhDsaVector& vector : kSlhDsaVectors) {
    const PqParams& params = params_of(PqFamily::slh_dsa, vector.number);
    const SecretBytes value = secret_hex(vector.private_key);
    const PqPrivateKey key = PqPrivateKey::from_parts(params, nullptr, &value).value();
    EXPECT_EQ(to_hex(key.public_value()), vector.private_key.substr(vector.private_key.size() / 2)) << params.name;
    const Bytes signature = sign(key, hex(kPqMessage), true);
    const bool shake = std::string_view(params.name).find("SHAKE") != std::string_view::npos;
    EXPECT_EQ(hash_of(shake ? DigestKind::sha3_256 : DigestKind::sha256, signature, 32), vector.signature_hash)
        << params.name;
    const PqPublicKey public_key = PqPublicKey::from_value(params, key.public_value()).value();
    EXPECT_EQ(verify(public_key, hex(kPqMessage), signature), Rv::ok) << params.name;
  }
}

TEST(MlKem, GivesTheKnownKeys) {
  if (is_lacking(PqFamily::ml_kem)) return;
  for (const MlKemVector& vector : kMlKemVectors) {
    const PqParams& params = params_of(PqFamily::ml_kem, vector.number);
    const SecretBytes seed = secret_hex(vector.seed);
    const SecretBytes value = expand_seed(params, seed).value();
    const PqPrivateKey key = PqPrivateKey::from_parts(params, nullptr, &value).value();
    EXPECT_EQ(hash_of(DigestKind::shake256, key.public_value(), 16), vector.public_hash) << params.name;
    const PqPublicKey public_key = PqPublicKey::from_value(params, key.public_value()).value();
    const MlKemEncapsulated made = ml_kem_encapsulate(public_key).value();
    EXPECT_EQ(to_hex(ml_kem_decapsulate(key, made.ciphertext).value()), to_hex(made.secret));
  }
}

TEST(MlKem, RejectsAWrongCiphertextImplicitly) {
  if (is_lacking(PqFamily::ml_kem)) return;
  const PqParams& params = params_of(PqFamily::ml_kem, 1);
  const SecretBytes seed = secret_hex(kRejectedSeed);
  const PqPrivateKey key = PqPrivateKey::from_parts(params, &seed, nullptr).value();
  EXPECT_EQ(to_hex(ml_kem_decapsulate(key, hex(kRejectedCiphertext)).value()), kRejectedSecret);
}

TEST(MlKem, RefusesACiphertextOfAnotherLength) {
  if (is_lacking(PqFamily::ml_kem)) return;
  const SecretBytes seed = secret_hex(kRejectedSeed);
  const PqPrivateKey key = PqPrivateKey::from_parts(params_of(PqFamily::ml_kem, 1), &seed, nullptr).value();
  for (const std::size_t size : {0, 767, 769, 1088})
    EXPECT_EQ(rv_of(ml_kem_decapsulate(key, Bytes(size))), Rv::wrapped_key_len_range) << size;
}

TEST(MlKem, RefusesNumbersThatAreNotReduced) {
  if (is_lacking(PqFamily::ml_kem)) return;
  for (const std::uint32_t number : {1U, 2U, 3U}) {
    const PqParams& params = params_of(PqFamily::ml_kem, number);
    Bytes value = generate_pq(params).value().public_value;
    value[0] = std::byte{0x01};  // the first number becomes 3329, the modulus
    value[1] = (value[1] & std::byte{0xF0}) | std::byte{0x0D};
    EXPECT_EQ(rv_of(PqPublicKey::from_value(params, value)), Rv::attribute_value_invalid) << params.name;
  }
}

TEST(MlKem, RefusesAPrivateKeyWhosePublicHashIsWrong) {
  if (is_lacking(PqFamily::ml_kem)) return;
  const PqParams& params = params_of(PqFamily::ml_kem, 2);
  const PqKeyPair pair = generate_pq(params).value();
  Bytes value = to_bytes(::holdfast::testing::SecretPeek::see(pair.value));
  value[params.private_bytes - 64] ^= std::byte{1};  // dk ends in H(ek) || z
  const SecretBytes altered = secret(value);
  EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, nullptr, &altered)), Rv::attribute_value_invalid);
}

constexpr PqFamily kFamilies[] = {PqFamily::ml_kem, PqFamily::ml_dsa, PqFamily::slh_dsa};

TEST(PqKey, RefusesPartsOfAnotherLength) {
  for (const PqFamily family : kFamilies) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 1);
    for (const std::size_t off : {std::size_t{0}, params.public_bytes - 1, params.public_bytes + 1})
      EXPECT_EQ(rv_of(PqPublicKey::from_value(params, Bytes(off))), Rv::attribute_value_invalid) << params.name;
    for (const std::size_t off : {std::size_t{1}, params.private_bytes - 1, params.private_bytes + 1}) {
      const SecretBytes value = secret(Bytes(off));
      EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, nullptr, &value)), Rv::attribute_value_invalid) << params.name;
      EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, &value, nullptr)), Rv::attribute_value_invalid) << params.name;
    }
    EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, nullptr, nullptr)), Rv::attribute_value_invalid) << params.name;
  }
}

TEST(PqKey, RefusesASeedAndAPrivateKeyOfTwoKeys) {
  for (const PqFamily family : {PqFamily::ml_kem, PqFamily::ml_dsa}) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 2);
    const PqKeyPair one = generate_pq(params).value();
    const PqKeyPair two = generate_pq(params).value();
    EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, &one.seed, &one.value)), Rv::ok);
    EXPECT_EQ(rv_of(PqPrivateKey::from_parts(params, &one.seed, &two.value)), Rv::attribute_value_invalid);
  }
}

TEST(PqKey, EncodesAndDecodesItsPrivateParts) {
  for (const PqFamily family : kFamilies) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 1);
    const PqKeyPair pair = generate_pq(params).value();
    const SecretBytes* const seed = pair.seed.empty() ? nullptr : &pair.seed;
    const PqPrivateParts both = decode_pq_private(params, encode_pq_private(params, seed, pair.value).value()).value();
    EXPECT_EQ(to_hex(both.seed), to_hex(pair.seed));
    EXPECT_EQ(to_hex(both.value), to_hex(pair.value));
    const PqPrivateParts bare =
        decode_pq_private(params, encode_pq_private(params, nullptr, pair.value).value()).value();
    EXPECT_TRUE(bare.seed.empty());
    EXPECT_EQ(to_hex(bare.value), to_hex(pair.value));
  }
}

TEST(PqKey, DecodesASeedAndRefusesOtherBytes) {
  const PqParams& params = params_of(PqFamily::ml_dsa, 1);
  const std::string seed(64, '7');
  EXPECT_EQ(to_hex(decode_pq_private(params, secret_hex("8020" + seed)).value().seed), seed);
  for (const std::string& wrong : {std::string(), std::string("80"), "8021" + seed, "8020" + seed + "00",
                                   "3022" + ("0420" + seed), "3004" + std::string("04000500"), std::string("020100")})
    EXPECT_EQ(rv_of(decode_pq_private(params, secret_hex(wrong))), Rv::wrapped_key_invalid) << wrong;
}

// What another program with libcrypto reads and writes (openssl pkey).
PkeyPtr read_by_libcrypto(const SecretBytes& pkcs8) {
  const ByteView bytes = ::holdfast::testing::SecretPeek::see(pkcs8);
  const unsigned char* at = u8(bytes);
  return PkeyPtr(d2i_AutoPrivateKey_ex(nullptr, &at, static_cast<long>(bytes.size()), library().context, nullptr));
}
Bytes public_part(const EVP_PKEY* key, std::size_t size) {
  Bytes value(size);
  std::size_t length = 0;
  EXPECT_EQ(EVP_PKEY_get_octet_string_param(key, "pub", u8(MutableByteView(value)), size, &length), 1);
  return value;
}

TEST(PqKey, ExchangesPkcs8WithLibcrypto) {
  for (const PqFamily family : kFamilies) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 1);
    const PqKeyPair pair = generate_pq(params).value();
    const SecretBytes* const seed = pair.seed.empty() ? nullptr : &pair.seed;
    for (const SecretBytes* const written : {seed, static_cast<const SecretBytes*>(nullptr)}) {
      const SecretBytes inner = encode_pq_private(params, written, pair.value).value();
      const PkeyPtr theirs = read_by_libcrypto(private_key_info({params.oid_element()}, inner).value());
      ASSERT_NE(theirs, nullptr) << params.name;
      EXPECT_EQ(public_part(theirs.get(), params.public_bytes), pair.public_value) << params.name;

      unsigned char* der = nullptr;
      PKCS8_PRIV_KEY_INFO* const envelope = EVP_PKEY2PKCS8(theirs.get());
      const int size = i2d_PKCS8_PRIV_KEY_INFO(envelope, &der);
      PKCS8_PRIV_KEY_INFO_free(envelope);
      ASSERT_GT(size, 0);
      const PrivateKeyInfo info = parse_private_key_info(secret(as_bytes(der, static_cast<std::size_t>(size)))).value();
      OPENSSL_free(der);
      EXPECT_EQ(find_pq_params(family, info.oid), &params);
      const PqPrivateParts parts = decode_pq_private(params, info.key).value();
      EXPECT_EQ(to_hex(parts.value), to_hex(pair.value)) << params.name;
      EXPECT_EQ(to_hex(parts.seed), written == nullptr ? "" : to_hex(pair.seed)) << params.name;
    }
  }
}

TEST(PqSignature, HedgesUnlessItMustNot) {
  for (const PqFamily family : {PqFamily::ml_dsa, PqFamily::slh_dsa}) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 3);
    const PqKeyPair pair = generate_pq(params).value();
    const PqPrivateKey key = PqPrivateKey::from_parts(params, nullptr, &pair.value).value();
    EXPECT_EQ(sign(key, as_bytes("abc"), true), sign(key, as_bytes("abc"), true)) << params.name;
    EXPECT_NE(sign(key, as_bytes("abc"), false), sign(key, as_bytes("abc"), false)) << params.name;
  }
}

TEST(PqSignature, BindsMessageContextAndHash) {
  for (const PqFamily family : {PqFamily::ml_dsa, PqFamily::slh_dsa}) {
    if (is_lacking(family)) continue;
    const PqParams& params = params_of(family, 3);
    const PqKeyPair pair = generate_pq(params).value();
    const PqPrivateKey key = PqPrivateKey::from_parts(params, nullptr, &pair.value).value();
    const PqPublicKey public_key = PqPublicKey::from_value(params, pair.public_value).value();
    Bytes signature = sign(key, as_bytes("abc"), false, as_bytes("ctx"));
    EXPECT_EQ(verify(public_key, as_bytes("abc"), signature, as_bytes("ctx")), Rv::ok) << params.name;
    EXPECT_EQ(verify(public_key, as_bytes("abc"), signature), Rv::signature_invalid);
    EXPECT_EQ(verify(public_key, as_bytes("abd"), signature, as_bytes("ctx")), Rv::signature_invalid);
    const Bytes hashed = represented(params, pair.public_value, as_bytes("abc"), as_bytes("ctx"), DigestKind::sha256);
    EXPECT_EQ(rv_of(pq_verify(public_key, hashed, signature)), Rv::signature_invalid);
    EXPECT_EQ(verify(public_key, as_bytes("abc"), ByteView(signature).first(signature.size() - 1), as_bytes("ctx")),
              Rv::signature_len_range);
    signature[signature.size() / 2] ^= std::byte{1};
    EXPECT_EQ(verify(public_key, as_bytes("abc"), signature, as_bytes("ctx")), Rv::signature_invalid);
  }
}

// FIPS 204, algorithm 4, and the OIDs of its section 5.4.1.
TEST(PqSignature, PutsDomainContextAndHashInFrontOfAMessage) {
  EXPECT_EQ(to_hex(pq_message_prefix({}).value()), "0000");
  EXPECT_EQ(to_hex(pq_message_prefix(as_bytes("ab")).value()), "00026162");
  EXPECT_EQ(to_hex(pq_message_prefix(as_bytes("ab"), DigestKind::sha256).value()), "010261620609608648016503040201");
  EXPECT_EQ(to_hex(pq_message_prefix({}, DigestKind::shake256).value()), "0100060960864801650304020c");
  EXPECT_EQ(to_hex(pq_message_prefix({}, DigestKind::sha3_512).value()), "0100060960864801650304020a");
  for (const DigestKind hash : {DigestKind::md5, DigestKind::sha1, DigestKind::blake2b_256})
    EXPECT_EQ(rv_of(pq_message_prefix({}, hash)), Rv::mechanism_param_invalid);
}

}  // namespace
}  // namespace holdfast::secure::crypto
