#include "cryptoki/optee/operation.h"

#include <algorithm>

namespace holdfast::cryptoki::optee {
namespace {

using wire::OpteeOutput;

/// GCM gives no plaintext before the tag was verified; then it gives all at once (OP-TEE ABI section 9.3).
StepSize tagged(const Operation& operation, Phase phase, std::size_t held, std::size_t input) noexcept {
  const std::size_t tag = operation.result_bytes;
  if (operation.verb == Verb::encrypt) {
    switch (phase) {
      case Phase::update: return {held + input, false};
      case Phase::final: return {held + tag, true};
      case Phase::oneshot: return {input + tag, true};
    }
  }
  const std::size_t ciphertext = held + input;
  if (phase == Phase::update) return {0, true};
  return {ciphertext - std::min(ciphertext, tag), true};
}

StepSize short_result(const Operation& operation, Phase phase) noexcept {
  if (phase == Phase::update) return {0, true};
  // The padding of a decrypted block is known to the secure world alone.
  return {operation.result_bytes, operation.verb != Verb::decrypt};
}

}  // namespace

StepSize step_size(const Operation& operation, Phase phase, std::size_t input) noexcept {
  const auto held = static_cast<std::size_t>(operation.fed - operation.written);
  switch (operation.output) {
    case OpteeOutput::none:
      return {};
    case OpteeOutput::fixed:
    case OpteeOutput::chosen:
    case OpteeOutput::modulus:
    case OpteeOutput::two_fields:
      return short_result(operation, phase);
    case OpteeOutput::as_input:
    case OpteeOutput::held_back:
      return {held + input, operation.output == OpteeOutput::as_input || phase != Phase::update};
    case OpteeOutput::tagged:
      return tagged(operation, phase, held, input);
  }
  return {};
}

}  // namespace holdfast::cryptoki::optee
