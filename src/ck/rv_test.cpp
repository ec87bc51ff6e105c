#include "base/rv.h"

#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

namespace holdfast {
namespace {

struct RvPair {
  Rv rv;
  CK_RV standard;
  const char* name;
};

#include "ck/rv_pairs.inc"

TEST(Rv, HasTheNumberOfItsReturnValue) {
  for (const RvPair& pair : kRvPairs) {
    EXPECT_EQ(static_cast<CK_RV>(pair.rv), pair.standard) << pair.name;
  }
}

}  // namespace
}  // namespace holdfast
