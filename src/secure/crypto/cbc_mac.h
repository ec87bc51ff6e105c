#pragma once

#include <array>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/aes_key.h"

namespace holdfast::secure::crypto {

/// CbcMac is the last block of a CBC encryption under a zero iv, the data padded with zeros to whole blocks (FIPS 113), in
/// parts. Messages of one length only are safe under one key. One thread at a time.
class CbcMac {
 public:
  static Result<CbcMac> aes(const AesKey& key);
  /// triple_des fails with Rv::key_size_range unless the key has 16 or 24 bytes.
  static Result<CbcMac> triple_des(const SecretBytes& key);

  /// size is a block.
  std::size_t size() const noexcept { return block_bytes_; }
  Result<void> update(ByteView data);
  /// pad ends a field of the data: zeros follow to the end of its block.
  Result<void> pad();
  /// finish writes size() bytes (Rv::buffer_too_small for less room, and it can go on); after success it is spent.
  Result<void> finish(MutableByteView out);
  Result<CbcMac> copy() const;

 private:
  using Context = std::variant<AesContext, CipherContextPtr>;
  CbcMac(Context context, std::size_t block_bytes) : context_(std::move(context)), block_bytes_(block_bytes) {}
  evp_cipher_ctx_st* context() const;

  Context context_;
  std::size_t block_bytes_;
  std::size_t held_ = 0;  // bytes of a block that is not complete
  bool is_empty_ = true;
  std::array<std::byte, kAesBlockBytes> last_{};
};

}  // namespace holdfast::secure::crypto
