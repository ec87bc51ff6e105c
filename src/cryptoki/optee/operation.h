#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "wire/commands/all.h"
#include "wire/optee_mechanisms.h"

namespace holdfast::cryptoki::optee {

enum class Verb : std::uint8_t { encrypt, decrypt, sign, verify, digest };
enum class Phase : std::uint8_t { update, final, oneshot };

/// Step is what a command does within an operation.
struct Step {
  Verb verb;
  Phase phase;
};

/// step_of is empty for a command that is no step, and for DIGEST_KEY, whose data is not the client's.
constexpr std::optional<Step> step_of(wire::CommandId command) {
  switch (command.value) {
    case wire::EncryptUpdate::kId.value: return Step{Verb::encrypt, Phase::update};
    case wire::EncryptFinal::kId.value: return Step{Verb::encrypt, Phase::final};
    case wire::EncryptOneshot::kId.value: return Step{Verb::encrypt, Phase::oneshot};
    case wire::DecryptUpdate::kId.value: return Step{Verb::decrypt, Phase::update};
    case wire::DecryptFinal::kId.value: return Step{Verb::decrypt, Phase::final};
    case wire::DecryptOneshot::kId.value: return Step{Verb::decrypt, Phase::oneshot};
    case wire::SignUpdate::kId.value: return Step{Verb::sign, Phase::update};
    case wire::SignFinal::kId.value: return Step{Verb::sign, Phase::final};
    case wire::SignOneshot::kId.value: return Step{Verb::sign, Phase::oneshot};
    case wire::VerifyUpdate::kId.value: return Step{Verb::verify, Phase::update};
    case wire::VerifyFinal::kId.value: return Step{Verb::verify, Phase::final};
    case wire::VerifyOneshot::kId.value: return Step{Verb::verify, Phase::oneshot};
    case wire::DigestUpdate::kId.value: return Step{Verb::digest, Phase::update};
    case wire::DigestFinal::kId.value: return Step{Verb::digest, Phase::final};
    case wire::DigestOneshot::kId.value: return Step{Verb::digest, Phase::oneshot};
    default: return std::nullopt;
  }
}

/// Operation is what the module remembers of an operation that OP-TEE has begun, because OP-TEE cannot be asked for the
/// length of a step's output without the step being done (OP-TEE ABI sections 12.6 and 19.3).
struct Operation {
  Verb verb = Verb::digest;
  wire::OpteeOutput output = wire::OpteeOutput::none;
  std::size_t result_bytes = 0;  // digest, signature, MAC, tag or modulus
  std::uint64_t fed = 0;
  std::uint64_t written = 0;
  std::uint64_t most_input = std::numeric_limits<std::uint64_t>::max();  // before a counter would wrap
};

/// StepSize is how many bytes a step writes: exactly, or at most.
struct StepSize {
  std::size_t bytes = 0;
  bool is_exact = false;
};

StepSize step_size(const Operation& operation, Phase phase, std::size_t input_bytes) noexcept;

}  // namespace holdfast::cryptoki::optee
