#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <variant>

#include "base/bytes.h"
#include "base/result.h"
#include "secret/secret_bytes.h"
#include "secure/pkcs11/operations/message.h"

namespace holdfast::secure::pkcs11 {

/// The interfaces behind the verbs of PKCS#11. A mechanism's factory makes one; a session holds it until it ends.
/// `data` and `in` may lie in memory that the client changes during the call: read each byte once and decide nothing from
/// it that must hold later. `out` may be such memory too: write only what may be released.
/// Every `out` was offered at least the size asked for by the matching …_size function.
/// clone is for C_GetOperationState: the same operation at the same point, going its own way from here. An operation
/// that does not say otherwise cannot be saved.
inline Unexpected<Error> not_saveable() { return fail(Rv::state_unsaveable, "operation cannot be copied"); }

class Digester {
 public:
  virtual ~Digester() = default;
  virtual std::size_t digest_bytes() const = 0;
  virtual Result<void> update(ByteView data) = 0;
  virtual Result<void> update_key(const SecretBytes& value) = 0;
  virtual Result<void> finish(MutableByteView out) = 0;
  virtual Result<std::unique_ptr<Digester>> clone() const { return not_saveable(); }
};

class Signer {
 public:
  virtual ~Signer() = default;
  virtual std::size_t signature_bytes() const = 0;
  /// sign is the one-shot of a fresh operation.
  virtual Result<void> sign(ByteView data, MutableByteView out) = 0;
  /// update and finish exist where the row says Parts::any.
  virtual Result<void> update(ByteView data) = 0;
  virtual Result<void> finish(MutableByteView out) = 0;
  virtual Result<std::unique_ptr<Signer>> clone() const { return not_saveable(); }
};

class Verifier {
 public:
  virtual ~Verifier() = default;
  virtual Result<void> verify(ByteView data, ByteView signature) = 0;  // Rv::signature_invalid, signature_len_range
  virtual Result<void> update(ByteView data) = 0;
  virtual Result<void> finish(ByteView signature) = 0;
  virtual Result<std::unique_ptr<Verifier>> clone() const { return not_saveable(); }
};

/// Cipher encrypts or decrypts; the direction was fixed by its factory.
class Cipher {
 public:
  virtual ~Cipher() = default;
  /// Upper bounds of what a step writes; exact where the mechanism allows.
  virtual std::size_t update_bytes(std::size_t input_bytes) const = 0;
  virtual std::size_t finish_bytes() const = 0;
  virtual std::size_t oneshot_bytes(std::size_t input_bytes) const = 0;
  /// oneshot_query_bytes is what a client is told when its buffer does not take oneshot_bytes().
  virtual std::size_t oneshot_query_bytes(std::size_t input_bytes) const { return oneshot_bytes(input_bytes); }
  /// Each returns the bytes written.
  virtual Result<std::size_t> update(ByteView in, MutableByteView out) = 0;
  virtual Result<std::size_t> finish(MutableByteView out) = 0;
  /// oneshot may be repeated after Rv::buffer_too_small, which it answers only when the size depends on the decrypted data.
  virtual Result<std::size_t> oneshot(ByteView in, MutableByteView out) = 0;
  virtual Result<std::unique_ptr<Cipher>> clone() const { return not_saveable(); }
};

/// Recoverer verifies a signature that holds its data.
class Recoverer {
 public:
  virtual ~Recoverer() = default;
  virtual std::size_t data_bytes() const = 0;  // the most there can be
  /// recover returns the bytes written; Rv::signature_invalid, signature_len_range.
  virtual Result<std::size_t> recover(ByteView signature, MutableByteView out) = 0;
};

using MessageSigner = MessageSeries<Signer>;
using MessageVerifier = MessageSeries<Verifier>;
/// Operation is what a session's slot of one verb holds.
using Operation =
    std::variant<std::unique_ptr<Digester>, std::unique_ptr<Signer>, std::unique_ptr<Verifier>, std::unique_ptr<Cipher>,
                 std::unique_ptr<Recoverer>, std::unique_ptr<MessageEncryptor>, std::unique_ptr<MessageDecryptor>,
                 std::unique_ptr<MessageSigner>, std::unique_ptr<MessageVerifier>>;

/// Verb is what a mechanism can do. A session has a slot for an operation of each of the first kOperationVerbs.
enum class Verb : std::uint8_t {
  encrypt,
  decrypt,
  sign,
  verify,
  digest,
  sign_recover,
  verify_recover,
  message_encrypt,
  message_decrypt,
  message_sign,
  message_verify,
  wrap,
  unwrap,
  derive,
  generate,
  generate_pair,
  generate_parameters,
  encapsulate,
  decapsulate,
};
inline constexpr std::size_t kOperationVerbs = static_cast<std::size_t>(Verb::message_verify) + 1;

/// InputRule is what OP-TEE asks of the data of each call beyond what PKCS#11 does (ABI section 9.3): none, that it is
/// there, that it is a number of blocks, that it is a block or more.
enum class InputRule : std::uint8_t { any, present, whole_blocks, a_block_or_more };

/// Parts tells whether a mechanism takes its data in pieces.
enum class Parts : std::uint8_t { single, any };

}  // namespace holdfast::secure::pkcs11
