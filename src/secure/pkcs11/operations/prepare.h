#pragma once

#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// Prepared is a use of a key that passed every check of begin.h.
struct Prepared {
  const MechanismRow* row;
  KeyMaterial key;
  MechanismParam param;
  Dialect dialect;

  Start start() const { return {*row, key, param, dialect}; }
};

/// prepare makes the checks of begin.h. For wrap, unwrap and derive the codes are those of a key in that role.
Result<Prepared> prepare(Verb verb, const wire::Mechanism& mechanism, const Key& key, Dialect dialect);

/// row_for finds the row of a mechanism that has this verb; Rv::mechanism_invalid.
Result<const MechanismRow*> row_for(Verb verb, ck::MechanismType mechanism, Dialect dialect);

/// read_param is parse_param with the codes of the dialect.
Result<MechanismParam> read_param(const MechanismRow& row, ByteView param, Dialect dialect);

}  // namespace holdfast::secure::pkcs11
