#include "secure/pkcs11/self_test/known_answer.h"

namespace holdfast::secure::pkcs11::self_test {

std::span<const KnownAnswer> post_quantum_answers() { return {}; }

}  // namespace holdfast::secure::pkcs11::self_test
