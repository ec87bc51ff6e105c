#pragma once

#include <holdfast/tee_client_api.h>

#include <algorithm>
#include <memory>

#include "base/result.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace holdfast::cli {

/// TokenLink is a session with the tokens themselves, for what PKCS#11 has no function for. It starts no holdfastd.
class TokenLink {
 public:
  /// open fails with Rv::token_not_present when nobody listens, Rv::function_not_supported when the other side is not a
  /// Holdfast.
  static Result<std::unique_ptr<TokenLink>> open();
  ~TokenLink();
  TokenLink(const TokenLink&) = delete;
  TokenLink& operator=(const TokenLink&) = delete;

  /// call sends a command that carries nothing beside its request and its reply.
  template <class C>
  Result<typename C::Reply> call(const typename C::Request& request) {
    static_assert(C::kParameter1 == wire::Bulk::none);
    // It may carry a PIN.
    HF_ASSIGN_OR_RETURN(SecretBytes frame, SecretBytes::allocate(std::max(wire::kStatusBytes, wire::encoded_size(C::kRequest, request))));
    const MutableByteView bytes = wire::SecretCodec::fill(frame);
    wire::encode(C::kRequest, request, bytes.first(wire::encoded_size(C::kRequest, request)));
    if constexpr (C::kParameter2 == wire::Bulk::reply) {
      std::array<std::byte, wire::fixed_size(C::kReply)> reply;
      HF_TRY(exchange(C::kId, bytes, reply));
      return wire::decode<typename C::Reply>(C::kReply, reply);
    } else {
      HF_TRY(exchange(C::kId, bytes, {}));
      return typename C::Reply{};
    }
  }

  /// fetch sends a command that answers with up to `most` bytes.
  template <class C>
  Result<Bytes> fetch(const typename C::Request& request, std::size_t most) {
    static_assert(C::kParameter1 == wire::Bulk::none && C::kParameter2 == wire::Bulk::output);
    Bytes frame(std::max(wire::kStatusBytes, wire::encoded_size(C::kRequest, request)));
    wire::encode(C::kRequest, request, MutableByteView(frame).first(wire::encoded_size(C::kRequest, request)));
    Bytes out(most);
    HF_ASSIGN_OR_RETURN(const std::size_t size, exchange(C::kId, frame, out));
    out.resize(std::min(size, most));
    return out;
  }

 private:
  TokenLink() = default;
  /// exchange returns the bytes that came back in `reply`.
  Result<std::size_t> exchange(wire::CommandId command, MutableByteView frame, MutableByteView reply);

  TEEC_Context context_{};
  TEEC_Session session_{};
  bool has_context_ = false;
  bool has_session_ = false;
};

}  // namespace holdfast::cli
