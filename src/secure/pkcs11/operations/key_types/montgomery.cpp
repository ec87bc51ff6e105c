#include "secure/pkcs11/operations/key_types/montgomery.h"

#include "secure/pkcs11/operations/key_types/raw_curve.h"

namespace holdfast::secure::pkcs11 {
namespace {

struct MontgomeryFamily {
  using Curve = crypto::MontgomeryCurve;
  using Public = crypto::MontgomeryPublicKey;
  using Private = crypto::MontgomeryPrivateKey;
  static constexpr Curve kCurves[] = {crypto::MontgomeryCurve::x25519, crypto::MontgomeryCurve::x448};
  static Result<Curve> from_params(ByteView params) { return crypto::montgomery_from_params(params); }
  static ByteView params(Curve curve) { return crypto::montgomery_params(curve); }
  static Result<Private> parse_private(Curve curve, const SecretBytes& value) { return Private::from_value(curve, value); }
};
using Montgomery = RawCurvePair<MontgomeryFamily>;

}  // namespace

constinit const PairType kMontgomeryPair = Montgomery::row(CKK_EC_MONTGOMERY);

Result<void> store_montgomery(crypto::MontgomeryCurve curve, SecretBytes&& value, ObjectContent& key) {
  return Montgomery::store(curve, std::move(value), key);
}

}  // namespace holdfast::secure::pkcs11
