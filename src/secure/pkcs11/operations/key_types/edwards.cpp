#include "secure/pkcs11/operations/key_types/edwards.h"

#include "secure/pkcs11/operations/key_types/raw_curve.h"

namespace holdfast::secure::pkcs11 {
namespace {

struct EdwardsFamily {
  using Curve = crypto::EdwardsCurve;
  using Public = crypto::EdwardsPublicKey;
  using Private = crypto::EdwardsPrivateKey;
  static constexpr Curve kCurves[] = {crypto::EdwardsCurve::ed25519, crypto::EdwardsCurve::ed448};
  static Result<Curve> from_params(ByteView params) { return crypto::edwards_from_params(params); }
  static ByteView params(Curve curve) { return crypto::edwards_params(curve); }
  static Result<Private> parse_private(Curve curve, const SecretBytes& value) { return Private::from_seed(curve, value); }
};
using Edwards = RawCurvePair<EdwardsFamily>;

}  // namespace

constinit const PairType kEdwardsPair = Edwards::row(CKK_EC_EDWARDS);

Result<void> store_edwards(crypto::EdwardsCurve curve, SecretBytes&& value, ObjectContent& key) {
  return Edwards::store(curve, std::move(value), key);
}

}  // namespace holdfast::secure::pkcs11
