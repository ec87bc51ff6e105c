#include "cryptoki/param_kinds.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "wire/optee_mechanisms.h"

namespace holdfast::cryptoki {
ParamKinds ParamKinds::parse(ByteView pairs) {
  ParamKinds kinds;
  ByteReader reader(pairs);
  while (reader.remaining() != 0) {
    const auto mechanism = reader.u32();
    const auto kind = reader.u32();
    if (!mechanism || !kind) break;
    if (*kind > static_cast<std::uint32_t>(wire::kNewestParamKind)) continue;
    kinds.entries_.push_back({ck::MechanismType{*mechanism}, static_cast<wire::ParamKind>(*kind)});
  }
  kinds.sort();
  return kinds;
}

ParamKinds ParamKinds::of_optee() {
  ParamKinds kinds;
  for (const wire::OpteeMechanism& row : wire::kOpteeMechanisms)
    kinds.entries_.push_back({ck::MechanismType{row.id}, row.param});
  kinds.sort();
  return kinds;
}

void ParamKinds::sort() {
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.mechanism < b.mechanism; });
}

std::optional<wire::ParamKind> ParamKinds::find(ck::MechanismType mechanism) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), mechanism,
                                   [](const Entry& entry, ck::MechanismType m) { return entry.mechanism < m; });
  if (at == entries_.end() || at->mechanism != mechanism) return std::nullopt;
  return at->kind;
}

}  // namespace holdfast::cryptoki
