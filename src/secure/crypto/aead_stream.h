#pragma once

#include "secure/crypto/aead.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {

// Private to this folder: the AEADs that libcrypto has as one cipher.

/// feed hands text to a cipher, or associated data when `out` is null.
Result<void> feed(EVP_CIPHER_CTX* context, ByteView in, std::byte* out);
/// make_tag ends an encryption, check_tag a decryption.
Result<void> make_tag(EVP_CIPHER_CTX* context, MutableByteView tag);
Result<void> check_tag(EVP_CIPHER_CTX* context, ByteView tag);

/// LibcryptoAead is a stream over a context that has its key, nonce and associated data. Context is its owner.
template <class Context>
class LibcryptoAead final : public AeadStream {
 public:
  LibcryptoAead(Context context, std::size_t tag_bytes) : context_(std::move(context)), tag_bytes_(tag_bytes) {}

  Result<void> update(ByteView in, MutableByteView out) override {
    if (out.size() < in.size()) return fail(Rv::buffer_too_small, "no room for a cipher's output");
    return feed(context_.get(), in, out.data());
  }
  Result<void> finish(MutableByteView tag) override {
    if (tag.size() < tag_bytes_) return fail(Rv::buffer_too_small, "no room for a tag");
    return make_tag(context_.get(), tag.first(tag_bytes_));
  }
  Result<void> verify(ByteView tag) override {
    if (tag.size() != tag_bytes_) return fail(Rv::encrypted_data_invalid, "the tag is of another length");
    return check_tag(context_.get(), tag);
  }

 private:
  Context context_;
  std::size_t tag_bytes_;
};

}  // namespace holdfast::secure::crypto
