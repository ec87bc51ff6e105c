#pragma once

#include <deque>
#include <mutex>
#include <vector>

#include "secure/storage/record_link.h"
#include "supplicant/memory/memory_record_store.h"
#include "supplicant/storage_service.h"

namespace holdfast::testing {

/// MemoryRecordLink is a supplicant in memory, with the real protocol in between, that fails as it is told.
class MemoryRecordLink final : public secure::storage::RecordLink {
 public:
  enum class Fault {
    none,
    unreachable,   // nobody was asked
    lost_request,  // the supplicant died before it did anything
    lost_reply,    // it died after it did everything
    garbage,       // an answer that is no answer; the request is not carried out
    short_reply,   // the right answer, less its last byte
    empty_reply,
    disk_error,  // Status::io_error; the request is not carried out
    disk_full,
  };

  Result<Bytes> call(ByteView request) override {
    const std::scoped_lock lock(mutex_);
    ++calls_;
    Fault fault = Fault::none;
    if (!faults_.empty()) {
      fault = faults_.front();
      faults_.pop_front();
    }
    return answer(fault, request);
  }

  /// fail_next queues what happens to the next calls, one each.
  void fail_next(std::initializer_list<Fault> faults) { fail_in_order(faults); }
  void fail_in_order(std::vector<Fault> faults) {
    const std::scoped_lock lock(mutex_);
    faults_.assign(faults.begin(), faults.end());
  }
  int calls() const { return calls_; }
  /// store is the thief's view of the disk.
  supplicant::MemoryRecordStore& store() { return store_; }

 private:
  Result<Bytes> answer(Fault fault, ByteView request) {
    using wire::rpc::Status;
    switch (fault) {
      case Fault::none:
        return service_.answer(request);
      case Fault::unreachable:
        return fail(Rv::device_removed, "the fake supplicant is away");
      case Fault::lost_request:
        return fail(Rv::device_error, "the fake supplicant died on the request");
      case Fault::lost_reply:
        service_.answer(request);
        return fail(Rv::device_error, "the fake supplicant died on the reply");
      case Fault::garbage:
        return to_bytes(as_bytes("\x07\x07 this is no reply of the storage protocol"));
      case Fault::short_reply: {
        Bytes reply = service_.answer(request);
        reply.pop_back();
        return reply;
      }
      case Fault::empty_reply:
        return Bytes{};
      case Fault::disk_error:
        return wire::rpc::encode_fault(Status::io_error);
      case Fault::disk_full:
        return wire::rpc::encode_fault(Status::no_space);
    }
    return fail(Rv::general_error);
  }

  std::mutex mutex_;
  std::deque<Fault> faults_;
  int calls_ = 0;
  supplicant::MemoryRecordStore store_;
  supplicant::StorageService service_{store_};
};

}  // namespace holdfast::testing
