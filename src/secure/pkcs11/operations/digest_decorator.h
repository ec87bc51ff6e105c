#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// digest_first turns a signer of digests into one of data when the row names a digest, and gives it back otherwise.
std::unique_ptr<Signer> digest_first(const MechanismRow& row, std::unique_ptr<Signer> raw);
std::unique_ptr<Verifier> digest_first(const MechanismRow& row, std::unique_ptr<Verifier> raw);

}  // namespace holdfast::secure::pkcs11
