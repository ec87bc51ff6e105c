#include "secure/pkcs11/handlers/call.h"

#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

storage::CallerIdentity Call::caller() const {
  const ta::ClientIdentity& identity = client.identity();
  storage::CallerIdentity caller{.login = static_cast<std::uint32_t>(identity.login)};
  std::ranges::copy(as_bytes(std::span(identity.uuid.octets)), caller.uuid.begin());
  return caller;
}

Result<std::shared_ptr<const Login>> Call::security_officer() const {
  std::shared_ptr<const Login> held = login();
  if (held == nullptr || held->owner() != PinOwner::so) return fail(Rv::user_not_logged_in, "needs the security officer");
  return held;
}

Result<SecretBytes> Call::private_input(const ta::SharedMemref* memref, std::size_t limit, Rv too_long) {
  if (memref == nullptr) return SecretBytes{};
  if (memref->size() > limit) return fail(too_long, "input above its limit");
  HF_ASSIGN_OR_RETURN(SecretBytes copy, SecretBytes::allocate(memref->size()));
  if (!memref->copy_in(0, wire::SecretCodec::fill(copy))) return fail(Rv::general_error, "copy outside a parameter");
  return copy;
}

Result<void> Call::write_output(ByteView output) const {
  if (!parameter2->copy_out(0, output)) return fail(Rv::general_error, "output outside its parameter");
  set_output_size(output.size());
  return {};
}

Result<MutableByteView> Call::require_output(std::size_t needed) const {
  if (parameter2->size() < needed) {
    parameter2->set_reported_size(needed);
    return fail(Rv::buffer_too_small, "output does not fit");
  }
  return parameter2->streaming_output().first(needed);
}

}  // namespace holdfast::secure::pkcs11
