#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {

/// FamilyReport is what the self-test found of the mechanisms of one file that this libcrypto offers.
struct FamilyReport {
  std::string_view family;
  std::uint32_t answers = 0;           // computed and compared
  std::uint32_t failed_mechanism = 0;  // the first that was wrong
  const char* why = nullptr;           // null: all were right

  bool passed() const { return why == nullptr; }
};

/// Answers is what a self-test compares with; by default everything there is.
struct Answers {
  std::vector<std::span<const KnownAnswer>> known;
  std::vector<std::span<const MadePair>> pairs;
  std::span<const SameAlgorithm> same = {};

  static Answers all();
};

/// run computes every answer whose mechanism is offered, withdraws each family that gives a wrong one, logs it, and keeps
/// the report. Called once when the secure world starts, before it serves anybody.
const std::vector<FamilyReport>& run(const Answers& answers = Answers::all());

/// report is what run found; empty before.
const std::vector<FamilyReport>& report();

/// uncovered are the mechanisms offered that no answer, no made pair and no generation test looks at.
std::vector<std::uint32_t> uncovered(const Answers& answers);

}  // namespace holdfast::secure::pkcs11::self_test
