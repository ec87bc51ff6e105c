#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/crypto/libcrypto.h"

namespace holdfast::secure::crypto {

// Private to this folder: how numbers go into and come out of libcrypto's key objects.

/// without_leading_zeroes is the same big-endian number in its shortest form; zero becomes empty.
ByteView without_leading_zeroes(ByteView number) noexcept;

/// PkeyParams collects the parameters of a key for libcrypto, which wants numbers in the machine's byte order. They are
/// held in locked memory until the key is built.
class PkeyParams {
 public:
  /// number adds a big-endian integer.
  Result<void> number(const char* name, ByteView big_endian);
  Result<void> octets(const char* name, ByteView value);
  /// text and size keep the address: the value must outlive the call of build or generate.
  void text(const char* name, const char* value);
  void size(const char* name, std::size_t* value);

  /// build makes a key of these numbers; anything libcrypto does not accept is `refusal`.
  Result<PkeyPtr> build(const char* family, int selection, Rv refusal);
  /// generate makes a new key under these parameters.
  Result<PkeyPtr> generate(const char* family);

 private:
  std::vector<SecretBytes> held_;
  std::vector<OSSL_PARAM> params_;
};

/// get_number reads a number of the key into exactly out.size() bytes, big endian.
Result<void> get_number(const EVP_PKEY* key, const char* name, MutableByteView out);
Result<SecretBytes> get_secret_number(const EVP_PKEY* key, const char* name, std::size_t size);

/// Prepared is a key and a context that is initialised for one operation and never used itself: each use works on a
/// duplicate, which costs less than a new context and lets threads share the key.
struct Prepared {
  PkeyPtr key;
  PkeyContextPtr context;

  Result<PkeyContextPtr> duplicate() const;
};
using PkeyInit = int (*)(EVP_PKEY_CTX*);
Result<PkeyContextPtr> prepare(EVP_PKEY* key, PkeyInit init);

}  // namespace holdfast::secure::crypto
