#include "secure/crypto/pq_params.h"

#include <algorithm>
#include <openssl/err.h>

#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {
namespace {

// nistAlgorithms (2.16.840.1.101.3.4) followed by the arc and the number in it.
constexpr std::array<unsigned char, 11> nist_oid(unsigned char arc, unsigned char number) {
  return {0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, arc, number};
}
constexpr std::array<unsigned char, 11> signature_oid(unsigned char number) { return nist_oid(3, number); }
constexpr std::array<unsigned char, 11> kem_oid(unsigned char number) { return nist_oid(4, number); }

// FIPS 203, table 3; FIPS 204, table 2; FIPS 205, table 2. Numbers: PKCS#11 3.2, CKP_.
constexpr std::array kSets = {
    PqParams{PqFamily::ml_kem, 1, "ML-KEM-512", 800, 1632, 64, 768, kem_oid(1)},
    PqParams{PqFamily::ml_kem, 2, "ML-KEM-768", 1184, 2400, 64, 1088, kem_oid(2)},
    PqParams{PqFamily::ml_kem, 3, "ML-KEM-1024", 1568, 3168, 64, 1568, kem_oid(3)},
    PqParams{PqFamily::ml_dsa, 1, "ML-DSA-44", 1312, 2560, 32, 2420, signature_oid(17)},
    PqParams{PqFamily::ml_dsa, 2, "ML-DSA-65", 1952, 4032, 32, 3309, signature_oid(18)},
    PqParams{PqFamily::ml_dsa, 3, "ML-DSA-87", 2592, 4896, 32, 4627, signature_oid(19)},
    PqParams{PqFamily::slh_dsa, 1, "SLH-DSA-SHA2-128s", 32, 64, 0, 7856, signature_oid(20)},
    PqParams{PqFamily::slh_dsa, 2, "SLH-DSA-SHAKE-128s", 32, 64, 0, 7856, signature_oid(26)},
    PqParams{PqFamily::slh_dsa, 3, "SLH-DSA-SHA2-128f", 32, 64, 0, 17088, signature_oid(21)},
    PqParams{PqFamily::slh_dsa, 4, "SLH-DSA-SHAKE-128f", 32, 64, 0, 17088, signature_oid(27)},
    PqParams{PqFamily::slh_dsa, 5, "SLH-DSA-SHA2-192s", 48, 96, 0, 16224, signature_oid(22)},
    PqParams{PqFamily::slh_dsa, 6, "SLH-DSA-SHAKE-192s", 48, 96, 0, 16224, signature_oid(28)},
    PqParams{PqFamily::slh_dsa, 7, "SLH-DSA-SHA2-192f", 48, 96, 0, 35664, signature_oid(23)},
    PqParams{PqFamily::slh_dsa, 8, "SLH-DSA-SHAKE-192f", 48, 96, 0, 35664, signature_oid(29)},
    PqParams{PqFamily::slh_dsa, 9, "SLH-DSA-SHA2-256s", 64, 128, 0, 29792, signature_oid(24)},
    PqParams{PqFamily::slh_dsa, 10, "SLH-DSA-SHAKE-256s", 64, 128, 0, 29792, signature_oid(30)},
    PqParams{PqFamily::slh_dsa, 11, "SLH-DSA-SHA2-256f", 64, 128, 0, 49856, signature_oid(25)},
    PqParams{PqFamily::slh_dsa, 12, "SLH-DSA-SHAKE-256f", 64, 128, 0, 49856, signature_oid(31)},
};

std::array<bool, kSets.size()> ask_libcrypto() {
  std::array<bool, kSets.size()> found{};
  for (std::size_t i = 0; i < kSets.size(); ++i)
    found[i] = PkeyContextPtr(EVP_PKEY_CTX_new_from_name(library().context, kSets[i].name, nullptr)) != nullptr;
  ERR_clear_error();
  return found;
}

template <class Predicate>
const PqParams* find(Predicate matches) {
  const auto found = std::ranges::find_if(kSets, matches);
  return found == kSets.end() ? nullptr : &*found;
}

}  // namespace

const PqParams* find_pq_params(PqFamily family, std::uint32_t number) noexcept {
  return find([=](const PqParams& set) { return set.family == family && set.number == number; });
}

const PqParams* find_pq_params(PqFamily family, ByteView oid) noexcept {
  return find([=](const PqParams& set) { return set.family == family && equal(set.oid_element(), oid); });
}

bool available(const PqParams& params) noexcept {
  static const std::array<bool, kSets.size()> found = ask_libcrypto();
  return found[static_cast<std::size_t>(&params - kSets.data())];
}

bool available(PqFamily family) noexcept {
  return std::ranges::any_of(kSets, [=](const PqParams& set) { return set.family == family && available(set); });
}

}  // namespace holdfast::secure::crypto
