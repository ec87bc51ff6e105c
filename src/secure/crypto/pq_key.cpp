#include "secure/crypto/pq_key.h"

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"
#include "secure/crypto/pq_key_impl.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

// libcrypto's names of the parts, which 3.0's headers lack.
constexpr const char* kPublicPart = "pub";
constexpr const char* kPrivatePart = "priv";
constexpr const char* kSeedPart = "seed";

Result<void> read_part(const EVP_PKEY* key, const char* name, MutableByteView out) {
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(key, name, u8(out), out.size(), &size) != 1 || size != out.size())
    return libcrypto_failure(Rv::general_error, "libcrypto does not tell a part of the key");
  return {};
}

Result<SecretBytes> read_secret_part(const EVP_PKEY* key, const char* name, std::size_t size) {
  HF_ASSIGN_OR_RETURN(SecretBytes out, SecretBytes::allocate(size));
  HF_TRY(read_part(key, name, SecretUse::fill(out)));
  return out;
}

Result<PkeyPtr> build(const PqParams& params, const char* part, ByteView value, std::size_t size, int selection,
                      Rv refusal) {
  if (!available(params)) return fail(Rv::parameter_set_not_supported, "libcrypto lacks the parameter set");
  if (value.size() != size) return fail(refusal, "not the length of the parameter set");
  PkeyParams parts;
  HF_TRY(parts.octets(part, value));
  return parts.build(params.name, selection, refusal);
}

Result<PkeyPtr> build_private(const PqParams& params, const SecretBytes* seed, const SecretBytes* value, Rv refusal) {
  if (seed == nullptr) {
    if (value == nullptr) return fail(refusal, "a private key without any of its parts");
    return build(params, kPrivatePart, SecretUse::see(*value), params.private_bytes, EVP_PKEY_KEYPAIR, refusal);
  }
  if (params.seed_bytes == 0) return fail(refusal, "keys of this family have no seed");
  HF_ASSIGN_OR_RETURN(PkeyPtr key,
                      build(params, kSeedPart, SecretUse::see(*seed), params.seed_bytes, EVP_PKEY_KEYPAIR, refusal));
  if (value != nullptr) {
    HF_ASSIGN_OR_RETURN(const SecretBytes expanded, read_secret_part(key.get(), kPrivatePart, params.private_bytes));
    if (!equal_secrets(expanded, *value)) return fail(refusal, "seed and private key are of different keys");
  }
  return key;
}

}  // namespace

Result<PqPublicKey> PqPublicKey::from_value(const PqParams& params, ByteView value, Rv refusal) {
  auto impl = std::make_shared<Impl>();
  impl->params = &params;
  HF_ASSIGN_OR_RETURN(impl->key, build(params, kPublicPart, value, params.public_bytes, EVP_PKEY_PUBLIC_KEY, refusal));
  impl->value = to_bytes(value);
  return PqPublicKey(std::move(impl));
}

const PqParams& PqPublicKey::params() const noexcept { return *impl_->params; }
ByteView PqPublicKey::value() const noexcept { return impl_->value; }

Result<PqPrivateKey> PqPrivateKey::from_parts(const PqParams& params, const SecretBytes* seed, const SecretBytes* value,
                                              Rv refusal) {
  auto impl = std::make_shared<Impl>();
  impl->params = &params;
  HF_ASSIGN_OR_RETURN(impl->key, build_private(params, seed, value, refusal));
  impl->public_value.resize(params.public_bytes);
  HF_TRY(read_part(impl->key.get(), kPublicPart, impl->public_value));
  return PqPrivateKey(std::move(impl));
}

const PqParams& PqPrivateKey::params() const noexcept { return *impl_->params; }
ByteView PqPrivateKey::public_value() const noexcept { return impl_->public_value; }

Result<PqKeyPair> generate_pq(const PqParams& params) {
  if (!available(params)) return fail(Rv::parameter_set_not_supported, "libcrypto lacks the parameter set");
  PkeyParams no_choices;
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, no_choices.generate(params.name));
  PqKeyPair pair;
  pair.public_value.resize(params.public_bytes);
  HF_TRY(read_part(key.get(), kPublicPart, pair.public_value));
  HF_ASSIGN_OR_RETURN(pair.value, read_secret_part(key.get(), kPrivatePart, params.private_bytes));
  if (params.seed_bytes != 0) {
    HF_ASSIGN_OR_RETURN(pair.seed, read_secret_part(key.get(), kSeedPart, params.seed_bytes));
  }
  return pair;
}

Result<SecretBytes> expand_seed(const PqParams& params, const SecretBytes& seed) {
  HF_ASSIGN_OR_RETURN(const PkeyPtr key, build_private(params, &seed, nullptr, Rv::attribute_value_invalid));
  return read_secret_part(key.get(), kPrivatePart, params.private_bytes);
}

Result<SecretBytes> encode_pq_private(const PqParams& params, const SecretBytes* seed, const SecretBytes& value) {
  if (params.seed_bytes == 0) return copy(value);
  const std::size_t seed_bytes = seed == nullptr ? 0 : seed->size();
  HF_ASSIGN_OR_RETURN(SecretBytes room,
                      SecretBytes::allocate(seed_bytes + value.size() + 3 * DerWriter::kMaxHeaderBytes));
  DerWriter writer(SecretUse::fill(room));
  const std::size_t end = writer.mark();
  writer.element(DerTag::octet_string, SecretUse::see(value));
  if (seed != nullptr) {
    writer.element(DerTag::octet_string, SecretUse::see(*seed));
    writer.close(DerTag::sequence, end);
  }
  if (!writer.fits()) return fail(Rv::general_error, "a private key larger than its room");
  return to_secret(writer.view());
}

Result<PqPrivateParts> decode_pq_private(const PqParams& params, const SecretBytes& encoded) {
  PqPrivateParts parts;
  if (params.seed_bytes == 0) {
    HF_ASSIGN_OR_RETURN(parts.value, copy(encoded));
    return parts;
  }
  const auto wrong = [] { return fail(Rv::wrapped_key_invalid, "neither a seed nor a private key"); };
  DerReader reader(SecretUse::see(encoded));
  const auto take = [](DerReader& from, DerTag tag, SecretBytes& into) {
    const Result<ByteView> content = from.take(tag);
    if (!content) return false;
    Result<SecretBytes> kept = to_secret(*content);
    if (kept) into = std::move(*kept);
    return kept.has_value();
  };
  if (reader.next_is(DerTag::sequence)) {
    Result<DerReader> both = reader.enter(DerTag::sequence);
    if (!both || !take(*both, DerTag::octet_string, parts.seed) || !take(*both, DerTag::octet_string, parts.value) ||
        !both->at_end())
      return wrong();
  } else if (reader.next_is(DerTag::context_0_primitive)) {
    if (!take(reader, DerTag::context_0_primitive, parts.seed)) return wrong();
  } else if (!take(reader, DerTag::octet_string, parts.value)) {
    return wrong();
  }
  if (!reader.at_end()) return wrong();
  return parts;
}

}  // namespace holdfast::secure::crypto
