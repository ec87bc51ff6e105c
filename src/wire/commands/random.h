#pragma once

#include "wire/schema.h"

namespace holdfast::wire {

struct SeedRandom : Command<41, Permit::session, Bulk::input>, SessionOnly {
  static constexpr const char* kName = "SEED_RANDOM";
};
/// GENERATE_RANDOM fills parameter 2 completely.
struct GenerateRandom : Command<42, Permit::session, Bulk::none, Bulk::output>, SessionOnly {
  static constexpr const char* kName = "GENERATE_RANDOM";
};

}  // namespace holdfast::wire
