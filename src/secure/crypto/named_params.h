#pragma once

#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::secure::crypto {

// Private to this folder: CKA_EC_PARAMS of the curves that have no other description than a name.

struct NamedParams {
  std::span<const unsigned char> oid;         // a whole DER element, the form in which parameters are kept
  std::span<const unsigned char> older_oid;   // may be empty
  std::string_view name;                      // what a PrintableString says
};

/// names tells whether `der` is one of the forms.
bool names(const NamedParams& params, ByteView der);

/// unknown_params is the failure for parameters of none of our curves: Rv::curve_not_supported for another OID or name,
/// domain_params_invalid for bytes that are neither.
Unexpected<Error> unknown_params(ByteView der);

}  // namespace holdfast::secure::crypto
