#include "secure/crypto/named_params.h"

#include "secure/crypto/der.h"

namespace holdfast::secure::crypto {

bool names(const NamedParams& params, ByteView der) {
  if (equal(der, std::as_bytes(params.oid))) return true;
  if (!params.older_oid.empty() && equal(der, std::as_bytes(params.older_oid))) return true;
  DerReader reader(der);
  const Result<ByteView> name = reader.take(DerTag::printable_string);
  return name && reader.at_end() && as_text(*name) == params.name;
}

Unexpected<Error> unknown_params(ByteView der) {
  DerReader reader(der);
  const bool named = reader.next_is(DerTag::object_identifier) || reader.next_is(DerTag::printable_string);
  const bool whole = named && reader.take_any() && reader.at_end();
  return whole ? fail(Rv::curve_not_supported, "a curve of another name")
               : fail(Rv::domain_params_invalid, "bytes that name no curve");
}

}  // namespace holdfast::secure::crypto
