#include "cryptoki/optee/operation.h"

#include <gtest/gtest.h>

#include "cryptoki/optee/session_table.h"

namespace holdfast::cryptoki::optee {
namespace {

using wire::OpteeOutput;

void expect(const StepSize& size, std::size_t bytes, bool is_exact) {
  EXPECT_EQ(size.bytes, bytes);
  EXPECT_EQ(size.is_exact, is_exact);
}

TEST(StepSize, OfAShortResultIsTheSameWhateverWentIn) {
  const Operation sign{.verb = Verb::sign, .output = OpteeOutput::modulus, .result_bytes = 256, .fed = 1000};
  expect(step_size(sign, Phase::final, 0), 256, true);
  expect(step_size(sign, Phase::oneshot, 77), 256, true);
  expect(step_size(sign, Phase::update, 77), 0, true);
  const Operation decrypt{.verb = Verb::decrypt, .output = OpteeOutput::modulus, .result_bytes = 256};
  expect(step_size(decrypt, Phase::oneshot, 256), 256, false);
}

TEST(StepSize, OfACipherCountsWhatItHolds) {
  const Operation cbc{.verb = Verb::encrypt, .output = OpteeOutput::as_input, .fed = 32, .written = 32};
  expect(step_size(cbc, Phase::update, 16), 16, true);
  expect(step_size(cbc, Phase::final, 0), 0, true);
  const Operation cts{.verb = Verb::encrypt, .output = OpteeOutput::held_back, .fed = 40, .written = 16};
  expect(step_size(cts, Phase::update, 16), 40, false);
  expect(step_size(cts, Phase::final, 0), 24, true);
}

TEST(StepSize, OfGcmHasTheTagAtTheEnd) {
  const Operation seal{.verb = Verb::encrypt, .output = OpteeOutput::tagged, .result_bytes = 12, .fed = 20, .written = 16};
  expect(step_size(seal, Phase::update, 5), 9, false);
  expect(step_size(seal, Phase::final, 0), 16, true);
  const Operation open{.verb = Verb::decrypt, .output = OpteeOutput::tagged, .result_bytes = 12, .fed = 20};
  expect(step_size(open, Phase::update, 5), 0, true);
  expect(step_size(open, Phase::final, 0), 8, true);
  expect(step_size(open, Phase::oneshot, 0), 8, true);
  const Operation short_input{.verb = Verb::decrypt, .output = OpteeOutput::tagged, .result_bytes = 12};
  expect(step_size(short_input, Phase::oneshot, 5), 0, true);
}

// OP-TEE gives the number of a closed session to the next thread before the first one has come back.
TEST(SessionTable, KeepsASessionThatGotTheNumberOfAClosedOne) {
  constexpr ck::SlotId kSlot{0};
  constexpr ck::SessionHandle kSession{1};
  SessionTable table;
  table.open(kSession, kSlot);
  const std::uint64_t opened = table.opened();
  table.open(kSession, kSlot);
  table.begin(kSession, {.verb = Verb::sign});
  table.close(kSession, opened);
  EXPECT_TRUE(table.operation(kSession).has_value());
  table.close_all(kSlot, opened);
  EXPECT_TRUE(table.operation(kSession).has_value());
  table.close(kSession, table.opened());
  EXPECT_FALSE(table.operation(kSession).has_value());
}

}  // namespace
}  // namespace holdfast::cryptoki::optee
