#include "secure/crypto/rsa_key.h"

namespace holdfast::secure::crypto {

Result<RsaPrivateComponents> generate_rsa(std::size_t modulus_bits, ByteView public_exponent) {
  if (modulus_bits < kMinRsaBits || modulus_bits > kMaxRsaBits)
    return fail(Rv::key_size_range, "an RSA modulus has 512 to 16384 bits");
  const ByteView exponent = without_leading_zeroes(public_exponent);
  HF_TRY(check_public_exponent(exponent));
  PkeyParams params;
  params.size(OSSL_PKEY_PARAM_RSA_BITS, &modulus_bits);
  HF_TRY(params.number(OSSL_PKEY_PARAM_RSA_E, exponent));
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, params.generate("RSA"));
  const std::size_t modulus_bytes = (modulus_bits + 7) / 8;
  const std::size_t prime_bytes = ((modulus_bits + 1) / 2 + 7) / 8;
  RsaPrivateComponents made;
  made.modulus.resize(modulus_bytes);
  HF_TRY(get_number(key.get(), OSSL_PKEY_PARAM_RSA_N, made.modulus));
  made.public_exponent = to_bytes(exponent);
  HF_ASSIGN_OR_RETURN(made.private_exponent, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_D, modulus_bytes));
  HF_ASSIGN_OR_RETURN(made.prime_1, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR1, prime_bytes));
  HF_ASSIGN_OR_RETURN(made.prime_2, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR2, prime_bytes));
  HF_ASSIGN_OR_RETURN(made.exponent_1, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT1, prime_bytes));
  HF_ASSIGN_OR_RETURN(made.exponent_2, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT2, prime_bytes));
  HF_ASSIGN_OR_RETURN(made.coefficient, get_secret_number(key.get(), OSSL_PKEY_PARAM_RSA_COEFFICIENT1, prime_bytes));
  return made;
}

}  // namespace holdfast::secure::crypto
