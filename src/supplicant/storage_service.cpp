#include "supplicant/storage_service.h"

#include "base/log.h"
#include "wire/rpc/frame.h"

namespace holdfast::supplicant {

using namespace wire::rpc;

namespace {

StoreResult<ListShelves::Reply> execute(RecordStore& store, const ListShelves&) { return store.list_shelves(); }
StoreResult<ReadManifest::Reply> execute(RecordStore& store, const ReadManifest& request) {
  return store.read_manifest(request.shelf);
}
StoreResult<ReadPage::Reply> execute(RecordStore& store, const ReadPage& request) { return store.read_page(request); }
StoreResult<Commit::Reply> execute(RecordStore& store, const Commit& request) {
  HF_TRY(store.commit(request));
  return Commit::Reply{};
}

template <class Request>
Bytes answer_as(RecordStore& store, ByteReader in) {
  const Result<Request> request = Request::decode(in);
  if (!request || !in.expect_end()) return encode_fault(Status::bad_request);
  const auto reply = execute(store, *request);
  return reply ? encode_reply(*reply) : encode_fault(reply.error());
}

}  // namespace

Bytes StorageService::answer(ByteView message) {
  ByteReader in(message);
  const Result<std::uint16_t> operation = in.u16();
  if (!operation) return encode_fault(Status::bad_request);
  switch (static_cast<Operation>(*operation)) {
    case Operation::list_shelves:
      return answer_as<ListShelves>(store_, in);
    case Operation::read_manifest:
      return answer_as<ReadManifest>(store_, in);
    case Operation::read_page:
      return answer_as<ReadPage>(store_, in);
    case Operation::commit:
      return answer_as<Commit>(store_, in);
  }
  return encode_fault(Status::bad_request);
}

SysResult<void> serve(int link_fd, StorageService& service) {
  for (;;) {
    const SysResult<Frame> request = receive_frame(link_fd, Deadline::none());
    if (!request) {
      if (request.error().code == ECONNRESET) return {};
      return Unexpected<SysError>{request.error()};
    }
    const Bytes reply = service.answer(request->body);
    const SysResult<void> sent = send_frame(link_fd, request->request_id, reply, Deadline::none());
    if (!sent) {
      if (sent.error().code == EPIPE || sent.error().code == ECONNRESET) return {};
      return sent;
    }
  }
}

}  // namespace holdfast::supplicant
