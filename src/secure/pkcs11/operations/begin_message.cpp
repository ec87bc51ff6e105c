#include "secure/pkcs11/operations/begin_message.h"

namespace holdfast::secure::pkcs11 {
namespace {

template <class Interface>
Result<Begun> begun(Parts parts, Made<Interface> made) {
  HF_ASSIGN_OR_RETURN(std::unique_ptr<Interface> operation, std::move(made));
  return Begun{.operation = Operation(std::move(operation)), .parts = parts};
}

/// The parameter's views point into the request, so the series keeps its bytes and reads them again for each message.
template <class Interface>
Made<MessageSeries<Interface>> new_series(const Prepared& prepared, ByteView param,
                                          Made<Interface> (*make)(const Start&)) {
  HF_ASSIGN_OR_RETURN(std::unique_ptr<Interface> first, make(prepared.start()));
  auto again = [row = prepared.row, key = prepared.key, bytes = to_bytes(param), make]() -> Made<Interface> {
    HF_ASSIGN_OR_RETURN(const MechanismParam parsed, parse_param(row->param, bytes));
    return make(Start{.row = *row, .key = key, .param = parsed});
  };
  return std::make_unique<MessageSeries<Interface>>(std::move(first), std::move(again));
}

}  // namespace

bool is_message_verb(Verb verb) {
  return verb == Verb::message_encrypt || verb == Verb::message_decrypt || verb == Verb::message_sign ||
         verb == Verb::message_verify;
}

Result<MechanismParam> read_message_init_param(Verb verb, const MechanismRow& row, ByteView param) {
  const bool is_cipher = verb == Verb::message_encrypt || verb == Verb::message_decrypt;
  if (!is_cipher) return parse_param(row.param, param);
  if (param.empty()) return NoParam{};
  return parse_param(row.message_param.value_or(wire::ParamKind::none), param);
}

Result<Begun> begin_messages(Verb verb, const Prepared& prepared, ByteView param) {
  const MechanismRow& row = *prepared.row;
  switch (verb) {
    case Verb::message_encrypt:
      return begun(Parts::any, row.ops.message_encrypt(prepared.start()));
    case Verb::message_decrypt:
      return begun(Parts::any, row.ops.message_decrypt(prepared.start()));
    case Verb::message_sign:
      return begun(row.parts, new_series(prepared, param, row.ops.sign));
    case Verb::message_verify:
      return begun(row.parts, new_series(prepared, param, row.ops.verify));
    default:
      return fail(Rv::mechanism_invalid, "verb works on no messages");
  }
}

}  // namespace holdfast::secure::pkcs11
