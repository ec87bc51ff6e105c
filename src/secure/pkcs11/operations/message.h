#pragma once

#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::pkcs11 {

// What stands behind the message functions (PKCS#11 3.0 sections 5.9, 5.11, 5.14, 5.16): one key and mechanism, many
// messages. `param` is each message's own parameter, as wire::ParamKind lays it out; what it says is checked when the
// message begins. As in operation.h, input and `out` may be memory that the client changes.

/// MessageSizes are what a parameter says of the results of its message.
struct MessageSizes {
  std::size_t nonce = 0;
  std::size_t tag = 0;
};

/// MessageEncryptor encrypts one message after the other. One that has begun ends with finish() or the next begin().
class MessageEncryptor {
 public:
  virtual ~MessageEncryptor() = default;
  /// sizes checks a parameter without using up a nonce; Rv::mechanism_param_invalid.
  virtual Result<MessageSizes> sizes(ByteView param) const = 0;
  /// begin makes the nonce where the parameter asks for that.
  virtual Result<void> begin(ByteView param, ByteView aad) = 0;
  /// nonce is that of the message begun last.
  virtual ByteView nonce() const = 0;
  virtual std::size_t tag_bytes() const = 0;
  /// update writes as many bytes as it takes; Rv::data_len_range when the message gets too long.
  virtual Result<void> update(ByteView in, MutableByteView out) = 0;
  virtual Result<void> finish(MutableByteView tag) = 0;
};

/// MessageDecryptor decrypts one message after the other and gives no plaintext before its tag has been verified
/// (docs/adr/0008).
class MessageDecryptor {
 public:
  virtual ~MessageDecryptor() = default;
  virtual Result<void> begin(ByteView param, ByteView aad) = 0;
  /// update keeps a part; Rv::encrypted_data_len_range.
  virtual Result<void> update(ByteView in) = 0;
  /// held_bytes is the length of what update kept, and of the plaintext.
  virtual std::size_t held_bytes() const = 0;
  /// finish reads the tag from `param`; Rv::aead_decrypt_failed when it does not belong to the message.
  virtual Result<void> finish(ByteView param, MutableByteView plaintext) = 0;
};

/// MessageSeries gives each message a signature, or verification, of its own from what was checked once.
template <class Interface>
class MessageSeries {
 public:
  using Made = Result<std::unique_ptr<Interface>>;
  using Maker = std::function<Made()>;

  /// The first was made to see whether one can be.
  MessageSeries(std::unique_ptr<Interface> first, Maker make) : spare_(std::move(first)), make_(std::move(make)) {}

  Made fresh() {
    if (spare_ != nullptr) return std::move(spare_);
    return make_();
  }
  Result<void> begin() {
    HF_ASSIGN_OR_RETURN(running_, fresh());
    return {};
  }
  /// running is the message that has begun.
  Interface& running() { return *running_; }

 private:
  std::unique_ptr<Interface> spare_;
  std::unique_ptr<Interface> running_;
  Maker make_;
};

}  // namespace holdfast::secure::pkcs11
