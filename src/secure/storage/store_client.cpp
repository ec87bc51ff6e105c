#include "secure/storage/store_client.h"

#include "base/log.h"

namespace holdfast::secure::storage {

using namespace wire::rpc;

namespace {

Unexpected<StoreFault> fault_of(Status status) {
  switch (status) {
    case Status::conflict:
      return {StoreFault::conflict};
    case Status::corrupt:
      return {StoreFault::corrupt};
    case Status::no_space:
      return {StoreFault::no_space};
    case Status::io_error:
      return {StoreFault::unknown};
    case Status::ok:
    case Status::absent:
    case Status::bad_request:
      break;
  }
  return {StoreFault::protocol};
}

}  // namespace

Unexpected<Error> to_error(StoreFault fault) {
  switch (fault) {
    case StoreFault::unreachable:
      return fail(Rv::device_error, "the supplicant cannot be reached");
    case StoreFault::unknown:
      return fail(Rv::device_error, "the supplicant failed, or did not answer");
    case StoreFault::not_done:
      return fail(Rv::device_error, "the supplicant failed twice to do it");
    case StoreFault::protocol:
      return fail(Rv::device_error, "the supplicant answers out of protocol");
    case StoreFault::corrupt:
      return fail(Rv::device_error, "the supplicant's database is corrupt");
    case StoreFault::no_space:
      return fail(Rv::device_memory, "the store has no room for the change");
    case StoreFault::conflict:
      return fail(Rv::device_error, "the store was changed by somebody else");
  }
  return fail(Rv::device_error, "unknown storage fault");
}

template <class Request>
ClientResult<Answer<Request>> StoreClient::ask(const Request& request) {
  const Bytes message = encode_request(request);
  if (message.size() > kMaxMessageBytes) return Unexpected<StoreFault>{StoreFault::no_space};
  const Result<Bytes> reply = link_.call(message);
  if (!reply)
    return Unexpected<StoreFault>{reply.error().rv == Rv::device_removed ? StoreFault::unreachable
                                                                         : StoreFault::unknown};
  Result<Answer<Request>> answer = decode_reply<Request>(*reply);
  if (!answer) {
    log::error(answer.error());
    return Unexpected<StoreFault>{StoreFault::protocol};
  }
  return std::move(answer).value();
}

/// ask_again repeats a read once: a supplicant that dies on it has a successor.
template <class Request>
ClientResult<Answer<Request>> StoreClient::ask_again(const Request& request) {
  auto answer = ask(request);
  if (!answer && answer.error() == StoreFault::unknown) answer = ask(request);
  return answer;
}

ClientResult<std::vector<ListShelves::Entry>> StoreClient::list_shelves() {
  HF_ASSIGN_OR_RETURN(Answer<ListShelves> answer, ask_again(ListShelves{}));
  if (answer.status != Status::ok) return fault_of(answer.status);
  return std::move(answer.reply.shelves);
}

ClientResult<std::optional<ReadManifest::Reply>> StoreClient::read_manifest(ShelfId shelf) {
  HF_ASSIGN_OR_RETURN(Answer<ReadManifest> answer, ask_again(ReadManifest{.shelf = shelf}));
  if (answer.status == Status::absent) return std::optional<ReadManifest::Reply>{};
  if (answer.status != Status::ok) return fault_of(answer.status);
  return std::optional(std::move(answer.reply));
}

ClientResult<ReadPage::Reply> StoreClient::read_page(ShelfId shelf, std::optional<ObjectUid> after) {
  HF_ASSIGN_OR_RETURN(Answer<ReadPage> answer, ask_again(ReadPage{.shelf = shelf, .after = after}));
  if (answer.status != Status::ok) return fault_of(answer.status);
  if (answer.reply.more && answer.reply.records.empty()) return Unexpected<StoreFault>{StoreFault::protocol};
  for (const Record& record : answer.reply.records) {
    if (after && record.uid <= *after) return Unexpected<StoreFault>{StoreFault::protocol};
    after = record.uid;
  }
  return std::move(answer.reply);
}

ClientResult<void> StoreClient::commit(const Commit& request) {
  for (int attempt = 1;; ++attempt) {
    const auto answer = ask(request);
    if (answer && answer->status == Status::ok) return {};
    const StoreFault fault = answer ? fault_of(answer->status).error : answer.error();
    if (fault != StoreFault::unknown && fault != StoreFault::protocol) return Unexpected<StoreFault>{fault};
    // One transaction: the first shelf answers for all.
    const ClientResult<bool> committed = was_committed(request.changes.front());
    if (!committed) {
      const bool cannot_tell =
          committed.error() == StoreFault::unreachable || committed.error() == StoreFault::protocol;
      return Unexpected<StoreFault>{cannot_tell ? StoreFault::unknown : committed.error()};
    }
    if (*committed) return {};
    if (attempt == 2) return Unexpected<StoreFault>{StoreFault::not_done};
    log::warning("a commit was lost with its supplicant and is tried again",
                 {{"shelf", request.changes.front().shelf.value}, {"epoch", request.changes.front().new_epoch}});
  }
}

ClientResult<bool> StoreClient::was_committed(const ShelfChange& change) {
  HF_ASSIGN_OR_RETURN(const auto found, read_manifest(change.shelf));
  const std::uint64_t epoch = found ? found->epoch : 0;
  if (epoch == change.expected_epoch) return false;
  if (epoch == change.new_epoch && equal(found->manifest, change.manifest)) return true;
  return Unexpected<StoreFault>{StoreFault::conflict};
}

}  // namespace holdfast::secure::storage
