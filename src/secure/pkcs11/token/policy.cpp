#include "secure/pkcs11/token/policy.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "base/byte_reader.h"
#include "base/log.h"
#include "base/log_interval.h"
#include "secure/pkcs11/operations/begin.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::size_t kLeastRsaBits = 2048;
// TokenState.flags: this bit tells that the others are a policy.
constexpr std::uint32_t kIsStated = 1u << 31;

bool signs(Verb verb) { return verb == Verb::sign || verb == Verb::message_sign; }

/// protects_anew tells the verbs that SP 800-131A ends for a cipher; their counterparts process what is there already.
bool protects_anew(Verb verb) {
  return signs(verb) || verb == Verb::encrypt || verb == Verb::message_encrypt || verb == Verb::wrap || verb == Verb::generate ||
         verb == Verb::derive;
}

bool is_triple_des(ck::MechanismType mechanism) {
  const std::optional<ck::KeyType> type = key_type_of(mechanism);
  return type == ck::KeyType{CKK_DES2} || type == ck::KeyType{CKK_DES3};
}

/// refused_for names the part of the policy that bars a mechanism from a verb. An HMAC is no signature: that MD5 and SHA-1
/// collide does not break it.
std::optional<Legacy> refused_for(TokenPolicy policy, Verb verb, ck::MechanismType mechanism) {
  const bool begins = signs(verb) || verb == Verb::generate_pair;
  if (begins && policy.refuses(Legacy::dsa_signing) && key_type_of(mechanism) == ck::KeyType{CKK_DSA}) return Legacy::dsa_signing;
  if (protects_anew(verb) && policy.refuses(Legacy::triple_des) && is_triple_des(mechanism)) return Legacy::triple_des;
  const std::optional<HashUse> use = hash_use(mechanism);
  if (!use.has_value()) return std::nullopt;
  const bool is_md5 = use->digest == crypto::DigestKind::md5;
  const bool is_sha1 = use->digest == crypto::DigestKind::sha1;
  if (is_md5 && policy.refuses(Legacy::md5)) return Legacy::md5;
  if (!signs(verb) || !use->is_signature) return std::nullopt;
  if (is_md5 && policy.refuses(Legacy::md5_signing)) return Legacy::md5_signing;
  if (is_sha1 && policy.refuses(Legacy::sha1_signing)) return Legacy::sha1_signing;
  return std::nullopt;
}

const char* refusal(Legacy what) {
  switch (what) {
    case Legacy::small_rsa:
      return "the token's policy refuses new RSA keys below 2048 bits";
    case Legacy::md5_signing:
      return "the token's policy refuses signatures over MD5";
    case Legacy::sha1_signing:
      return "the token's policy refuses signatures over SHA-1";
    case Legacy::md5:
      return "the token's policy refuses MD5";
    case Legacy::dsa_signing:
      return "the token's policy refuses new DSA keys and signatures";
    case Legacy::triple_des:
      return "the token's policy refuses to begin anything with triple DES";
  }
  return "the token's policy refuses this";
}

Unexpected<Error> refuse(Rv rv, Legacy what) {
  static constinit log::Interval interval;
  if (interval.has_passed()) log::info(refusal(what), {{"rv", static_cast<std::uint64_t>(rv)}});
  return fail(rv, refusal(what));
}

std::size_t bits_of(ByteView big_endian) {
  while (!big_endian.empty() && big_endian.front() == std::byte{0}) big_endian = big_endian.subspan(1);
  if (big_endian.empty()) return 0;
  return 8 * (big_endian.size() - 1) + static_cast<std::size_t>(std::bit_width(std::to_integer<unsigned>(big_endian.front())));
}

/// For PSS without a hash of its own, the parameter's first field is the hash (OP-TEE ABI section 7).
bool names_sha1(const wire::Mechanism& mechanism) {
  if (mechanism.type.value != CKM_RSA_PKCS_PSS) return false;
  const auto hash = ByteReader(mechanism.param).u32();
  return hash && *hash == CKM_SHA_1;
}

}  // namespace

Result<void> check_new_object(TokenPolicy policy, const AttributeSet& attributes) {
  if (!policy.refuses(Legacy::small_rsa)) return {};
  const std::uint32_t object_class = attributes.object_class().value;
  if (object_class != CKO_PUBLIC_KEY && object_class != CKO_PRIVATE_KEY) return {};
  const Bytes* const modulus = attributes.find(ck::AttributeType{CKA_MODULUS});
  if (modulus == nullptr || modulus->empty() || bits_of(*modulus) >= kLeastRsaBits) return {};
  return refuse(Rv::key_size_range, Legacy::small_rsa);
}

Result<void> check_operation(TokenPolicy policy, Verb verb, const wire::Mechanism& mechanism) {
  if (const auto what = refused_for(policy, verb, mechanism.type)) return refuse(Rv::mechanism_invalid, *what);
  if (signs(verb) && policy.refuses(Legacy::sha1_signing) && names_sha1(mechanism))
    return refuse(Rv::mechanism_param_invalid, Legacy::sha1_signing);
  return {};
}

wire::MechanismInfo::Reply info_under(TokenPolicy policy, const OfferedMechanism& mechanism) {
  return under(policy, mechanism.type,
               {.min_key_size = mechanism.min_key_size, .max_key_size = mechanism.max_key_size, .flags = mechanism.flags});
}

wire::MechanismInfo::Reply under(TokenPolicy policy, ck::MechanismType mechanism, wire::MechanismInfo::Reply info) {
  struct Flag {
    Verb verb;
    std::uint32_t flag;
  };
  constexpr std::array kFlags{Flag{Verb::sign, CKF_SIGN}, Flag{Verb::verify, CKF_VERIFY}, Flag{Verb::digest, CKF_DIGEST},
                              Flag{Verb::message_sign, CKF_MESSAGE_SIGN}, Flag{Verb::message_verify, CKF_MESSAGE_VERIFY},
                              Flag{Verb::generate_pair, CKF_GENERATE_KEY_PAIR}, Flag{Verb::encrypt, CKF_ENCRYPT},
                              Flag{Verb::wrap, CKF_WRAP}, Flag{Verb::generate, CKF_GENERATE}, Flag{Verb::derive, CKF_DERIVE}};
  for (const Flag& each : kFlags)
    if (refused_for(policy, each.verb, mechanism)) info.flags &= ~each.flag;
  if ((info.flags & (CKF_MESSAGE_SIGN | CKF_MESSAGE_VERIFY | CKF_MESSAGE_ENCRYPT)) == 0) info.flags &= ~std::uint32_t{CKF_MULTI_MESSAGE};
  if (policy.refuses(Legacy::small_rsa) && mechanism.value == CKM_RSA_PKCS_KEY_PAIR_GEN)
    info.min_key_size = std::max(info.min_key_size, static_cast<std::uint32_t>(kLeastRsaBits));
  return info;
}

std::uint32_t as_token_flags(TokenPolicy policy) { return kIsStated | policy.bits(); }

TokenPolicy policy_of(std::uint32_t token_flags, TokenPolicy otherwise) {
  if ((token_flags & kIsStated) == 0) return otherwise;
  TokenPolicy policy = TokenPolicy::refuse_nothing();
  for (const LegacyName& each : kLegacyNames)
    if ((token_flags & static_cast<std::uint32_t>(each.what)) != 0) policy = policy.refuse(each.what);
  return policy;
}

}  // namespace holdfast::secure::pkcs11
