#pragma once

#include <algorithm>
#include <array>

#include "secret/constant_time.h"
#include "secure/pkcs11/mechanisms/row.h"

namespace holdfast::secure::pkcs11 {

/// mac_bytes is the length of the MACs of an operation: the parameter's for a …_GENERAL row, else all of it.
inline Result<std::size_t> mac_bytes(const Start& start, std::size_t full_bytes) {
  if (start.row.param != wire::ParamKind::mac_general) return full_bytes;
  HF_ASSIGN_OR_RETURN(const MacGeneralParam param, start.parameter<MacGeneralParam>());
  if (param.mac_bytes == 0 || param.mac_bytes > full_bytes)
    return fail(start.dialect == Dialect::optee ? Rv::signature_len_range : Rv::mechanism_param_invalid,
                "no MAC has this length");
  return std::size_t{param.mac_bytes};
}

/// MacTail ends a MAC of any kind, cut to its length.
template <class Mac>
class MacTail {
 public:
  MacTail(Mac mac, std::size_t bytes) : mac_(std::move(mac)), bytes_(bytes) {}

  std::size_t size() const { return bytes_; }
  Result<MacTail> copy() const {
    HF_ASSIGN_OR_RETURN(Mac mac, mac_.copy());
    return MacTail(std::move(mac), bytes_);
  }
  Result<void> update(ByteView data) { return mac_.update(data); }
  Result<ByteView> finish() {
    HF_TRY(mac_.finish(MutableByteView(full_).first(mac_.size())));
    return ByteView(full_).first(bytes_);
  }

 private:
  Mac mac_;
  std::size_t bytes_;
  std::array<std::byte, crypto::kMaxDigestBytes> full_{};
};

template <class Mac>
class MacSigner final : public Signer {
 public:
  MacSigner(Mac mac, std::size_t bytes) : mac_(std::move(mac), bytes) {}
  explicit MacSigner(MacTail<Mac> mac) : mac_(std::move(mac)) {}

  std::size_t signature_bytes() const override { return mac_.size(); }
  Result<void> sign(ByteView data, MutableByteView out) override {
    HF_TRY(mac_.update(data));
    return finish(out);
  }
  Result<void> update(ByteView data) override { return mac_.update(data); }
  Result<void> finish(MutableByteView out) override {
    if (out.size() < mac_.size()) return fail(Rv::buffer_too_small, "no room for the MAC");
    HF_ASSIGN_OR_RETURN(const ByteView mac, mac_.finish());
    std::ranges::copy(mac, out.begin());
    return {};
  }
  Made<Signer> clone() const override {
    HF_ASSIGN_OR_RETURN(MacTail<Mac> mac, mac_.copy());
    return std::make_unique<MacSigner>(std::move(mac));
  }

 private:
  MacTail<Mac> mac_;
};

template <class Mac>
class MacVerifier final : public Verifier {
 public:
  MacVerifier(Mac mac, std::size_t bytes) : mac_(std::move(mac), bytes) {}
  explicit MacVerifier(MacTail<Mac> mac) : mac_(std::move(mac)) {}

  Result<void> verify(ByteView data, ByteView signature) override {
    HF_TRY(mac_.update(data));
    return finish(signature);
  }
  Result<void> update(ByteView data) override { return mac_.update(data); }
  Result<void> finish(ByteView signature) override {
    // Exactly the length set at the start: a shorter one would be easier to guess.
    if (signature.size() != mac_.size()) return fail(Rv::signature_len_range, "MAC is of another length");
    HF_ASSIGN_OR_RETURN(const ByteView mac, mac_.finish());
    if (!equal_constant_time(mac, signature)) return fail(Rv::signature_invalid, "MAC differs");
    return {};
  }
  Made<Verifier> clone() const override {
    HF_ASSIGN_OR_RETURN(MacTail<Mac> mac, mac_.copy());
    return std::make_unique<MacVerifier>(std::move(mac));
  }

 private:
  MacTail<Mac> mac_;
};

}  // namespace holdfast::secure::pkcs11
