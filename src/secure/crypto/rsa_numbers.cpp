#include "secure/crypto/rsa_numbers.h"

#include "secure/crypto/rsa_key.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

struct BignumContextFree {
  void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
};
using BignumContextPtr = std::unique_ptr<BN_CTX, BignumContextFree>;

Unexpected<Error> inconsistent() {
  return libcrypto_failure(Rv::attribute_value_invalid, "RSA numbers that do not belong together");
}

BignumPtr secret_number() {
  BignumPtr made(BN_new());
  if (made) BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

/// parse reads a number that is at most as long as the modulus; null when it is longer.
BignumPtr parse(ByteView big_endian, std::size_t most_bytes) {
  const ByteView number = without_leading_zeroes(big_endian);
  if (number.size() > most_bytes) return nullptr;
  BignumPtr made(BN_bin2bn(address(number), static_cast<int>(number.size()), nullptr));
  if (made) BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

/// minus_one is number - 1.
BignumPtr minus_one(const BIGNUM* number) {
  BignumPtr made(BN_dup(number));
  if (!made || BN_sub_word(made.get(), 1) != 1) return nullptr;
  BN_set_flags(made.get(), BN_FLG_CONSTTIME);
  return made;
}

/// RootSearch is what one base shows about n (SP 800-56B, appendix C.1).
enum class RootSearch { factor_found, try_another_base, not_an_exponent };

/// find_factor raises `base` to odd * 2^twos = e * d - 1. A square root of 1 that is neither 1 nor -1 gives a factor;
/// ending elsewhere than at 1 shows that e and d do not belong to n.
Result<RootSearch> find_factor(const RsaNumbers& numbers, BN_ULONG base, const BIGNUM* odd, int twos, BIGNUM* factor,
                               BN_CTX* context) {
  const BignumPtr x = secret_number();
  const BignumPtr square = secret_number();
  const BignumPtr last = minus_one(numbers.n.get());
  if (!x || !square || !last || BN_set_word(square.get(), base) != 1 ||
      BN_mod_exp(x.get(), square.get(), odd, numbers.n.get(), context) != 1)
    return inconsistent();
  if (BN_is_one(x.get())) return RootSearch::try_another_base;
  for (int i = 0; i < twos; ++i) {
    if (BN_mod_sqr(square.get(), x.get(), numbers.n.get(), context) != 1) return inconsistent();
    if (BN_is_one(square.get())) {
      if (BN_cmp(x.get(), last.get()) == 0) return RootSearch::try_another_base;
      if (BN_sub_word(x.get(), 1) != 1 || BN_gcd(factor, x.get(), numbers.n.get(), context) != 1) return inconsistent();
      return RootSearch::factor_found;
    }
    if (BN_copy(x.get(), square.get()) == nullptr) return inconsistent();
  }
  return RootSearch::not_an_exponent;
}

/// recover_primes finds p and q from n, e and d; each base has an even chance.
Result<void> recover_primes(RsaNumbers& numbers, BN_CTX* context) {
  const BignumPtr odd = secret_number();
  numbers.p = secret_number();
  numbers.q = secret_number();
  if (!odd || !numbers.p || !numbers.q || BN_mul(odd.get(), numbers.e.get(), numbers.d.get(), context) != 1 ||
      BN_sub_word(odd.get(), 1) != 1 || BN_is_zero(odd.get()))
    return inconsistent();
  int twos = 0;
  while (BN_is_bit_set(odd.get(), twos) == 0) ++twos;
  if (BN_rshift(odd.get(), odd.get(), twos) != 1) return inconsistent();
  for (const BN_ULONG base : {2u, 3u, 5u, 7u, 11u, 13u, 17u, 19u, 23u, 29u, 31u, 37u, 41u, 43u, 47u, 53u, 59u, 61u}) {
    HF_ASSIGN_OR_RETURN(const RootSearch found, find_factor(numbers, base, odd.get(), twos, numbers.p.get(), context));
    if (found == RootSearch::not_an_exponent) return inconsistent();
    if (found == RootSearch::try_another_base) continue;
    if (BN_div(numbers.q.get(), nullptr, numbers.n.get(), numbers.p.get(), context) != 1) return inconsistent();
    // The larger first, as keys are usually written.
    if (BN_cmp(numbers.p.get(), numbers.q.get()) < 0) std::swap(numbers.p, numbers.q);
    return {};
  }
  return inconsistent();
}

/// check_exponent fails unless e * d = 1 modulo prime - 1, and gives d modulo prime - 1.
Result<BignumPtr> check_exponent(const RsaNumbers& numbers, const BIGNUM* prime, BN_CTX* context) {
  const BignumPtr order = minus_one(prime);
  const BignumPtr product = secret_number();
  BignumPtr reduced = secret_number();
  if (!order || !product || !reduced || BN_is_zero(order.get()) ||
      BN_nnmod(reduced.get(), numbers.d.get(), order.get(), context) != 1 ||
      BN_mod_mul(product.get(), reduced.get(), numbers.e.get(), order.get(), context) != 1 || !BN_is_one(product.get()))
    return inconsistent();
  return reduced;
}

/// settle keeps the computed number, and fails when another one was given.
Result<void> settle(BignumPtr& number, BignumPtr computed, const SecretBytes& given, std::size_t most_bytes) {
  if (!given.empty()) {
    const BignumPtr parsed = parse(SecretUse::see(given), most_bytes);
    if (!parsed || BN_cmp(parsed.get(), computed.get()) != 0) return inconsistent();
  }
  number = std::move(computed);
  return {};
}

Result<void> complete_crt(RsaNumbers& numbers, const RsaPrivateComponents& given, std::size_t most, BN_CTX* context) {
  const BignumPtr product = secret_number();
  if (!product || BN_mul(product.get(), numbers.p.get(), numbers.q.get(), context) != 1 ||
      BN_cmp(product.get(), numbers.n.get()) != 0)
    return inconsistent();
  HF_ASSIGN_OR_RETURN(BignumPtr dp, check_exponent(numbers, numbers.p.get(), context));
  HF_ASSIGN_OR_RETURN(BignumPtr dq, check_exponent(numbers, numbers.q.get(), context));
  BignumPtr qinv = secret_number();
  if (!qinv || BN_mod_inverse(qinv.get(), numbers.q.get(), numbers.p.get(), context) == nullptr) return inconsistent();
  HF_TRY(settle(numbers.dp, std::move(dp), given.exponent_1, most));
  HF_TRY(settle(numbers.dq, std::move(dq), given.exponent_2, most));
  return settle(numbers.qinv, std::move(qinv), given.coefficient, most);
}

Result<SecretBytes> secret_of(const BIGNUM* number) {
  HF_ASSIGN_OR_RETURN(SecretBytes bytes, SecretBytes::allocate(static_cast<std::size_t>(BN_num_bytes(number))));
  BN_bn2bin(number, u8(SecretUse::fill(bytes)));
  return bytes;
}

Result<void> add(PkeyParams& params, const char* name, const BIGNUM* number) {
  HF_ASSIGN_OR_RETURN(const SecretBytes bytes, secret_of(number));
  return params.number(name, SecretUse::see(bytes));
}

}  // namespace

Result<std::size_t> check_modulus(ByteView modulus) {
  if (modulus.size() < kMinRsaBits / 8 || modulus.size() > kMaxRsaBits / 8)
    return fail(Rv::key_size_range, "an RSA modulus has 512 to 16384 bits");
  const auto top = std::to_integer<unsigned>(modulus.front());
  const std::size_t bits =
      modulus.size() * 8 - static_cast<std::size_t>(std::countl_zero(static_cast<std::uint8_t>(top)));
  if (bits < kMinRsaBits) return fail(Rv::key_size_range, "an RSA modulus has 512 to 16384 bits");
  if ((modulus.back() & std::byte{1}) == std::byte{0}) return fail(Rv::attribute_value_invalid, "an even RSA modulus");
  return bits;
}

Result<void> check_public_exponent(ByteView exponent) {
  if (exponent.empty() || exponent.size() > 8 || (exponent.back() & std::byte{1}) == std::byte{0} ||
      (exponent.size() == 1 && exponent[0] == std::byte{1}))
    return fail(Rv::attribute_value_invalid, "an RSA exponent is odd, 3 or more, and at most 64 bits long");
  return {};
}

Result<RsaNumbers> complete_rsa(const RsaPrivateComponents& components) {
  if (components.modulus.empty() || components.private_exponent.empty() ||
      components.prime_1.empty() != components.prime_2.empty())
    return fail(Rv::template_incomplete, "an RSA private key without its numbers");
  constexpr std::array kUsualExponent = {std::byte{1}, std::byte{0}, std::byte{1}};  // 65537
  const ByteView exponent = components.public_exponent.empty() ? ByteView(kUsualExponent)
                                                               : without_leading_zeroes(components.public_exponent);
  const ByteView modulus = without_leading_zeroes(components.modulus);
  HF_TRY(check_modulus(modulus));
  HF_TRY(check_public_exponent(exponent));
  const std::size_t most = modulus.size();
  const BignumContextPtr context(BN_CTX_new_ex(library().context));
  RsaNumbers numbers;
  numbers.n = parse(modulus, most);
  numbers.e = parse(exponent, most);
  numbers.d = parse(SecretUse::see(components.private_exponent), most);
  if (!context || !numbers.n || !numbers.e || !numbers.d || BN_is_zero(numbers.d.get()) ||
      BN_cmp(numbers.d.get(), numbers.n.get()) >= 0)
    return inconsistent();
  if (components.prime_1.empty()) {
    HF_TRY(recover_primes(numbers, context.get()));
  } else {
    numbers.p = parse(SecretUse::see(components.prime_1), most);
    numbers.q = parse(SecretUse::see(components.prime_2), most);
    if (!numbers.p || !numbers.q) return inconsistent();
  }
  HF_TRY(complete_crt(numbers, components, most, context.get()));
  return numbers;
}

namespace {

Bytes bytes_of(const BIGNUM* number) {
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(number)));
  BN_bn2bin(number, u8(MutableByteView(bytes)));
  return bytes;
}

}  // namespace

Result<RsaPrivateComponents> complete_components(const RsaPrivateComponents& components) {
  HF_ASSIGN_OR_RETURN(const RsaNumbers numbers, complete_rsa(components));
  RsaPrivateComponents all;
  all.modulus = bytes_of(numbers.n.get());
  all.public_exponent = bytes_of(numbers.e.get());
  HF_ASSIGN_OR_RETURN(all.private_exponent, secret_of(numbers.d.get()));
  HF_ASSIGN_OR_RETURN(all.prime_1, secret_of(numbers.p.get()));
  HF_ASSIGN_OR_RETURN(all.prime_2, secret_of(numbers.q.get()));
  HF_ASSIGN_OR_RETURN(all.exponent_1, secret_of(numbers.dp.get()));
  HF_ASSIGN_OR_RETURN(all.exponent_2, secret_of(numbers.dq.get()));
  HF_ASSIGN_OR_RETURN(all.coefficient, secret_of(numbers.qinv.get()));
  return all;
}

Result<PkeyPtr> build_rsa(const RsaNumbers& numbers) {
  PkeyParams params;
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_N, numbers.n.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_E, numbers.e.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_D, numbers.d.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_FACTOR1, numbers.p.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_FACTOR2, numbers.q.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_EXPONENT1, numbers.dp.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_EXPONENT2, numbers.dq.get()));
  HF_TRY(add(params, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, numbers.qinv.get()));
  return params.build("RSA", EVP_PKEY_KEYPAIR, Rv::attribute_value_invalid);
}

}  // namespace holdfast::secure::crypto
