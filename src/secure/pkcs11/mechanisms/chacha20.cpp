#include "secure/crypto/chacha20.h"

#include "secure/pkcs11/mechanisms/block_cipher.h"

// CKM_CHACHA20, with a nonce of 96 bits (RFC 8439) or of 64 (the original). libcrypto has no XChaCha20.

namespace holdfast::secure::pkcs11 {
namespace {

using crypto::CipherDirection;

Result<crypto::ChaCha20> cipher_for(const Start& start, CipherDirection direction) {
  HF_ASSIGN_OR_RETURN(const auto key, start.material<std::shared_ptr<const SecretBytes>>());
  HF_ASSIGN_OR_RETURN(const ChaCha20Param param, start.parameter<ChaCha20Param>());
  return crypto::ChaCha20::create(*key, direction, param.block_counter, param.nonce);
}

Made<Cipher> new_encryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::ChaCha20 cipher, cipher_for(start, CipherDirection::encrypt));
  return new_block_cipher(std::move(cipher), nullptr);
}

Made<Cipher> new_decryptor(const Start& start) {
  HF_ASSIGN_OR_RETURN(crypto::ChaCha20 cipher, cipher_for(start, CipherDirection::decrypt));
  return new_block_cipher(std::move(cipher), nullptr);
}

Result<Bytes> wrap(const Start& start, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(crypto::ChaCha20 cipher, cipher_for(start, CipherDirection::encrypt));
  return wrap_with_blocks(std::move(cipher), key);
}

Result<SecretBytes> unwrap(const Start& start, ByteView wrapped) {
  HF_ASSIGN_OR_RETURN(crypto::ChaCha20 cipher, cipher_for(start, CipherDirection::decrypt));
  return crypto::decrypt_secret(cipher, wrapped);
}

constexpr MechanismRow kRows[] = {
    {.id = CKM_CHACHA20,
     .keys = {CKK_CHACHA20},
     .size = Bits{256, 256},
     .param = wire::ParamKind::chacha20,
     .parts = Parts::any,
     .ops = {.encrypt = &new_encryptor, .decrypt = &new_decryptor, .wrap = &wrap, .unwrap = &unwrap},
     .available = &crypto::has_chacha20},
};
HF_CHECK_ROWS(kRows);

}  // namespace

std::span<const MechanismRow> chacha20_rows() { return kRows; }

}  // namespace holdfast::secure::pkcs11
