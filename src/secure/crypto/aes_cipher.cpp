#include "secure/crypto/aes_cipher.h"

#include <limits>

#include "secure/crypto/aes_context.h"
#include "secure/crypto/secret_use.h"

namespace holdfast::secure::crypto {
namespace {

constexpr std::uint64_t kManyBlocks = std::numeric_limits<std::uint64_t>::max();

struct ModeFacts {
  Cut cut;
  // The contexts that a key keeps, or where it keeps none, the cipher.
  std::optional<AesUse> encrypt;
  std::optional<AesUse> decrypt;
  EVP_CIPHER* AesCiphers::* cipher;
};

const ModeFacts& facts_of(AesMode mode) {
  // In the order of AesMode.
  static constexpr std::array<ModeFacts, 8> kFacts = {{
      {Cut::blocks, AesUse::ecb_encrypt, AesUse::ecb_decrypt, nullptr},
      {Cut::blocks, AesUse::cbc_encrypt, AesUse::cbc_decrypt, nullptr},
      {Cut::padded_blocks, AesUse::cbc_pad_encrypt, AesUse::cbc_pad_decrypt, nullptr},
      {Cut::bytes, AesUse::ctr, AesUse::ctr, nullptr},
      {Cut::bytes, std::nullopt, std::nullopt, &AesCiphers::ofb},
      {Cut::bytes, std::nullopt, std::nullopt, &AesCiphers::cfb1},
      {Cut::bytes, std::nullopt, std::nullopt, &AesCiphers::cfb8},
      {Cut::bytes, std::nullopt, std::nullopt, &AesCiphers::cfb128},
  }};
  return kFacts[static_cast<std::size_t>(mode)];
}

// PKCS#11 3.2, "AES-CTR": the counter bits must not overflow. So 2^bits - start blocks may be processed; what does not
// fit in 64 bits is more than anyone can.
std::uint64_t counter_blocks(ByteView block, std::size_t bits) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    high = high << 8 | std::to_integer<std::uint64_t>(block[i]);
    low = low << 8 | std::to_integer<std::uint64_t>(block[i + 8]);
  }
  if (bits < 64) {
    const std::uint64_t span = std::uint64_t{1} << bits;
    return span - (low & (span - 1));
  }
  // -(high:low) modulo 2^bits, where zero stands for 2^bits.
  const std::uint64_t negated_low = ~low + 1;
  const std::uint64_t negated_high = ~high + (low == 0 ? 1 : 0);
  const std::uint64_t high_mask = bits == 128 ? kManyBlocks : (std::uint64_t{1} << (bits - 64)) - 1;
  const bool beyond = (negated_high & high_mask) != 0 || negated_low == 0;
  return beyond ? kManyBlocks : negated_low;
}

Result<void> check_params(const AesCipherParams& params) {
  const std::size_t iv_bytes = params.mode == AesMode::ecb ? 0 : kAesBlockBytes;
  if (params.iv.size() != iv_bytes) return fail(Rv::mechanism_param_invalid, "an iv of a size the mode does not have");
  if (params.mode == AesMode::ctr && (params.counter_bits < 1 || params.counter_bits > 128))
    return fail(Rv::mechanism_param_invalid, "counter width outside 1 to 128 bits");
  return {};
}

Result<CipherContextPtr> new_context(const AesKey& key, EVP_CIPHER* AesCiphers::* cipher, CipherDirection direction) {
  const AesKey::Impl& parsed = *key.impl();
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  if (!context || EVP_CipherInit_ex2(context.get(), parsed.ciphers->*cipher, u8(SecretUse::see(parsed.key)), nullptr,
                                     direction == CipherDirection::encrypt ? 1 : 0, nullptr) != 1)
    return libcrypto_failure(Rv::device_memory, "no cipher context");
  return context;
}

Result<void> set_iv(EVP_CIPHER_CTX* context, ByteView iv) {
  if (EVP_CipherInit_ex2(context, nullptr, nullptr, iv.empty() ? nullptr : u8(iv), -1, nullptr) != 1)
    return libcrypto_failure(Rv::general_error, "cipher init failed");
  return {};
}

}  // namespace

Result<AesCipher> AesCipher::create(const AesKey& key, CipherDirection direction, const AesCipherParams& params) {
  HF_TRY(check_params(params));
  const ModeFacts& facts = facts_of(params.mode);
  if (facts.cipher != nullptr) {
    HF_ASSIGN_OR_RETURN(CipherContextPtr context, new_context(key, facts.cipher, direction));
    HF_TRY(set_iv(context.get(), params.iv));
    return AesCipher(Context(std::move(context)), direction, facts.cut, kManyBlocks);
  }
  const AesUse use = direction == CipherDirection::encrypt ? *facts.encrypt : *facts.decrypt;
  HF_ASSIGN_OR_RETURN(AesContext context, borrow_context(key, use));
  HF_TRY(set_iv(context.get(), params.iv));
  const bool counts = params.mode == AesMode::ctr;
  return AesCipher(Context(std::move(context)), direction, facts.cut,
                   counts ? counter_blocks(params.iv, params.counter_bits) : kManyBlocks);
}

Result<Bytes> encrypt_secret(const AesKey& key, const AesCipherParams& params, const SecretBytes& secret) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, CipherDirection::encrypt, params));
  return encrypt_secret(cipher, secret);
}

Result<SecretBytes> decrypt_secret(const AesKey& key, const AesCipherParams& params, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(AesCipher cipher, AesCipher::create(key, CipherDirection::decrypt, params));
  return decrypt_secret(cipher, wrapped);
}

}  // namespace holdfast::secure::crypto
