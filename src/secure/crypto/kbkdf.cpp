#include "secure/crypto/kbkdf.h"

#include <algorithm>
#include <variant>

#include "secure/crypto/cmac.h"
#include "secure/crypto/hmac.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::size_t kMostSegments = std::size_t{1} << 16;

/// Prf is one keyed MAC, started anew for each iteration.
class Prf {
 public:
  static Result<Prf> create(const KbkdfPrf& prf, const SecretBytes& key) {
    if (prf.hmac.has_value()) {
      HF_ASSIGN_OR_RETURN(Hmac mac, Hmac::create(*prf.hmac, key));
      return Prf(std::move(mac));
    }
    HF_ASSIGN_OR_RETURN(AesCmac mac, AesCmac::create(key));
    return Prf(std::move(mac));
  }
  Result<Prf> copy() const {
    return std::visit(
        [](const auto& mac) -> Result<Prf> {
          HF_ASSIGN_OR_RETURN(auto twin, mac.copy());
          return Prf(std::move(twin));
        },
        mac_);
  }
  Result<void> update(ByteView data) {
    return std::visit([&](auto& mac) { return mac.update(data); }, mac_);
  }
  Result<void> finish(MutableByteView out) {
    return std::visit([&](auto& mac) { return mac.finish(out); }, mac_);
  }

 private:
  template <class Mac>
  explicit Prf(Mac mac) : mac_(std::move(mac)) {}

  std::variant<Hmac, AesCmac> mac_;
};

/// feed puts a field into the PRF; what changes from iteration to iteration is left out of the first A of a double
/// pipeline.
Result<void> feed(Prf& prf, const KbkdfField& field, ByteView chain, std::optional<std::uint32_t> iteration) {
  switch (field.kind) {
    case KbkdfField::Kind::chain:
      return iteration.has_value() ? prf.update(chain) : Result<void>{};
    case KbkdfField::Kind::counter: {
      if (!iteration.has_value()) return {};
      HF_ASSIGN_OR_RETURN(const Bytes number, counter_bytes(*iteration, field.width_bytes, field.little_endian));
      return prf.update(number);
    }
    case KbkdfField::Kind::bytes:
      return prf.update(field.bytes);
    case KbkdfField::Kind::secret:
      return prf.update(SecretUse::see(*field.secret));
  }
  return {};
}

Result<void> iterate(const Prf& keyed, std::span<const KbkdfField> fields, ByteView chain,
                     std::optional<std::uint32_t> iteration, MutableByteView out) {
  HF_ASSIGN_OR_RETURN(Prf prf, keyed.copy());
  for (const KbkdfField& field : fields) HF_TRY(feed(prf, field, chain, iteration));
  return prf.finish(out);
}

bool counts_so_far(std::span<const KbkdfField> fields, std::size_t segments) {
  return std::all_of(fields.begin(), fields.end(), [&](const KbkdfField& field) {
    return field.kind != KbkdfField::Kind::counter ||
           (field.width_bytes >= 1 && segments < std::uint64_t{1} << (8 * std::min<std::size_t>(field.width_bytes, 4)));
  });
}

}  // namespace

Result<Bytes> counter_bytes(std::uint64_t number, std::size_t width_bytes, bool little_endian) {
  if (width_bytes == 0 || width_bytes > sizeof number || (width_bytes < sizeof number && number >> (8 * width_bytes) != 0))
    return fail(Rv::mechanism_param_invalid, "number does not fit its field");
  Bytes bytes(width_bytes);
  for (std::size_t i = 0; i < width_bytes; ++i) bytes[i] = static_cast<std::byte>(number >> (8 * i));
  if (!little_endian) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

Result<SecretBytes> kbkdf(const KbkdfInput& input, const SecretBytes& key, std::size_t segments) {
  if (segments == 0 || segments > kMostSegments || !counts_so_far(input.fields, segments))
    return fail(Rv::key_size_range, "more than the counter counts");
  HF_ASSIGN_OR_RETURN(const Prf keyed, Prf::create(input.prf, key));
  const std::size_t size = input.prf.size();
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(segments * size));
  HF_ASSIGN_OR_RETURN(SecretBytes pipeline, SecretBytes::allocate(size));  // A(i)
  const MutableByteView all = SecretUse::fill(out);
  const MutableByteView a = SecretUse::fill(pipeline);
  ByteView chain = input.iv;
  for (std::size_t i = 0; i < segments; ++i) {
    if (input.mode == KbkdfMode::double_pipeline) {
      // SP 800-108, 4.3: A(0) is the fixed input, A(i) = PRF(A(i-1)).
      const KbkdfField before{.bytes = a};
      HF_TRY(iterate(keyed, i == 0 ? input.fields : std::span(&before, 1), {}, std::nullopt, a));
      chain = a;
    }
    const MutableByteView segment = all.subspan(i * size, size);
    HF_TRY(iterate(keyed, input.fields, chain, static_cast<std::uint32_t>(i + 1), segment));
    if (input.mode == KbkdfMode::feedback) chain = segment;
  }
  return out;
}

}  // namespace holdfast::secure::crypto
