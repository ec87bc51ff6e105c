#include <algorithm>

#include "secure/crypto/kbkdf.h"
#include "secure/crypto/secrets.h"
#include "secure/pkcs11/mechanisms/hash_mechanism.h"
#include "secure/pkcs11/mechanisms/row.h"

// CKM_SP800_108_COUNTER_KDF, …FEEDBACK_KDF and …DOUBLE_PIPELINE_KDF (PKCS#11 3.2, "SP800-108 Key Derivation").

namespace holdfast::secure::pkcs11 {
namespace {

using Kind = crypto::KbkdfField::Kind;

constexpr crypto::KbkdfMode mode_of(const MechanismRow& row) {
  switch (row.id) {
    case CKM_SP800_108_COUNTER_KDF:
      return crypto::KbkdfMode::counter;
    case CKM_SP800_108_FEEDBACK_KDF:
      return crypto::KbkdfMode::feedback;
    default:
      return crypto::KbkdfMode::double_pipeline;
  }
}

Result<crypto::KbkdfPrf> prf_of(std::uint32_t mechanism) {
  if (mechanism == CKM_AES_CMAC) return crypto::KbkdfPrf{};
  HF_ASSIGN_OR_RETURN(const crypto::DigestKind digest, hmac_named(mechanism));
  return crypto::KbkdfPrf{.hmac = digest};
}

/// Amounts is what there is to derive.
struct Amounts {
  std::size_t keys_bytes = 0;
  std::size_t segments = 0;
};

/// No key takes a part of a segment that another key has a part of.
std::size_t segments_for(std::size_t bytes, std::size_t segment) { return (bytes + segment - 1) / segment; }

/// Input is the fields in order, and what they point to.
class Input {
 public:
  Input(const Start& start, const Sp800Param& param, Amounts amounts, std::size_t segment)
      : start_(start), param_(param), amounts_(amounts), segment_(segment) {}

  Result<void> build() {
    // The fields point into these.
    texts_.reserve(param_.data.size());
    for (const Sp800Data& data : param_.data) HF_TRY(add(data));
    if (iterations_ != 1) return fail(Rv::mechanism_param_invalid, "there is one iteration variable");
    if (counters_ > 1 || lengths_ > 1) return fail(Rv::mechanism_param_invalid, "one counter and one length at most");
    return {};
  }
  std::span<const crypto::KbkdfField> fields() const { return fields_; }

 private:
  Result<void> add(const Sp800Data& data) {
    switch (data.type) {
      case CK_SP800_108_ITERATION_VARIABLE:
        return add_iteration(data);
      case CK_SP800_108_COUNTER:
        ++counters_;
        if (is_counter_mode()) return fail(Rv::mechanism_param_invalid, "counter mode has no second counter");
        return add_counter(data);
      case CK_SP800_108_DKM_LENGTH:
        ++lengths_;
        return add_length(data);
      case CK_SP800_108_BYTE_ARRAY:
        if (data.bytes.empty()) return fail(Rv::mechanism_param_invalid, "empty part of the input");
        fields_.push_back({.kind = Kind::bytes, .bytes = data.bytes});
        return {};
      case CK_SP800_108_KEY_HANDLE: {
        HF_ASSIGN_OR_RETURN(const auto key, other_value(start_, data.key));
        keys_.push_back(key);
        fields_.push_back({.kind = Kind::secret, .secret = key.get()});
        return {};
      }
      default:
        return fail(Rv::mechanism_param_invalid, "unknown part of the input");
    }
  }

  bool is_counter_mode() const { return mode_of(start_.row) == crypto::KbkdfMode::counter; }

  Result<void> add_iteration(const Sp800Data& data) {
    ++iterations_;
    if (is_counter_mode()) return add_counter(data);
    if (data.present) return fail(Rv::mechanism_param_invalid, "only counter mode's iteration variable has a format");
    fields_.push_back({.kind = Kind::chain});
    return {};
  }

  Result<void> add_counter(const Sp800Data& data) {
    if (!data.present || data.width_bits % 8 != 0 || data.width_bits < 8 || data.width_bits > 32)
      return fail(Rv::mechanism_param_invalid, "counter of no width that there is");
    fields_.push_back(
        {.kind = Kind::counter, .little_endian = data.little_endian, .width_bytes = data.width_bits / 8});
    return {};
  }

  Result<void> add_length(const Sp800Data& data) {
    if (data.width_bits % 8 != 0 || data.width_bits < 8 || data.width_bits > 64)
      return fail(Rv::mechanism_param_invalid, "length of no width that there is");
    std::size_t bytes = 0;
    switch (data.length_method) {
      case CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS:
        bytes = amounts_.keys_bytes;
        break;
      case CK_SP800_108_DKM_LENGTH_SUM_OF_SEGMENTS:
        bytes = amounts_.segments * segment_;
        break;
      default:
        return fail(Rv::mechanism_param_invalid, "unknown way to count the length");
    }
    HF_ASSIGN_OR_RETURN(Bytes text, crypto::counter_bytes(std::uint64_t{bytes} * 8, data.width_bits / 8, data.little_endian));
    texts_.push_back(std::move(text));
    fields_.push_back({.kind = Kind::bytes, .bytes = texts_.back()});
    return {};
  }

  const Start& start_;
  const Sp800Param& param_;
  Amounts amounts_;
  std::size_t segment_;
  std::vector<crypto::KbkdfField> fields_;
  std::vector<Bytes> texts_;
  std::vector<std::shared_ptr<const SecretBytes>> keys_;
  int iterations_ = 0;
  int counters_ = 0;
  int lengths_ = 0;
};

Result<Amounts> amounts_of(std::span<const std::optional<std::size_t>> lengths, std::size_t segment) {
  Amounts amounts;
  for (const std::optional<std::size_t>& length : lengths) {
    if (!length.has_value()) return fail(Rv::template_incomplete, "derived key needs CKA_VALUE_LEN");
    amounts.keys_bytes += *length;
    amounts.segments += segments_for(*length, segment);
  }
  return amounts;
}

Result<Derived> derive(const Start& start, std::span<const std::optional<std::size_t>> lengths) {
  HF_ASSIGN_OR_RETURN(const auto base, base_value(start));
  HF_ASSIGN_OR_RETURN(const Sp800Param param, start.parameter<Sp800Param>());
  HF_ASSIGN_OR_RETURN(const crypto::KbkdfPrf prf, prf_of(param.prf));
  // An AES key is for CMAC, and only that is (table of the base key's types).
  const bool is_aes = std::holds_alternative<std::shared_ptr<const AesMaterial>>(start.key);
  if (!prf.hmac.has_value() && !is_aes) return fail(Rv::key_type_inconsistent, "CMAC takes a key of AES");
  HF_ASSIGN_OR_RETURN(const Amounts amounts, amounts_of(lengths, prf.size()));
  Input input(start, param, amounts, prf.size());
  HF_TRY(input.build());
  HF_ASSIGN_OR_RETURN(const SecretBytes material, crypto::kbkdf({.mode = mode_of(start.row),
                                                                 .prf = prf,
                                                                 .fields = input.fields(),
                                                                 .iv = param.iv},
                                                                *base, amounts.segments));
  Derived derived;
  std::size_t at = 0;
  for (const std::optional<std::size_t>& length : lengths) {
    HF_ASSIGN_OR_RETURN(SecretBytes key, crypto::slice(material, at, *length));
    derived.keys.push_back(std::move(key));
    at += segments_for(*length, prf.size()) * prf.size();
  }
  return derived;
}

Result<std::vector<PlannedKey>> plan(const MechanismRow&, const MechanismParam& parameter, const wire::Template& list) {
  const auto* const param = std::get_if<Sp800Param>(&parameter);
  if (param == nullptr) return fail(Rv::mechanism_param_invalid, "row and parameter disagree");
  std::vector<PlannedKey> keys;
  keys.push_back({.attributes = to_bytes(list.attributes)});
  for (const wire::Template& additional : param->additional_keys)
    keys.push_back({.attributes = to_bytes(additional.attributes)});
  return keys;
}

constexpr MechanismRow row(CK_MECHANISM_TYPE id, wire::ParamKind param) {
  return {.id = static_cast<std::uint32_t>(id),
          .keys = kSecretKeyTypes,
          .size = Bits{8, 4096},
          .param = param,
          .derives = {.secrecy = Secrecy::inherited, .generic_by_default = true},
          .ops = {.plan = &plan, .derive_keys = &derive}};
}

constexpr MechanismRow kRows[] = {
    row(CKM_SP800_108_COUNTER_KDF, wire::ParamKind::sp800_108),
    row(CKM_SP800_108_FEEDBACK_KDF, wire::ParamKind::sp800_108_feedback),
    row(CKM_SP800_108_DOUBLE_PIPELINE_KDF, wire::ParamKind::sp800_108),
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> sp800_108_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
