#include "cryptoki/optee/mechanism_rules.h"

#include <algorithm>
#include <array>
#include <limits>

#include "base/byte_reader.h"
#include "base/byte_writer.h"
#include "cryptoki/optee/curve.h"
#include "cryptoki/optee/key_facts.h"

namespace holdfast::cryptoki::optee {
namespace {

using wire::OpteeOutput;
using wire::ParamKind;

constexpr std::size_t kBlock = 16;
/// The longest result of any key, for a key that does not tell its size: RSA with 4096 bits.
constexpr std::size_t kLongestResult = 512;

Unexpected<Error> wrong_param(const char* why) { return fail(Rv::mechanism_param_invalid, why); }

/// replace_param puts other bytes in the place of a mechanism's parameter.
Result<void> replace_param(wire::Mechanism& mechanism, SecretBytes& memory, ByteView param) {
  HF_ASSIGN_OR_RETURN(memory, wire::SecretCodec::copy(param));
  mechanism.param = wire::SecretCodec::see(memory);
  return {};
}

/// bytes_before_wrap is how much data a counter of `bits` bits takes from `block` on; all there is when no program has as
/// much.
std::uint64_t bytes_before_wrap(std::uint32_t bits, ByteView block) {
  constexpr std::uint32_t kCountable = 59;  // whose bytes 64 bits hold; a counter that has more bits left never wraps
  const auto bit = [&](std::uint32_t i) {
    return std::to_integer<std::uint32_t>(block[block.size() - 1 - i / 8]) >> (i % 8) & 1U;
  };
  std::uint64_t value = 0;
  for (std::uint32_t i = 0; i < std::min(bits, kCountable); ++i) value |= std::uint64_t{bit(i)} << i;
  if (bits > kCountable) {
    bool all_ones = true;
    for (std::uint32_t i = kCountable; i < bits; ++i) all_ones = all_ones && bit(i) == 1;
    if (!all_ones) return std::numeric_limits<std::uint64_t>::max();
  }
  return ((std::uint64_t{1} << std::min(bits, kCountable)) - value) * kBlock;
}

/// OP-TEE takes 1 counter bit alone, and then counts with the whole block (OP-TEE ABI section 7). That is what the
/// caller asked for as long as the caller's own counter does not wrap, or when it is the whole block.
Result<std::uint64_t> fit_counter(wire::Mechanism& mechanism, SecretBytes& memory) {
  ByteReader reader(mechanism.param);
  HF_ASSIGN_OR_RETURN(const std::uint32_t bits, reader.u32());
  HF_ASSIGN_OR_RETURN(const ByteView block, reader.take(kBlock));
  if (bits == 0 || bits > 8 * kBlock) return wrong_param("no such number of counter bits");
  const std::uint64_t most =
      bits == 8 * kBlock ? std::numeric_limits<std::uint64_t>::max() : bytes_before_wrap(bits, block);
  HF_TRY(replace_param(mechanism, memory, ByteWriter().u32(1).raw(block).view()));
  return most;
}

/// gcm_tag_bytes refuses what OP-TEE's core does not take: its application dies of it at the first use.
Result<std::size_t> gcm_tag_bytes(ByteView param) {
  ByteReader reader(param);
  HF_ASSIGN_OR_RETURN(const ByteView iv, reader.sized(param.size()));
  HF_TRY(reader.sized(param.size()));
  HF_ASSIGN_OR_RETURN(const std::uint32_t tag_bits, reader.u32());
  if (iv.empty() || iv.size() > 256) return wrong_param("OP-TEE takes an IV of 1 to 256 bytes");
  if (tag_bits < 96 || tag_bits > 128 || tag_bits % 8 != 0) return wrong_param("OP-TEE takes tags of 96 to 128 bits");
  return tag_bits / 8;
}

/// fit_label_source: a source of 0 says that there is no label, and is common; OP-TEE knows none but 1, with a label of
/// no bytes.
Result<void> fit_label_source(wire::Mechanism& mechanism, SecretBytes& memory, std::size_t before_source) {
  ByteReader reader(mechanism.param);
  HF_ASSIGN_OR_RETURN(const ByteView before, reader.take(before_source));
  HF_ASSIGN_OR_RETURN(const std::uint32_t source, reader.u32());
  HF_ASSIGN_OR_RETURN(const ByteView label, reader.sized(mechanism.param.size()));
  if (source != 0 || !label.empty()) return {};
  return replace_param(mechanism, memory, ByteWriter().raw(before).u32(CKZ_DATA_SPECIFIED).u32(0).view());
}

Result<std::size_t> field_pair(const Client& client, ck::SessionHandle session, ck::ObjectHandle key) {
  HF_ASSIGN_OR_RETURN(const Bytes params, read_attribute(client, session, key, CKA_EC_PARAMS, kMostEcParams));
  const Curve* const curve = find_curve(params);
  if (curve == nullptr) return fail(Rv::curve_not_supported);
  return 2 * curve->field_bytes;
}

/// A key that tells nothing of itself is one that OP-TEE will refuse, with the right code: then any bound does.
std::size_t known_or_longest(const Result<std::size_t>& size) { return size ? *size : kLongestResult; }

/// result_bytes is the length of the operation's result.
Result<std::size_t> result_bytes(const Client& client, ck::SessionHandle session, ck::ObjectHandle key,
                                 const wire::OpteeMechanism& row, ByteView param) {
  switch (row.output) {
    case OpteeOutput::fixed:
      return row.bytes;
    case OpteeOutput::chosen: {
      HF_ASSIGN_OR_RETURN(const std::uint32_t mac_bytes, ByteReader(param).u32());
      return mac_bytes;
    }
    case OpteeOutput::modulus:
      return known_or_longest(attribute_size(client, session, key, CKA_MODULUS));
    case OpteeOutput::two_fields:
      return known_or_longest(field_pair(client, session, key));
    case OpteeOutput::tagged:
      return gcm_tag_bytes(param);
    case OpteeOutput::none:
    case OpteeOutput::as_input:
    case OpteeOutput::held_back:
      return 0;
  }
  return 0;
}

/// unwrap_point takes the DER octet string off a point. OP-TEE would take its head for the point's own, since both begin
/// with 04.
ByteView unwrap_point(const Curve& curve, ByteView point) {
  const std::size_t raw = 1 + 2 * curve.field_bytes;
  constexpr std::byte kOctetString{0x04};
  constexpr std::byte kOneLengthByte{0x81};
  if (point.empty() || point[0] != kOctetString) return point;
  if (raw < 128 && point.size() == raw + 2 && point[1] == std::byte(raw)) return point.subspan(2);
  if (raw >= 128 && point.size() == raw + 3 && point[1] == kOneLengthByte && point[2] == std::byte(raw))
    return point.subspan(3);
  return point;
}

constexpr std::array<std::byte, 4> word(std::size_t number) {
  return {std::byte(number), std::byte(number >> 8), std::byte(number >> 16), std::byte(number >> 24)};
}

/// fit_secret_length: OP-TEE wants a length, and cuts a longer secret at its end where the standard cuts at its beginning
/// (OP-TEE ABI section 11.4). So only the whole secret can be had from it.
Result<void> fit_secret_length(const Curve& curve, AttributeList& attributes) {
  static constexpr std::array kLengths{word(24), word(28), word(32), word(48)};
  if (const auto wanted = attributes.number(CKA_VALUE_LEN)) {
    if (*wanted < curve.field_bytes) return fail(Rv::key_size_range, "OP-TEE shortens a secret at the wrong end");
    return {};
  }
  for (const auto& length : kLengths)
    if (length == word(curve.field_bytes)) attributes.add_if_absent(CKA_VALUE_LEN, length);
  return {};
}

}  // namespace

Result<Operation> fit_operation(const Client& client, Verb verb, ck::SessionHandle session, ck::ObjectHandle key,
                                wire::Mechanism& mechanism, SecretBytes& memory) {
  Operation operation{.verb = verb};
  const wire::OpteeMechanism* const row = wire::find_optee_mechanism(mechanism.type);
  if (row == nullptr) return operation;  // OP-TEE refuses it, after it has looked at what is active
  operation.output = row->output;
  HF_ASSIGN_OR_RETURN(operation.result_bytes, result_bytes(client, session, key, *row, mechanism.param));
  if (row->param == ParamKind::rsa_oaep) HF_TRY(fit_label_source(mechanism, memory, 2 * sizeof(std::uint32_t)));
  if (row->param == ParamKind::aes_ctr) {
    HF_ASSIGN_OR_RETURN(operation.most_input, fit_counter(mechanism, memory));
  }
  return operation;
}

Result<void> fit_wrapping(wire::Mechanism& mechanism, SecretBytes& memory) {
  if (mechanism.type.value == CKM_AES_GCM) HF_TRY(gcm_tag_bytes(mechanism.param));
  if (mechanism.type.value != CKM_RSA_AES_KEY_WRAP) return {};
  // AES bits, hash and MGF; then the source and the label.
  constexpr std::size_t kBeforeSource = 3 * sizeof(std::uint32_t);
  HF_TRY(fit_label_source(mechanism, memory, kBeforeSource));
  ByteReader reader(mechanism.param);
  HF_TRY(reader.take(kBeforeSource + sizeof(std::uint32_t)));
  HF_ASSIGN_OR_RETURN(const ByteView label, reader.sized(mechanism.param.size()));
  if (!label.empty()) return wrong_param("OP-TEE leaves out the label");
  return {};
}

Result<void> fit_unwrapping(const Client& client, const wire::UnwrapKey::Request& request, ByteView wrapped,
                            wire::Mechanism& mechanism, SecretBytes& memory) {
  HF_TRY(fit_wrapping(mechanism, memory));
  if (mechanism.type.value != CKM_RSA_AES_KEY_WRAP) return {};
  const auto modulus = attribute_size(client, request.session, request.unwrapping_key, CKA_MODULUS);
  if (modulus && wrapped.size() <= *modulus) return fail(Rv::wrapped_key_len_range, "no key behind the wrapped AES key");
  return {};
}

Result<void> check_wrapped_key(const Client& client, ck::SessionHandle session, ck::ObjectHandle key) {
  const auto object_class = read_number(client, session, key, CKA_CLASS);
  if (object_class && *object_class == CKO_PRIVATE_KEY)
    return fail(Rv::key_not_wrappable, "OP-TEE wraps RSA keys as PKCS#1 instead of PKCS#8, and others not at all");
  return {};
}

Result<void> fit_agreement(const Client& client, ck::SessionHandle session, ck::ObjectHandle parent,
                           wire::Mechanism& mechanism, SecretBytes& memory, AttributeList& attributes) {
  ByteReader reader(mechanism.param);
  HF_ASSIGN_OR_RETURN(const std::uint32_t kdf, reader.u32());
  HF_ASSIGN_OR_RETURN(const ByteView shared_data, reader.sized(mechanism.param.size()));
  HF_ASSIGN_OR_RETURN(ByteView point, reader.sized(mechanism.param.size()));
  if (kdf != CKD_NULL || !shared_data.empty()) return wrong_param("OP-TEE knows no key derivation function");
  if (point.empty()) return wrong_param("no point");
  const auto params = read_attribute(client, session, parent, CKA_EC_PARAMS, kMostEcParams);
  // Not a key of a curve: OP-TEE refuses it before it looks at the point.
  if (!params) return {};
  const Curve* const curve = find_curve(*params);
  if (curve == nullptr) return {};
  point = unwrap_point(*curve, point);
  if (curve->prime.empty()) return fail(Rv::key_size_range, "OP-TEE agrees on no keys with this curve");
  if (!is_on_curve(*curve, point)) return wrong_param("not a point of the curve");
  HF_TRY(replace_param(mechanism, memory, ByteWriter().u32(kdf).u32(0).sized(point).view()));
  return fit_secret_length(*curve, attributes);
}

}  // namespace holdfast::cryptoki::optee
