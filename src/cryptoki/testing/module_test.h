#pragma once

#include <cstdlib>
#include <gtest/gtest.h>

#include <pkcs11/pkcs11.h>

#include "cryptoki/testing/fake_world.h"

namespace holdfast::cryptoki::testing {

/// ModuleTest begins each case with a fresh fake world and a library that is not initialised.
class ModuleTest : public ::testing::Test {
 protected:
  ModuleTest() {
    ::setenv("HOLDFAST_AUTOSTART", "0", 1);
    ::unsetenv("HOLDFAST_TEE");
    FakeWorld::reset();
  }
  ~ModuleTest() override { C_Finalize(nullptr); }

  /// answer_with makes command C, and no other, be answered so.
  template <class C>
  static void answer_with(Answer answer) {
    FakeWorld::on_command([answer = std::move(answer)](const Call& call) -> std::optional<Answer> {
      if (call.command != C::kId) return std::nullopt;
      return answer;
    });
  }
};

/// InitialisedModuleTest has called C_Initialize.
class InitialisedModuleTest : public ModuleTest {
 protected:
  void SetUp() override { ASSERT_EQ(C_Initialize(nullptr), CKR_OK); }
};

inline constexpr CK_SESSION_HANDLE kSession = 1;
inline constexpr CK_OBJECT_HANDLE kKey = 2;

}  // namespace holdfast::cryptoki::testing
