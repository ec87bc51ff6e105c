#pragma once

#include "secure/pkcs11/mechanisms/mac.h"

namespace holdfast::secure::pkcs11 {

using MacLength = Result<std::size_t> (*)(const Start&, std::size_t full_bytes);

/// half_or_general is the length of the MACs of block ciphers: half a block unless the parameter says otherwise.
inline Result<std::size_t> half_or_general(const Start& start, std::size_t full_bytes) {
  return start.row.param == wire::ParamKind::mac_general ? mac_bytes(start, full_bytes) : full_bytes / 2;
}

/// MacOps are the operations of a MAC that `begin` starts; `length` tells how much of it is the signature.
template <class Mac, Result<Mac> (*begin)(const Start&), MacLength length = &mac_bytes>
struct MacOps {
  static Made<Signer> sign(const Start& start) {
    HF_ASSIGN_OR_RETURN(Mac mac, begin(start));
    HF_ASSIGN_OR_RETURN(const std::size_t bytes, length(start, mac.size()));
    return std::make_unique<MacSigner<Mac>>(std::move(mac), bytes);
  }
  static Made<Verifier> verify(const Start& start) {
    HF_ASSIGN_OR_RETURN(Mac mac, begin(start));
    HF_ASSIGN_OR_RETURN(const std::size_t bytes, length(start, mac.size()));
    return std::make_unique<MacVerifier<Mac>>(std::move(mac), bytes);
  }
  static constexpr Ops kOps{.sign = &sign, .verify = &verify};
};

}  // namespace holdfast::secure::pkcs11
