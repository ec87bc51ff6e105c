#include "secret/wipe.h"
#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/handlers/step.h"

namespace holdfast::secure::pkcs11 {
namespace {

/// Pair is the cipher and the operation beside it. Both are entered before either takes data, and both end with the first
/// that fails.
struct Pair {
  Step cipher;
  Step other;

  static Result<Pair> enter(Verb cipher_verb, Verb other_verb, const Call& call) {
    HF_ASSIGN_OR_RETURN(Step cipher, Step::enter(cipher_verb, StepKind::update, call));
    auto other = other_verb == Verb::verify
                     ? Step::enter_verification(SignatureIs::to_come, StepKind::update, call)
                     : Step::enter(other_verb, StepKind::update, call);
    if (!other) {
      cipher.leave_as_it_was();
      return Unexpected<Error>{other.error()};
    }
    return Pair{std::move(cipher), std::move(*other)};
  }
  Result<MutableByteView> require_output(const Call& call) {
    const std::size_t needed = cipher.as<Cipher>().update_bytes(call.input().size());
    Result<MutableByteView> out = cipher.require_output(call, needed);
    if (!out && out.error().rv == Rv::buffer_too_small) other.leave_as_it_was();
    return out;
  }
  void keep() {
    cipher.keep_for_more_data();
    other.keep_for_more_data();
  }
};

/// The client may change its plaintext meanwhile: what is encrypted must be what is hashed or signed.
template <class Other>
Result<void> then_encrypt(Verb other, const Call& call) {
  HF_ASSIGN_OR_RETURN(Pair pair, Pair::enter(Verb::encrypt, other, call));
  HF_ASSIGN_OR_RETURN(const MutableByteView out, pair.require_output(call));
  Bytes plaintext = to_bytes(call.input());
  Result<std::size_t> written = std::size_t{0};
  if (const auto taken = pair.other.as<Other>().update(plaintext); taken.has_value())
    written = pair.cipher.as<Cipher>().update(plaintext, out);
  else
    written = Unexpected<Error>{taken.error()};
  wipe(plaintext);
  if (!written) return Unexpected<Error>{written.error()};
  call.set_output_size(*written);
  pair.keep();
  return {};
}

template <class Other>
Result<void> decrypt_then(Verb other, const Call& call) {
  HF_ASSIGN_OR_RETURN(Pair pair, Pair::enter(Verb::decrypt, other, call));
  HF_ASSIGN_OR_RETURN(const MutableByteView out, pair.require_output(call));
  Bytes plaintext(out.size());
  const Result<std::size_t> written = pair.cipher.as<Cipher>().update(call.input(), plaintext);
  Result<void> taken{};
  if (written.has_value()) {
    taken = pair.other.as<Other>().update(ByteView(plaintext).first(*written));
    if (taken.has_value()) taken = call.write_output(ByteView(plaintext).first(*written));
  }
  wipe(plaintext);
  if (!written) return Unexpected<Error>{written.error()};
  HF_TRY(taken);
  pair.keep();
  return {};
}

}  // namespace

Handled<wire::DigestEncryptUpdate> handle(wire::DigestEncryptUpdate, const wire::DigestEncryptUpdate::Request&, const Call& call) {
  HF_TRY(then_encrypt<Digester>(Verb::digest, call));
  return wire::Nothing{};
}
Handled<wire::DecryptDigestUpdate> handle(wire::DecryptDigestUpdate, const wire::DecryptDigestUpdate::Request&, const Call& call) {
  HF_TRY(decrypt_then<Digester>(Verb::digest, call));
  return wire::Nothing{};
}
Handled<wire::SignEncryptUpdate> handle(wire::SignEncryptUpdate, const wire::SignEncryptUpdate::Request&, const Call& call) {
  HF_TRY(then_encrypt<Signer>(Verb::sign, call));
  return wire::Nothing{};
}
Handled<wire::DecryptVerifyUpdate> handle(wire::DecryptVerifyUpdate, const wire::DecryptVerifyUpdate::Request&, const Call& call) {
  HF_TRY(decrypt_then<Verifier>(Verb::verify, call));
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
