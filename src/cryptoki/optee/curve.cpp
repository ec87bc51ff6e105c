#include "cryptoki/optee/curve.h"

#include <array>

namespace holdfast::cryptoki::optee {
namespace {

using namespace std::string_view_literals;

constexpr std::array kCurves{
    Curve{"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x01"sv, 202, 24, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFFFFFFFFFF",
          "64210519E59C80E70FA7E9AB72243049FEB8DEECC146B9B1"},
    Curve{"\x06\x05\x2B\x81\x04\x00\x21"sv, 226, 28, "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF000000000000000000000001",
          "B4050A850C04B3ABF54132565044B0B7D7BFD8BA270B39432355FFB4"},
    Curve{"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv, 250, 32,
          "FFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF",
          "5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B"},
    Curve{"\x06\x05\x2B\x81\x04\x00\x22"sv, 347, 48,
          "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEFFFFFFFF0000000000000000FFFFFFFF",
          "B3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF"},
    Curve{"\x06\x05\x2B\x81\x04\x00\x23"sv, 455, 66, {}, {}},
};

constexpr std::array kEdwards{"\x13\x0C"
                              "edwards25519"sv,
                              "\x06\x09\x2B\x06\x01\x04\x01\xDA\x47\x0F\x01"sv};

constexpr std::byte kUncompressed{0x04};
constexpr std::size_t kBits = 384;

/// Number is below 2^384, the least significant word first.
using Number = std::array<std::uint64_t, kBits / 64>;

Number from_bytes(ByteView big_endian) noexcept {
  Number number{};
  for (std::size_t i = 0; i < big_endian.size(); ++i) {
    const auto byte = std::to_integer<std::uint64_t>(big_endian[big_endian.size() - 1 - i]);
    number[i / 8] |= byte << (8 * (i % 8));
  }
  return number;
}

Number from_hex(std::string_view digits) noexcept {
  Number number{};
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const char digit = digits[digits.size() - 1 - i];
    const auto value = static_cast<std::uint64_t>(digit <= '9' ? digit - '0' : digit - 'A' + 10);
    number[i / 16] |= value << (4 * (i % 16));
  }
  return number;
}

bool is_below(const Number& a, const Number& b) noexcept {
  for (std::size_t i = a.size(); i-- > 0;)
    if (a[i] != b[i]) return a[i] < b[i];
  return false;
}

/// subtract is a - b modulo 2^384.
Number subtract(const Number& a, const Number& b) noexcept {
  Number difference{};
  std::uint64_t borrow = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const std::uint64_t partial = a[i] - b[i];
    difference[i] = partial - borrow;
    borrow = (a[i] < b[i] || partial < borrow) ? 1 : 0;
  }
  return difference;
}

/// Field computes modulo its prime with numbers that are below it.
class Field {
 public:
  explicit Field(const Number& prime) : prime_(prime) {}

  Number add(const Number& a, const Number& b) const noexcept {
    Number sum{};
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      const std::uint64_t partial = a[i] + b[i];
      sum[i] = partial + carry;
      carry = (partial < a[i] || sum[i] < partial) ? 1 : 0;
    }
    return carry != 0 || !is_below(sum, prime_) ? subtract(sum, prime_) : sum;
  }
  Number multiply(const Number& a, const Number& b) const noexcept {
    Number product{};
    for (std::size_t bit = kBits; bit-- > 0;) {
      product = add(product, product);
      if ((b[bit / 64] >> (bit % 64) & 1) != 0) product = add(product, a);
    }
    return product;
  }

 private:
  const Number prime_;
};

}  // namespace

const Curve* find_curve(ByteView ec_params) noexcept {
  for (const Curve& curve : kCurves)
    if (equal(ec_params, as_bytes(curve.oid)) || ec_params.size() == curve.explicit_bytes) return &curve;
  return nullptr;
}

bool is_named_curve(ByteView ec_params) noexcept {
  for (const Curve& curve : kCurves)
    if (equal(ec_params, as_bytes(curve.oid))) return true;
  for (const std::string_view name : kEdwards)
    if (equal(ec_params, as_bytes(name))) return true;
  return false;
}

bool is_on_curve(const Curve& curve, ByteView point) noexcept {
  if (curve.prime.empty() || point.size() != 1 + 2 * curve.field_bytes || point[0] != kUncompressed) return false;
  const Number prime = from_hex(curve.prime);
  const Number x = from_bytes(point.subspan(1, curve.field_bytes));
  const Number y = from_bytes(point.subspan(1 + curve.field_bytes));
  if (!is_below(x, prime) || !is_below(y, prime)) return false;
  const Field field(prime);
  const Number cube = field.multiply(field.multiply(x, x), x);
  const Number three_x = field.add(field.add(x, x), x);
  // y² + 3x = x³ + b needs no negative numbers.
  return field.add(field.multiply(y, y), three_x) == field.add(cube, from_hex(curve.b));
}

}  // namespace holdfast::cryptoki::optee
