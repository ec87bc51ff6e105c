#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "secure/storage/record_link.h"
#include "wire/rpc/storage.h"

namespace holdfast::secure::storage {

/// StoreFault is why the supplicant did not do what it was asked.
enum class StoreFault : std::uint8_t {
  unreachable,  // no supplicant; nothing was done
  unknown,      // no answer: a commit may have been carried out
  not_done,     // tried twice; nothing was done
  protocol,     // an answer that none of ours would give
  corrupt,      // it cannot read its own database
  no_space,     // nothing was done
  conflict,     // the shelf is not as we left it
};

template <class T>
using ClientResult = Expected<T, StoreFault>;

/// to_error is the fault as the trusted application meets it.
Unexpected<Error> to_error(StoreFault fault);

/// StoreClient asks the supplicant and believes nothing of what it answers beyond its form. Thread-safe.
class StoreClient {
 public:
  explicit StoreClient(RecordLink& link) : link_(link) {}

  ClientResult<std::vector<wire::rpc::ListShelves::Entry>> list_shelves();
  /// read_manifest gives nothing when the shelf is empty.
  ClientResult<std::optional<wire::rpc::ReadManifest::Reply>> read_manifest(wire::rpc::ShelfId shelf);
  /// read_page gives records in strictly growing order of uid, all above `after`.
  ClientResult<wire::rpc::ReadPage::Reply> read_page(wire::rpc::ShelfId shelf, std::optional<ObjectUid> after);

  /// commit returns success when the commit is durable. When the supplicant dies on it, the manifest is read back to
  /// learn the outcome, and the commit is tried once more if it had not happened. StoreFault::unknown is left only
  /// when no supplicant came back to ask.
  ClientResult<void> commit(const wire::rpc::Commit& request);
  /// was_committed tells by the manifest whether `change` has happened; StoreFault::conflict when the shelf is neither
  /// as before nor as after it.
  ClientResult<bool> was_committed(const wire::rpc::ShelfChange& change);

 private:
  template <class Request>
  ClientResult<wire::rpc::Answer<Request>> ask(const Request& request);
  template <class Request>
  ClientResult<wire::rpc::Answer<Request>> ask_again(const Request& request);

  RecordLink& link_;
};

}  // namespace holdfast::secure::storage
