#include "secure/pkcs11/self_test/self_test.h"

#include <pkcs11/pkcs11.h>

#include <algorithm>

#include "base/log.h"
#include "secure/pkcs11/self_test/check.h"

namespace holdfast::secure::pkcs11::self_test {
namespace {

std::vector<FamilyReport>& kept() {
  static std::vector<FamilyReport> reports;
  return reports;
}

bool is_offered(std::uint32_t mechanism) { return find_row(ck::MechanismType{mechanism}) != nullptr; }

bool has(const Family& family, std::uint32_t mechanism) {
  return std::ranges::any_of(family.rows(), [&](const MechanismRow& row) { return row.id == mechanism; });
}

/// note counts an answer, and keeps the first that is wrong.
void note(FamilyReport& report, std::uint32_t mechanism, const Result<void>& outcome) {
  ++report.answers;
  if (outcome.has_value() || !report.passed()) return;
  report.failed_mechanism = mechanism;
  report.why = outcome.error().why;
}

FamilyReport examine(const Family& family, const Answers& answers) {
  FamilyReport report{.family = family.name};
  for (const auto table : answers.known)
    for (const KnownAnswer& answer : table)
      if (has(family, answer.mechanism) && is_offered(answer.mechanism)) note(report, answer.mechanism, check(answer));
  for (const auto table : answers.pairs)
    for (const MadePair& pair : table)
      if (has(family, pair.generation) && is_offered(pair.generation) && is_offered(pair.use))
        note(report, pair.generation, check(pair));
  for (const MechanismRow& row : family.rows())
    if (offers(row, Verb::generate) && row.param == wire::ParamKind::none && is_offered(row.id))
      note(report, row.id, check_generation(row));
  return report;
}

bool offers_any(const Family& family) {
  return std::ranges::any_of(family.rows(), [](const MechanismRow& row) { return is_offered(row.id); });
}

bool has_answer(std::uint32_t mechanism, const Answers& answers) {
  const auto is_known = [&](std::span<const KnownAnswer> table) {
    return std::ranges::any_of(table, [&](const KnownAnswer& answer) { return answer.mechanism == mechanism; });
  };
  const auto is_made = [&](std::span<const MadePair> table) {
    return std::ranges::any_of(table, [&](const MadePair& pair) { return pair.generation == mechanism; });
  };
  return std::ranges::any_of(answers.known, is_known) || std::ranges::any_of(answers.pairs, is_made);
}

bool is_looked_at(const MechanismRow& row, const Answers& answers) {
  const bool is_generated = offers(row, Verb::generate) && row.param == wire::ParamKind::none;
  if (is_generated || has_answer(row.id, answers)) return true;
  return std::ranges::any_of(answers.same, [&](const SameAlgorithm& same) {
    return same.mechanism == row.id && (has_answer(same.as, answers) || same.as == CKM_GENERIC_SECRET_KEY_GEN);
  });
}

}  // namespace

Answers Answers::all() {
  return {.known = {symmetric_answers(), asymmetric_answers(), derivation_answers(), post_quantum_answers()},
          .pairs = {made_pairs()},
          .same = same_algorithms()};
}

const std::vector<FamilyReport>& run(const Answers& answers) {
  std::vector<FamilyReport> reports;
  for (const Family& family : families())
    if (offers_any(family)) reports.push_back(examine(family, answers));
  // Withdrawn only now: a family may need another's mechanisms for its test.
  for (const FamilyReport& report : reports) {
    if (report.passed()) continue;
    withdraw(report.family);
    log::error(report.why);
    log::error("a self-test failed: the mechanisms of its family are not offered", {{"mechanism", report.failed_mechanism}});
  }
  kept() = std::move(reports);
  return kept();
}

const std::vector<FamilyReport>& report() { return kept(); }

std::vector<std::uint32_t> uncovered(const Answers& answers) {
  std::vector<std::uint32_t> missing;
  for (const MechanismRow* const row : offered_rows())
    if (!is_looked_at(*row, answers)) missing.push_back(row->id);
  return missing;
}

}  // namespace holdfast::secure::pkcs11::self_test
