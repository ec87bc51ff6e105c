#include "secure/pkcs11/mechanisms/hash_mechanism.h"

#include <algorithm>
#include <array>

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::DigestKind;

struct Named {
  CK_MECHANISM_TYPE hash;
  CK_MECHANISM_TYPE hmac;
  DigestKind kind;
};
constexpr std::array kNamed = {
    Named{CKM_SHA_1, CKM_SHA_1_HMAC, DigestKind::sha1},
    Named{CKM_SHA224, CKM_SHA224_HMAC, DigestKind::sha224},
    Named{CKM_SHA256, CKM_SHA256_HMAC, DigestKind::sha256},
    Named{CKM_SHA384, CKM_SHA384_HMAC, DigestKind::sha384},
    Named{CKM_SHA512, CKM_SHA512_HMAC, DigestKind::sha512},
    Named{CKM_SHA512_224, CKM_SHA512_224_HMAC, DigestKind::sha512_224},
    Named{CKM_SHA512_256, CKM_SHA512_256_HMAC, DigestKind::sha512_256},
    Named{CKM_SHA3_224, CKM_SHA3_224_HMAC, DigestKind::sha3_224},
    Named{CKM_SHA3_256, CKM_SHA3_256_HMAC, DigestKind::sha3_256},
    Named{CKM_SHA3_384, CKM_SHA3_384_HMAC, DigestKind::sha3_384},
    Named{CKM_SHA3_512, CKM_SHA3_512_HMAC, DigestKind::sha3_512},
};

Result<DigestKind> find(std::uint32_t mechanism, CK_MECHANISM_TYPE Named::*column) {
  const auto at = std::ranges::find(kNamed, mechanism, column);
  if (at == kNamed.end() || !crypto::available(at->kind))
    return fail(Rv::mechanism_param_invalid, "parameter names no hash that there is");
  return at->kind;
}

}  // namespace

Result<DigestKind> digest_named(std::uint32_t mechanism) { return find(mechanism, &Named::hash); }
Result<DigestKind> hmac_named(std::uint32_t mechanism) { return find(mechanism, &Named::hmac); }

}  // namespace holdfast::secure::pkcs11
