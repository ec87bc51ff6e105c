#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "ck/handles.h"
#include "wire/mechanism.h"

namespace holdfast::cryptoki {

/// ParamKinds knows which shape of parameter a mechanism takes, as the secure world told. The client knows parameter
/// shapes, not mechanisms.
class ParamKinds {
 public:
  ParamKinds() = default;
  /// parse reads the answer of MECHANISM_PARAM_KINDS. Kinds that this client does not know are left out.
  static ParamKinds parse(ByteView pairs);
  /// of_optee are those of OP-TEE's mechanisms, which cannot be asked for.
  static ParamKinds of_optee();

  /// find is empty for a mechanism the secure world did not list.
  std::optional<wire::ParamKind> find(ck::MechanismType mechanism) const;

 private:
  struct Entry {
    ck::MechanismType mechanism;
    wire::ParamKind kind;
  };
  void sort();
  std::vector<Entry> entries_;  // sorted by mechanism
};

}  // namespace holdfast::cryptoki
