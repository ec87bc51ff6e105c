#pragma once

#include "secure/ta/trusted_application.h"

namespace holdfast::transport_test {

using secure::ta::ClientIdentity;
using secure::ta::Params;
using secure::ta::TaSession;

/// HelloApplication greets. It is a whole trusted application, and all that one needs.
class HelloApplication final : public secure::ta::TrustedApplication {
 public:
  static constexpr secure::ta::Uuid kUuid{{0x8e, 0x11, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}};

  secure::ta::Uuid uuid() const override { return kUuid; }
  Expected<TaSession, TeeResult> open_session(const ClientIdentity&, Params&) override { return TaSession{}; }
  TeeResult invoke_command(TaSession, std::uint32_t, Params& params) override {
    const ByteView greeting = as_bytes("hello, client");
    params[0].memref.set_reported_size(greeting.size());
    return params[0].memref.copy_out(0, greeting) ? TeeResult::success : TeeResult::short_buffer;
  }
  void close_session(TaSession) override {}
};

}  // namespace holdfast::transport_test
