#pragma once

#include "base/result.h"
#include "secure/pkcs11/mechanisms/row.h"
#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {

/// Each fails with what is wrong.
Result<void> check(const KnownAnswer& answer);
Result<void> check(const MadePair& pair);
/// check_generation makes two keys of a mechanism that generates secret ones: they are of the right length, and differ.
Result<void> check_generation(const MechanismRow& row);

}  // namespace holdfast::secure::pkcs11::self_test
