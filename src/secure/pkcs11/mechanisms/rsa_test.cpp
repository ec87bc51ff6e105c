#include "secure/pkcs11/mechanisms/rsa_test_key.h"

namespace holdfast::secure::pkcs11 {
namespace {

using namespace wycheproof;

// What RFC 8017, 9.2 puts before a SHA-256 digest.
constexpr std::string_view kDigestInfoHead = "3031300d060960864801650304020105000420";

Bytes digest_of_message() {
  Bytes digest(32);
  EXPECT_EQ(rv_of(crypto::digest(crypto::DigestKind::sha256, as_bytes(kMessage), digest)), Rv::ok);
  return digest;
}

Bytes digest_info() {
  Bytes info = hex(kDigestInfoHead);
  for (const std::byte octet : digest_of_message()) info.push_back(octet);
  return info;
}

Bytes pss_param(CK_ULONG hash, CK_ULONG mgf, std::uint32_t salt) {
  return std::move(ByteWriter().u32(static_cast<std::uint32_t>(hash)).u32(static_cast<std::uint32_t>(mgf)).u32(salt))
      .take();
}

TEST(RsaPkcs, GivesTheWycheproofSignature) {
  EXPECT_EQ(to_hex(sign(mechanism(CKM_SHA256_RSA_PKCS), rsa_private_key(), as_bytes(kMessage)).value()),
            kPkcsSignature);
  EXPECT_EQ(to_hex(sign(mechanism(CKM_RSA_PKCS), rsa_private_key(), digest_info()).value()), kPkcsSignature);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_SHA256_RSA_PKCS), rsa_public_key(), as_bytes(kMessage), hex(kPkcsSignature))),
            Rv::ok);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_RSA_PKCS), rsa_public_key(), digest_info(), hex(kPkcsSignature))), Rv::ok);
}

// RFC 8017, 9.2, note 1, has the DigestInfo; RFC 1321, A.5, the digest of "abc".
TEST(RsaPkcs, SignsWithMd5WhatRfc8017Says) {
  const Bytes info = hex("3020300c06082a864886f70d020505000410900150983cd24fb0d6963f7d28e17f72");
  const Bytes signature = sign(mechanism(CKM_MD5_RSA_PKCS), rsa_private_key(), as_bytes("abc")).value();
  EXPECT_EQ(to_hex(signature), to_hex(sign(mechanism(CKM_RSA_PKCS), rsa_private_key(), info).value()));
  EXPECT_EQ(rv_of(verify(mechanism(CKM_MD5_RSA_PKCS), rsa_public_key(), as_bytes("abc"), signature)), Rv::ok);
  EXPECT_EQ(
      rv_of(begin(Verb::sign, mechanism(CKM_RSA_PKCS_PSS, pss_param(CKM_MD5, CKG_MGF1_SHA1, 0)), rsa_private_key())),
      Rv::mechanism_param_invalid)
      << "PKCS#11 has no mask generation with MD5";
}

TEST(RsaPkcs, SignsInParts) {
  const auto signer = started<Signer>(Verb::sign, mechanism(CKM_SHA256_RSA_PKCS), rsa_private_key());
  EXPECT_EQ(rv_of(signer->update(as_bytes("12"))), Rv::ok);
  EXPECT_EQ(rv_of(signer->update(as_bytes("3400"))), Rv::ok);
  Bytes signature(signer->signature_bytes());
  EXPECT_EQ(rv_of(signer->finish(signature)), Rv::ok);
  EXPECT_EQ(to_hex(signature), kPkcsSignature);
}

TEST(RsaPkcs, RefusesWhatDoesNotFit) {
  EXPECT_EQ(rv_of(sign(mechanism(CKM_RSA_PKCS), rsa_private_key(), Bytes(246))), Rv::data_len_range);
  EXPECT_EQ(rv_of(sign(mechanism(CKM_RSA_PKCS), rsa_private_key(), Bytes(10000))), Rv::data_len_range);
  EXPECT_EQ(rv_of(run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS), rsa_public_key(), Bytes(246))),
            Rv::data_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_RSA_PKCS), rsa_public_key(), digest_info(), Bytes(255))),
            Rv::signature_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_RSA_PKCS), rsa_public_key(), digest_info(), Bytes(256))), Rv::signature_invalid);
  EXPECT_EQ(rv_of(run_cipher(Verb::decrypt, mechanism(CKM_RSA_PKCS), rsa_private_key(), Bytes(255))),
            Rv::encrypted_data_len_range);
}

TEST(RsaPkcs, DecryptsWhatItEncrypted) {
  const Bytes ciphertext =
      run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS), rsa_public_key(), as_bytes("secret")).value();
  EXPECT_EQ(ciphertext.size(), 256u);
  EXPECT_EQ(run_cipher(Verb::decrypt, mechanism(CKM_RSA_PKCS), rsa_private_key(), ciphertext).value(),
            to_bytes(as_bytes("secret")));
}

TEST(RsaPkcs, DecryptsAgainAfterAShortBuffer) {
  const Bytes ciphertext =
      run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS), rsa_public_key(), as_bytes("secret")).value();
  const auto cipher = started<Cipher>(Verb::decrypt, mechanism(CKM_RSA_PKCS), rsa_private_key());
  Bytes out(5, std::byte{0xEE});
  EXPECT_EQ(rv_of(cipher->oneshot(ciphertext, out)), Rv::buffer_too_small);
  EXPECT_EQ(out, Bytes(5, std::byte{0xEE}));
  out.resize(6);
  EXPECT_EQ(cipher->oneshot(ciphertext, out).value(), 6u);
  EXPECT_EQ(as_text(out), "secret");
}

TEST(RsaX509, RaisesThePlainNumber) {
  Bytes block = hex("0001");
  block.resize(256 - digest_info().size() - 1, std::byte{0xFF});
  block.push_back(std::byte{0});
  for (const std::byte octet : digest_info()) block.push_back(octet);
  EXPECT_EQ(to_hex(sign(mechanism(CKM_RSA_X_509), rsa_private_key(), block).value()), kPkcsSignature);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_RSA_X_509), rsa_public_key(), block, hex(kPkcsSignature))), Rv::ok);
  EXPECT_EQ(run_cipher(Verb::encrypt, mechanism(CKM_RSA_X_509), rsa_public_key(), hex(kPkcsSignature)).value(), block);
  // A shorter number is the same number.
  EXPECT_EQ(to_hex(sign(mechanism(CKM_RSA_X_509), rsa_private_key(), ByteView(block).subspan(1)).value()),
            kPkcsSignature);
}

TEST(RsaX509, RefusesANumberAboveTheModulus) {
  EXPECT_EQ(rv_of(sign(mechanism(CKM_RSA_X_509), rsa_private_key(), Bytes(257))), Rv::data_len_range);
  EXPECT_EQ(rv_of(run_cipher(Verb::encrypt, mechanism(CKM_RSA_X_509), rsa_public_key(), Bytes(256, std::byte{0xFF}))),
            Rv::data_invalid);
}

TEST(RsaPss, VerifiesTheWycheproofSignature) {
  const Bytes param = pss_param(CKM_SHA256, CKG_MGF1_SHA256, 32);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_SHA256_RSA_PKCS_PSS, param), rsa_public_key(), as_bytes(kMessage),
                         hex(kPssSignature))),
            Rv::ok);
  EXPECT_EQ(
      rv_of(verify(mechanism(CKM_RSA_PKCS_PSS, param), rsa_public_key(), digest_of_message(), hex(kPssSignature))),
      Rv::ok);
  EXPECT_EQ(
      rv_of(verify(mechanism(CKM_SHA256_RSA_PKCS_PSS, param), rsa_public_key(), as_bytes("other"), hex(kPssSignature))),
      Rv::signature_invalid);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_SHA256_RSA_PKCS_PSS, pss_param(CKM_SHA256, CKG_MGF1_SHA256, 20)),
                         rsa_public_key(), as_bytes(kMessage), hex(kPssSignature))),
            Rv::signature_invalid);
}

TEST(RsaPss, SignsWithEveryDigest) {
  struct Case {
    CK_MECHANISM_TYPE type;
    CK_MECHANISM_TYPE hash;
    CK_ULONG mgf;
  };
  for (const Case& c : {Case{CKM_SHA1_RSA_PKCS_PSS, CKM_SHA_1, CKG_MGF1_SHA1},
                        Case{CKM_SHA224_RSA_PKCS_PSS, CKM_SHA224, CKG_MGF1_SHA224},
                        Case{CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA256},
                        Case{CKM_SHA384_RSA_PKCS_PSS, CKM_SHA384, CKG_MGF1_SHA384},
                        Case{CKM_SHA512_RSA_PKCS_PSS, CKM_SHA512, CKG_MGF1_SHA512},
                        Case{CKM_SHA3_224_RSA_PKCS_PSS, CKM_SHA3_224, CKG_MGF1_SHA3_224},
                        Case{CKM_SHA3_256_RSA_PKCS_PSS, CKM_SHA3_256, CKG_MGF1_SHA3_256},
                        Case{CKM_SHA3_384_RSA_PKCS_PSS, CKM_SHA3_384, CKG_MGF1_SHA512},
                        Case{CKM_SHA3_512_RSA_PKCS_PSS, CKM_SHA3_512, CKG_MGF1_SHA3_512},
                        Case{CKM_SHA256_RSA_PKCS_PSS, CKM_SHA256, CKG_MGF1_SHA1}}) {
    for (const std::uint32_t salt : {0u, 20u, 64u}) {
      const Bytes param = pss_param(c.hash, c.mgf, salt);
      const Bytes signature = sign(mechanism(c.type, param), rsa_private_key(), as_bytes("a message")).value();
      EXPECT_EQ(rv_of(verify(mechanism(c.type, param), rsa_public_key(), as_bytes("a message"), signature)), Rv::ok);
    }
  }
}

TEST(RsaPss, RefusesParametersWithoutMeaning) {
  const auto outcome = [](CK_MECHANISM_TYPE type, const Bytes& param) {
    return rv_of(begin(Verb::sign, mechanism(type, param), rsa_private_key()));
  };
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, {}), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, pss_param(CKM_SHA256_HMAC, CKG_MGF1_SHA256, 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, pss_param(CKM_SHA256, 0, 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_SHA256_RSA_PKCS_PSS, pss_param(CKM_SHA384, CKG_MGF1_SHA384, 32)), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, pss_param(CKM_SHA256, CKG_MGF1_SHA256, 222)), Rv::ok);
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, pss_param(CKM_SHA256, CKG_MGF1_SHA256, 223)), Rv::key_size_range);
  EXPECT_EQ(outcome(CKM_RSA_PKCS_PSS, pss_param(CKM_SHA256, CKG_MGF1_SHA256, 0xFFFFFFFF)), Rv::key_size_range);
}

TEST(RsaPss, RawSignsDigestsOnly) {
  const Bytes param = pss_param(CKM_SHA256, CKG_MGF1_SHA256, 32);
  EXPECT_EQ(rv_of(sign(mechanism(CKM_RSA_PKCS_PSS, param), rsa_private_key(), Bytes(31))), Rv::data_len_range);
  EXPECT_EQ(rv_of(verify(mechanism(CKM_RSA_PKCS_PSS, param), rsa_public_key(), Bytes(33), Bytes(256))),
            Rv::data_len_range);
}

TEST(RsaOaep, DecryptsTheWycheproofCiphertexts) {
  const Bytes plain = oaep_param(CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, {});
  const Bytes with_label = oaep_param(CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, Bytes(8));
  const auto decrypt = [](const Bytes& param, std::string_view ciphertext) {
    return run_cipher(Verb::decrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_private_key(), hex(ciphertext));
  };
  EXPECT_EQ(as_text(decrypt(plain, kOaepCiphertext).value()), kMessage);
  EXPECT_EQ(as_text(decrypt(with_label, kOaepLabelCiphertext).value()), kMessage);
  EXPECT_EQ(rv_of(decrypt(plain, kOaepLabelCiphertext)), Rv::encrypted_data_invalid);
  EXPECT_EQ(rv_of(decrypt(plain, kOaepBadCiphertext)), Rv::encrypted_data_invalid);
}

TEST(RsaOaep, EncryptsWithEveryHash) {
  struct Case {
    CK_MECHANISM_TYPE hash;
    CK_ULONG mgf;
  };
  for (const Case& c :
       {Case{CKM_SHA_1, CKG_MGF1_SHA1}, Case{CKM_SHA224, CKG_MGF1_SHA224}, Case{CKM_SHA256, CKG_MGF1_SHA256},
        Case{CKM_SHA384, CKG_MGF1_SHA384}, Case{CKM_SHA512, CKG_MGF1_SHA512}, Case{CKM_SHA256, CKG_MGF1_SHA1},
        Case{CKM_SHA3_256, CKG_MGF1_SHA3_384}, Case{CKM_SHA3_512, CKG_MGF1_SHA3_512}, Case{CKM_SHA512_256, CKG_MGF1_SHA256}}) {
    const Bytes param = oaep_param(c.hash, c.mgf, CKZ_DATA_SPECIFIED, as_bytes("a label"));
    const Bytes ciphertext =
        run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_public_key(), as_bytes("secret")).value();
    EXPECT_EQ(
        as_text(run_cipher(Verb::decrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_private_key(), ciphertext).value()),
        "secret");
  }
}

TEST(RsaOaep, RefusesParametersWithoutMeaning) {
  const auto outcome = [](const Bytes& param) {
    return rv_of(begin(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_public_key()));
  };
  EXPECT_EQ(outcome(oaep_param(CKM_SHA256, CKG_MGF1_SHA256, 0, {})), Rv::ok);
  EXPECT_EQ(outcome(oaep_param(CKM_SHA256, CKG_MGF1_SHA256, 0, as_bytes("label"))), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(oaep_param(CKM_SHA256, CKG_MGF1_SHA256, 2, {})), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(oaep_param(CKM_AES_CBC, CKG_MGF1_SHA256, 1, {})), Rv::mechanism_param_invalid);
  EXPECT_EQ(outcome(oaep_param(CKM_SHA256, 99, 1, {})), Rv::mechanism_param_invalid);
  Bytes cut = oaep_param(CKM_SHA256, CKG_MGF1_SHA256, 1, as_bytes("label"));
  cut.pop_back();
  EXPECT_EQ(outcome(cut), Rv::mechanism_param_invalid);
}

TEST(RsaOaep, RefusesWhatDoesNotFit) {
  const Bytes param = oaep_param(CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, {});
  EXPECT_EQ(run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_public_key(), Bytes(190)).value().size(),
            256u);
  EXPECT_EQ(rv_of(run_cipher(Verb::encrypt, mechanism(CKM_RSA_PKCS_OAEP, param), rsa_public_key(), Bytes(191))),
            Rv::data_len_range);
}

}  // namespace
}  // namespace holdfast::secure::pkcs11
