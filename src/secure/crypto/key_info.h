#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"

namespace holdfast::secure::crypto {

// The envelopes in which keys go to other programs: SubjectPublicKeyInfo (RFC 5280, CKA_PUBLIC_KEY_INFO) and PKCS#8
// PrivateKeyInfo (RFC 5208, RFC 5958; C_WrapKey and C_UnwrapKey). What is inside depends on the algorithm and stands with
// its key type.

/// Algorithm is an AlgorithmIdentifier: its OID and its parameters, each a whole DER element; no parameters are empty.
struct Algorithm {
  ByteView oid;
  ByteView parameters = {};
};

/// public_key_info writes a SubjectPublicKeyInfo; `key` is what its BIT STRING holds.
Bytes public_key_info(const Algorithm& algorithm, ByteView key);

/// private_key_info writes a PrivateKeyInfo; `key` is what its OCTET STRING holds.
Result<SecretBytes> private_key_info(const Algorithm& algorithm, const SecretBytes& key);

struct PrivateKeyInfo {
  Bytes oid;  // as in Algorithm
  Bytes parameters;
  SecretBytes key;
};

/// parse_private_key_info reads PKCS#8, and the bare RSAPrivateKey of PKCS#1 as OP-TEE writes it. Rv::wrapped_key_invalid.
Result<PrivateKeyInfo> parse_private_key_info(const SecretBytes& encoded);

/// octets_element is one OCTET STRING with that content (RFC 8410: CurvePrivateKey), octets_content undoes it:
/// Rv::wrapped_key_invalid.
Result<SecretBytes> octets_element(const SecretBytes& content);
Result<SecretBytes> octets_content(const SecretBytes& element);

/// number_element is one INTEGER, number_content its big-endian bytes without leading zeros (the private keys of DH and
/// DSA): Rv::wrapped_key_invalid.
Result<SecretBytes> number_element(const SecretBytes& number);
Result<SecretBytes> number_content(const SecretBytes& element);

/// without_zero_padding gives the one DER element that `padded` begins with; Rv::wrapped_key_invalid when other than fewer
/// than 16 zero bytes follow.
Result<SecretBytes> without_zero_padding(const SecretBytes& padded);

}  // namespace holdfast::secure::crypto
