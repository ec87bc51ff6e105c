#pragma once

#include <cstdint>
#include <unordered_map>

#include "secure/pkcs11/attributes/attribute_set.h"

namespace holdfast::secure::pkcs11 {

/// PublicCertificates follows whether a set of objects meets the profile "Public Certificates Token" (PKCS#11 3.2 profiles
/// §5.4, 8): every certificate is found without a login, and where a private key has a certificate's CKA_ID, so is a half of
/// its pair. It costs each change the same, however many objects there are. Not thread-safe: its owner locks.
class PublicCertificates {
 public:
  enum class Step : std::int8_t { added = 1, removed = -1 };

  void count(const AttributeSet& object, Step step);
  bool all_found() const { return hidden_certificates_ == 0 && unmatched_ == 0; }

 private:
  /// Namesakes are the objects of one CKA_ID.
  struct Namesakes {
    std::int64_t certificates = 0;
    std::int64_t private_keys = 0;
    std::int64_t found_halves = 0;  // of key pairs, without a login

    bool is_unmatched() const { return certificates != 0 && private_keys != 0 && found_halves == 0; }
    bool is_nobody() const { return certificates == 0 && private_keys == 0 && found_halves == 0; }
  };

  std::int64_t hidden_certificates_ = 0;
  std::int64_t unmatched_ = 0;
  // By the hash of CKA_ID: two that share one may at worst hide the profile.
  std::unordered_map<std::size_t, Namesakes> by_id_;
};

}  // namespace holdfast::secure::pkcs11
