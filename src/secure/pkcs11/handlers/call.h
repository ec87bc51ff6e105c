#pragma once

#include <memory>

#include "secure/pkcs11/pkcs11_ta.h"
#include "secure/ta/trusted_application.h"

namespace holdfast::secure::pkcs11 {

/// Call is what a handler gets beside its request: who calls, in which session, and the bulk parameters.
struct Call {
  Pkcs11Ta& ta;
  Client& client;
  /// What the client spoke when the call began: a HELLO beside it does not change a call half-way.
  Dialect spoken;
  /// The request's session, its mutex held; null for commands that name none.
  std::shared_ptr<Session> session;
  ta::SharedMemref* parameter1 = nullptr;  // null when absent
  ta::SharedMemref* parameter2 = nullptr;

  Token& token() const { return session->token(); }
  Dialect dialect() const { return spoken; }
  std::shared_ptr<const Login> login() const { return client.login(token()); }
  const TokenRules& token_rules() const { return pkcs11::token_rules(dialect()); }
  /// caller is who calls, in the form that tokens keep.
  storage::CallerIdentity caller() const;

  /// security_officer gives his login; Rv::user_not_logged_in for anybody else.
  Result<std::shared_ptr<const Login>> security_officer() const;

  /// input is the data of parameter 1, in memory that the client may still change.
  ByteView input() const { return parameter1 == nullptr ? ByteView{} : parameter1->streaming_input(); }
  /// private_input copies a bulk parameter before it is looked at; above `limit` it is `too_long`.
  static Result<SecretBytes> private_input(const ta::SharedMemref* memref, std::size_t limit,
                                           Rv too_long = Rv::data_len_range);
  /// require_output asks that parameter 2 has room; else Rv::buffer_too_small, and the client learns the size needed.
  Result<MutableByteView> require_output(std::size_t needed) const;
  /// write_output puts all of the output into parameter 2, whose room was asked for before.
  Result<void> write_output(ByteView output) const;
  void set_output_size(std::size_t size) const { parameter2->set_reported_size(size); }
};

}  // namespace holdfast::secure::pkcs11
