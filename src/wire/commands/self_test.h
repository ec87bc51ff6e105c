#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

/// SELF_TEST_REPORT fills parameter 2 with what the secure world's self-test found when it started: for each family of
/// mechanisms u32 answers compared, u32 the first mechanism that was wrong (kNoMechanism: all were right), u32 length and
/// bytes of the family's name. What was wrong is not offered.
struct SelfTestReport : Command<0x80000060, Permit::anyone, Bulk::none, Bulk::output> {
  static constexpr const char* kName = "SELF_TEST_REPORT";
  struct Request {
    std::uint32_t ignored;  // the answer's code needs the room
  };
  static constexpr auto kRequest = fields(&Request::ignored);
};
inline constexpr std::uint32_t kNoMechanism = 0xFFFFFFFF;

}  // namespace holdfast::wire
