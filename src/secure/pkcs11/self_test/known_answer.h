#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "secure/pkcs11/operations/operation.h"

namespace holdfast::secure::pkcs11::self_test {

/// KeyPart is an attribute of a key, its value in hexadecimal as the wire has it.
struct KeyPart {
  std::uint32_t type;
  std::string_view hex;
};

/// KnownKey is a published test key: nothing of it is secret. It may be used in every way.
struct KnownKey {
  std::uint32_t object_class;
  std::uint32_t key_type;
  std::span<const KeyPart> parts;
};

/// KnownAnswer is a computation whose result another implementation has published or made. All texts are hexadecimal.
///   digest             input → output
///   sign               input → output, for signatures and MACs without randomness
///   verify             output is a good signature of input, and with a bit changed no longer
///   encrypt            input → output
///   decrypt, unwrap    output → input
///   wrap               the secret key input → output
///   derive             input is empty, → output
///   decapsulate        the ciphertext input → output
///   generate           the secret key that the parameter alone decides, output
struct KnownAnswer {
  std::uint32_t mechanism;
  Verb verb;
  const KnownKey* key;      // null for a digest and a generation
  std::string_view param;   // the mechanism's parameter as the wire has it
  std::string_view input;
  std::string_view output;
};

/// MadePair is a generation of keys, tested by using what it made: the private key signs and the public one verifies, or
/// one decapsulates what the other encapsulated, or two pairs agree on a secret.
struct MadePair {
  std::uint32_t generation;
  std::uint32_t key_type;
  std::span<const KeyPart> public_parts;  // what the template must say
  std::uint32_t use;                      // the mechanism that uses them
  std::string_view use_param;
};

// One table for each file of answers.
std::span<const KnownAnswer> symmetric_answers();
std::span<const KnownAnswer> asymmetric_answers();
std::span<const KnownAnswer> derivation_answers();
std::span<const KnownAnswer> post_quantum_answers();
std::span<const MadePair> made_pairs();

/// SameAlgorithm is a mechanism that is another one, tested by itself, in another form: cut shorter, over a digest, put
/// together with a second one, or giving its result elsewhere.
struct SameAlgorithm {
  std::uint32_t mechanism;
  std::uint32_t as;
};
std::span<const SameAlgorithm> same_algorithms();

}  // namespace holdfast::secure::pkcs11::self_test
