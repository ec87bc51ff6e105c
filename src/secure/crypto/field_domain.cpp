#include "secure/crypto/field_domain.h"

#include <algorithm>

#include "secure/crypto/pkey.h"

namespace holdfast::secure::crypto {
namespace {

constexpr int kMinSubprimeBits = 160;

struct BignumContextFree {
  void operator()(BN_CTX* context) const noexcept { BN_CTX_free(context); }
};
using BignumContextPtr = std::unique_ptr<BN_CTX, BignumContextFree>;
BignumContextPtr new_context() { return BignumContextPtr(BN_CTX_new_ex(library().context)); }

Unexpected<Error> unsound(const char* why) { return libcrypto_failure(Rv::domain_params_invalid, why); }

BignumPtr parse(ByteView big_endian) {
  return BignumPtr(BN_bin2bn(address(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

/// in_open_range tells whether 1 < value < p - 1.
bool in_open_range(const BIGNUM* value, const BIGNUM* p) {
  const BignumPtr last(BN_dup(p));
  return last && BN_sub_word(last.get(), 1) == 1 && BN_cmp(value, BN_value_one()) > 0 && BN_cmp(value, last.get()) < 0;
}

bool is_in_subgroup(const FieldNumbers& field, const BIGNUM* value) {
  const BignumContextPtr context = new_context();
  const BignumPtr power(BN_new());
  return context && power && BN_mod_exp(power.get(), value, field.q.get(), field.p.get(), context.get()) == 1 &&
         BN_is_one(power.get());
}

bool divides_order(const FieldNumbers& field) {
  const BignumContextPtr context = new_context();
  const BignumPtr order(BN_dup(field.p.get()));
  const BignumPtr rest(BN_new());
  return context && order && rest && BN_sub_word(order.get(), 1) == 1 &&
         BN_mod(rest.get(), order.get(), field.q.get(), context.get()) == 1 && BN_is_zero(rest.get());
}

}  // namespace

Result<FieldNumbers> check_domain(FieldScheme scheme, const FieldDomain& domain) {
  const ByteView prime = without_leading_zeroes(domain.prime);
  const std::size_t most_bytes = max_field_bits(scheme) / 8;
  if (prime.size() > most_bytes) return fail(Rv::key_size_range, "a prime that is too long");
  if (without_leading_zeroes(domain.base).size() > most_bytes || without_leading_zeroes(domain.subprime).size() > most_bytes)
    return fail(Rv::domain_params_invalid, "a domain parameter longer than the prime may be");
  FieldNumbers field;
  field.p = parse(prime);
  field.g = parse(without_leading_zeroes(domain.base));
  if (!field.p || !field.g) return libcrypto_failure(Rv::device_memory, "no number");
  if (static_cast<std::size_t>(BN_num_bits(field.p.get())) < kMinFieldBits)
    return fail(Rv::key_size_range, "a prime that is too short");
  if (!BN_is_odd(field.p.get())) return unsound("an even prime");
  if (!in_open_range(field.g.get(), field.p.get())) return unsound("a base outside its group");
  if (scheme == FieldScheme::dh) return field;
  field.q = parse(without_leading_zeroes(domain.subprime));
  if (!field.q) return libcrypto_failure(Rv::device_memory, "no number");
  if (BN_num_bits(field.q.get()) < kMinSubprimeBits || BN_cmp(field.q.get(), field.p.get()) >= 0 || !BN_is_odd(field.q.get()))
    return unsound("a subprime of no fit size");
  if (!divides_order(field)) return unsound("a subprime that does not divide the group's order");
  if (!is_in_subgroup(field, field.g.get())) return unsound("a base outside the subgroup");
  return field;
}

Result<void> check_public_value(const FieldNumbers& field, ByteView value, Rv refusal) {
  const ByteView digits = without_leading_zeroes(value);
  if (digits.size() > static_cast<std::size_t>(BN_num_bytes(field.p.get())))
    return fail(refusal, "a public value longer than the prime");
  const BignumPtr y = parse(digits);
  if (!y) return libcrypto_failure(Rv::device_memory, "no number");
  if (!in_open_range(y.get(), field.p.get())) return fail(refusal, "a public value outside its group");
  if (field.q && !is_in_subgroup(field, y.get())) return libcrypto_failure(refusal, "a public value outside the subgroup");
  return {};
}

Result<Bytes> public_value_of(const FieldNumbers& field, ByteView private_value) {
  const BIGNUM* const most = field.q ? field.q.get() : field.p.get();
  const std::size_t most_bytes = static_cast<std::size_t>(BN_num_bytes(most));
  if (private_value.empty() || private_value.size() > most_bytes)
    return fail(Rv::attribute_value_invalid, "a private value outside its range");
  const BignumPtr x = parse(private_value);
  const BignumPtr y(BN_new());
  const BignumContextPtr context = new_context();
  if (!x || !y || !context) return libcrypto_failure(Rv::device_memory, "no number");
  BN_set_flags(x.get(), BN_FLG_CONSTTIME);
  const BignumPtr limit(BN_dup(most));
  if (!limit || (!field.q && BN_sub_word(limit.get(), 1) != 1)) return libcrypto_failure(Rv::device_memory, "no number");
  if (BN_cmp(x.get(), limit.get()) >= 0) return fail(Rv::attribute_value_invalid, "a private value outside its range");
  Bytes value(static_cast<std::size_t>(BN_num_bytes(field.p.get())));
  if (BN_mod_exp_mont_consttime(y.get(), field.g.get(), x.get(), field.p.get(), context.get(), nullptr) != 1 ||
      BN_bn2binpad(y.get(), u8(MutableByteView(value)), static_cast<int>(value.size())) < 0)
    return libcrypto_failure(Rv::attribute_value_invalid, "no public value follows");
  return value;
}

}  // namespace holdfast::secure::crypto
