#include "secure/crypto/ec.h"

#include <atomic>
#include <thread>
#include <vector>

#include "secure/crypto/der.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/test_support.h"

namespace holdfast::secure::crypto {
namespace {

struct Vector {
  Curve curve;
  DigestKind digest;
  std::string_view message, scalar, point, signature;
};
// RFC 6979, A.2.4 to A.2.7 ("sample" with the digest of the curve's size); for secp256k1 the vector of the Bitcoin
// libraries for key 1, whose public point is the base point of SEC 2, 2.4.1.
constexpr Vector kVectors[] = {
    {Curve::p224, DigestKind::sha224, "sample", "f220266e1105bfe3083e03ec7a3a654651f45e37167e88600bf257c1",
     "0400cf08da5ad719e42707fa431292dea11244d64fc51610d94b130d6ceeab6f3debe455e3dbf85416f7030cbd94f34f2d6f232c69f3c1385"
     "a",
     "1cdfe6662dde1e4a1ec4cdedf6a1f5a2fb7fbd9145c12113e6abfd3ea6694fd7718a21053f225d3f46197ca699d45006c06f871808f43eb"
     "c"},
    {Curve::p256, DigestKind::sha256, "sample", "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
     "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
     "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
    {Curve::p384, DigestKind::sha384, "sample",
     "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
     "04ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e06aae5286b300c64def8f0ea9055866064a254515480bc13"
     "8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720",
     "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46"
     "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8"},
    {Curve::p521, DigestKind::sha512, "sample",
     "00fad06daa62ba3b25d2fb40133da757205de67f5bb0018fee8c86e1b68c7e75caa896eb32f1f47c70855836a6d16fcc1466f6d8fbec67db8"
     "9"
     "ec0c08b0e996b83538",
     "0401894550d0785932e00eaa23b694f213f8c3121f86dc97a04e5a7167db4e5bcd371123d46e45db6b5d5370a7f20fb633155d38ffa16d2bd"
     "7"
     "61dcac474b9a2f5023a400493101c962cd4d2fddf782285e64584139c2f91b47f87ff82354d6630f746a28a0db25741b5b34a828008b22acc"
     "2"
     "3f924faafbd4d33f81ea66956dfeaa2bfdfcf5",
     "00c328fafcbd79dd77850370c46325d987cb525569fb63c5d3bc53950e6d4c5f174e25a1ee9017b5d450606add152b534931d7d4e8455cc91"
     "f"
     "9b15bf05ec36e377fa00617cce7cf5064806c467f678d3b4080d6f1cc50af26ca209417308281b68af282623eaa63e5b5c0723d8b8c37ff07"
     "7"
     "7b1a20f8ccb1dccc43997f1ee0e44da4a67a"},
    {Curve::secp256k1, DigestKind::sha256, "Satoshi Nakamoto",
     "0000000000000000000000000000000000000000000000000000000000000001",
     "0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"
     "483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8",
     "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
     "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5"},
};
constexpr const Vector& kP256 = kVectors[1];

Bytes digest_of(const Vector& vector) {
  Bytes out(digest_bytes(vector.digest));
  EXPECT_EQ(rv_of(digest(vector.digest, as_bytes(vector.message), out)), Rv::ok);
  return out;
}
EcPublicKey public_key(const Vector& vector) {
  return EcPublicKey::from_point(vector.curve, hex(vector.point)).value();
}
EcPrivateKey private_key(const Vector& vector) {
  return EcPrivateKey::from_scalar(vector.curve, secret_hex(vector.scalar)).value();
}

TEST(EcPublicKey, VerifiesTheVectorsOfRfc6979) {
  for (const Vector& vector : kVectors) {
    const Bytes hash = digest_of(vector);
    EXPECT_EQ(rv_of(public_key(vector).verify(hash, hex(vector.signature))), Rv::ok);
    for (const std::size_t i : {0u, 5u, 40u, 55u}) {
      Bytes altered = hex(vector.signature);
      altered[i] ^= std::byte{1};
      EXPECT_EQ(rv_of(public_key(vector).verify(hash, altered)), Rv::signature_invalid);
    }
  }
}

TEST(EcPrivateKey, SignsWhatItsPublicKeyVerifies) {
  for (const Vector& vector : kVectors) {
    const EcPrivateKey key = private_key(vector);
    for (const std::size_t size : {0u, 20u, 32u, 48u, 64u, 100u}) {
      const Bytes data(size, std::byte{0xA5});
      Bytes signature(signature_bytes(vector.curve));
      ASSERT_EQ(rv_of(key.sign(data, signature)), Rv::ok);
      EXPECT_EQ(rv_of(public_key(vector).verify(data, signature)), Rv::ok);
      EXPECT_EQ(rv_of(public_key(vector).verify(Bytes(size + 32, std::byte{0x5A}), signature)), Rv::signature_invalid);
    }
  }
}

// About one signature in 128 has an r or s with a leading zero byte, which must stay in r || s.
TEST(EcPrivateKey, SignaturesKeepTheirWidth) {
  const EcPrivateKey key = private_key(kP256);
  const EcPublicKey verifier = public_key(kP256);
  int short_numbers = 0;
  for (int i = 0; i < 2000; ++i) {
    Bytes signature(64, std::byte{0xFF});
    ASSERT_EQ(rv_of(key.sign(digest_of(kP256), signature)), Rv::ok);
    if (signature[0] != std::byte{0} && signature[32] != std::byte{0}) continue;
    ++short_numbers;
    EXPECT_EQ(rv_of(verifier.verify(digest_of(kP256), signature)), Rv::ok);
  }
  EXPECT_GT(short_numbers, 0);
}

TEST(EcPrivateKey, ComputesItsPublicPoint) {
  for (const Vector& vector : kVectors) EXPECT_EQ(to_hex(private_key(vector).public_point().value()), vector.point);
}

TEST(EcPrivateKey, RefusesAShortBuffer) {
  Bytes signature(63);
  EXPECT_EQ(rv_of(private_key(kP256).sign(digest_of(kP256), signature)), Rv::buffer_too_small);
}

TEST(EcPublicKey, RefusesSignaturesOfOtherLengths) {
  const Bytes hash = digest_of(kP256);
  for (const std::size_t size : {0u, 63u, 65u, 70u})
    EXPECT_EQ(rv_of(public_key(kP256).verify(hash, Bytes(size))), Rv::signature_len_range) << size;
  EXPECT_EQ(rv_of(public_key(kP256).verify(hash, Bytes(64))), Rv::signature_invalid);
  EXPECT_EQ(rv_of(public_key(kP256).verify(hash, Bytes(64, std::byte{0xFF}))), Rv::signature_invalid);
}

TEST(EcPublicKey, TakesEveryFormOfItsPoint) {
  for (const Vector& vector : kVectors) {
    const Bytes plain = hex(vector.point);
    const std::size_t width = field_bytes(vector.curve);
    Bytes compressed(plain.begin(), plain.begin() + static_cast<std::ptrdiff_t>(1 + width));
    compressed[0] = std::byte{2} | (plain.back() & std::byte{1});
    Bytes bits = octet_string(plain);
    bits[0] = std::byte{0x03};
    const std::size_t at = bits.size() - plain.size();
    bits.insert(bits.begin() + static_cast<std::ptrdiff_t>(at), std::byte{0});
    bits[at - 1] = static_cast<std::byte>(std::to_integer<unsigned>(bits[at - 1]) + 1);
    for (const Bytes& form : {plain, compressed, octet_string(plain), octet_string(compressed), bits})
      EXPECT_EQ(to_hex(EcPublicKey::from_point(vector.curve, form).value().point()), vector.point) << to_hex(form);
  }
}

TEST(EcPublicKey, RefusesWhatIsNoPointWithTheCallersCode) {
  const Bytes good = hex(kP256.point);
  Bytes off_curve = good;
  off_curve[64] ^= std::byte{1};
  Bytes hybrid = good;
  hybrid[0] = std::byte{7};
  Bytes no_root(33, std::byte{0});  // X = 1 has no Y on P-256: 1 - 3 + b is not a square
  no_root[0] = std::byte{2};
  no_root[32] = std::byte{1};
  Bytes beyond_field(33, std::byte{0xFF});
  beyond_field[0] = std::byte{2};
  Bytes trailing = octet_string(good);
  trailing.push_back(std::byte{0});
  const Bytes other_curve = hex(kVectors[4].point);
  for (const Bytes& bad :
       {Bytes{}, Bytes{std::byte{0}}, off_curve, hybrid, no_root, beyond_field, trailing, other_curve,
        Bytes(good.begin(), good.end() - 1), octet_string({}), octet_string(off_curve)}) {
    EXPECT_EQ(rv_of(EcPublicKey::from_point(Curve::p256, bad)), Rv::attribute_value_invalid) << to_hex(bad);
    EXPECT_EQ(rv_of(EcPublicKey::from_point(Curve::p256, bad, Rv::mechanism_param_invalid)),
              Rv::mechanism_param_invalid);
  }
  EXPECT_EQ(rv_of(EcPublicKey::from_point(Curve::p384, good)), Rv::attribute_value_invalid);
}

TEST(EcPrivateKey, TakesOnlyNumbersBelowTheOrder) {
  constexpr std::string_view kOrder = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  constexpr std::string_view kLast = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
  const auto rv = [](std::string_view scalar) {
    return rv_of(EcPrivateKey::from_scalar(Curve::p256, secret_hex(scalar)));
  };
  EXPECT_EQ(rv(kLast), Rv::ok);
  EXPECT_EQ(rv("01"), Rv::ok);
  EXPECT_EQ(rv("0000" + std::string(kLast)), Rv::ok);
  EXPECT_EQ(rv(kOrder), Rv::attribute_value_invalid);
  EXPECT_EQ(rv("01" + std::string(kLast)), Rv::attribute_value_invalid);
  EXPECT_EQ(rv("00"), Rv::attribute_value_invalid);
  EXPECT_EQ(rv(""), Rv::attribute_value_invalid);
}

// NIST CAVS 14.1, ECC CDH primitive, P-256, COUNT = 0.
TEST(EcPrivateKey, DerivesTheVectorOfNist) {
  const EcPrivateKey key =
      EcPrivateKey::from_scalar(Curve::p256,
                                secret_hex("7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"))
          .value();
  const EcPublicKey peer =
      EcPublicKey::from_point(Curve::p256, hex("04700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287"
                                               "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac"))
          .value();
  EXPECT_EQ(to_hex(key.derive(peer).value()), "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b");
}

// Found with plain integer arithmetic in Python: scalar SHA-512("holdfast A"), peer 1073 times the base point. The
// shared X coordinate begins with two zero bytes.
TEST(EcPrivateKey, DerivedSecretKeepsItsLeadingZeroes) {
  const EcPrivateKey key =
      EcPrivateKey::from_scalar(Curve::p521,
                                secret_hex("2356b3b522c4cc706f65114722a5ab83b800831d68584f40c397380ea63d2a15"
                                           "a1ccaeab4ec2ea6ecc805c229f0dd0c03a8e633032c4b666ce5b1303a52e671d"))
          .value();
  const EcPublicKey peer =
      EcPublicKey::from_point(Curve::p521, hex("04017c0820817a6368da4538168f6de94a38e2084fdc35ada18f41b369f8a4dc01af728"
                                               "4d75becddfd602e8dbcabf3c9dde860ddd8fb7996"
                                               "31f3d2b3f5f009c99dc202007b0ee92f74775502a5d45a50891babfbfa72d9353779b2a"
                                               "dc1dd6958277fd205415a58f17a23f5aa4ad7c6d0"
                                               "8a499de51eaa370000161b946da6d14206cdd1d325"))
          .value();
  EXPECT_EQ(
      to_hex(key.derive(peer).value()),
      "000042f3c2cfd20ddbe87f97b4ea0c2675495f84f2d83614d8145e06f9b1dc5f757e56e850858cb177f14fd1489713eb64299c9595423bf5"
      "14796e1e1892293cdef3");
}

TEST(EcPrivateKey, RefusesAPeerOnAnotherCurve) {
  EXPECT_EQ(rv_of(private_key(kP256).derive(public_key(kVectors[4]))), Rv::mechanism_param_invalid);
}

TEST(GenerateEc, GivesAPairThatBelongsTogether) {
  for (const Vector& vector : kVectors) {
    const EcKeyPair pair = generate_ec(vector.curve).value();
    EXPECT_EQ(pair.scalar.size(), order_bytes(vector.curve));
    const EcPrivateKey key = EcPrivateKey::from_scalar(vector.curve, pair.scalar).value();
    EXPECT_EQ(to_hex(key.public_point().value()), to_hex(pair.point));
    const EcKeyPair peer = generate_ec(vector.curve).value();
    EXPECT_NE(to_hex(pair.scalar), to_hex(peer.scalar));
    const EcPrivateKey peer_key = EcPrivateKey::from_scalar(vector.curve, peer.scalar).value();
    EXPECT_EQ(to_hex(key.derive(EcPublicKey::from_point(vector.curve, peer.point).value()).value()),
              to_hex(peer_key.derive(EcPublicKey::from_point(vector.curve, pair.point).value()).value()));
  }
}

TEST(EcPrivateKey, ThreadsShareAKey) {
  const EcPrivateKey key = private_key(kP256);
  const EcPublicKey verifier = public_key(kP256);
  const Bytes hash = digest_of(kP256);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) {
        Bytes signature(64);
        if (!key.sign(hash, signature) || !verifier.verify(hash, signature)) ++wrong;
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST(GenerateEc, DrawsWithExtraBitsOnEveryCurve) {
  for (std::size_t i = 0; i <= static_cast<std::size_t>(Curve::brainpool512t1); ++i) {
    const Curve curve = static_cast<Curve>(i);
    const EcKeyPair pair = generate_ec_extra_bits(curve).value();
    EXPECT_EQ(pair.scalar.size(), order_bytes(curve));
    const EcPrivateKey key = EcPrivateKey::from_scalar(curve, pair.scalar).value();
    const EcPublicKey public_key = EcPublicKey::from_point(curve, pair.point).value();
    Bytes signature(signature_bytes(curve));
    ASSERT_EQ(rv_of(key.sign(Bytes(32, std::byte{1}), signature)), Rv::ok) << i;
    EXPECT_EQ(rv_of(public_key.verify(Bytes(32, std::byte{1}), signature)), Rv::ok) << i;
    const EcPrivateKey other = EcPrivateKey::from_scalar(curve, generate_ec(curve).value().scalar).value();
    const EcPublicKey peer = EcPublicKey::from_point(curve, other.public_point().value()).value();
    EXPECT_EQ(to_hex(key.derive(peer).value()), to_hex(other.derive(public_key).value())) << i;
  }
}

}  // namespace
}  // namespace holdfast::secure::crypto
