#include "cryptoki/optee/key_facts.h"

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace holdfast::cryptoki::optee {
namespace {

/// ask sends one placeholder of `room` bytes and gives the size told, with the room's bytes in `value`.
Result<std::size_t> ask(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                        CK_ATTRIBUTE_TYPE type, Bytes& value) {
  ByteWriter question;
  question.u32(static_cast<std::uint32_t>(type)).sized(value);
  Bytes answer(wire::kTemplateHeadBytes + question.size());
  HF_ASSIGN_OR_RETURN(
      const Outcome outcome,
      client.fetch<wire::GetAttributeValue>({session, object, {.attributes = question.view(), .count = 1}}, answer));
  if (outcome.rv != Rv::ok) return fail(outcome.rv, "no such fact of the key");
  if (outcome.size != answer.size()) return fail(Rv::general_error, "answer of another layout");
  ByteReader reader(answer);
  HF_TRY(reader.take(wire::kTemplateHeadBytes + sizeof(std::uint32_t)));
  HF_ASSIGN_OR_RETURN(const std::uint32_t size, reader.u32());
  value = to_bytes(reader.rest());
  return size;
}

}  // namespace

Result<Bytes> read_attribute(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                             CK_ATTRIBUTE_TYPE type, std::size_t most) {
  Bytes value(most);
  HF_ASSIGN_OR_RETURN(const std::size_t size, ask(client, session, object, type, value));
  if (size > most) return fail(Rv::general_error, "attribute longer than its room");
  value.resize(size);
  return value;
}

Result<std::uint32_t> read_number(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                                  CK_ATTRIBUTE_TYPE type) {
  HF_ASSIGN_OR_RETURN(const Bytes value, read_attribute(client, session, object, type, sizeof(std::uint32_t)));
  return ByteReader(value).u32();
}

Result<std::size_t> attribute_size(const Client& client, ck::SessionHandle session, ck::ObjectHandle object,
                                   CK_ATTRIBUTE_TYPE type) {
  Bytes no_room;
  return ask(client, session, object, type, no_room);
}

}  // namespace holdfast::cryptoki::optee
