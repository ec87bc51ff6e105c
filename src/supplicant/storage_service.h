#pragma once

#include "base/sys_result.h"
#include "supplicant/record_store.h"

namespace holdfast::supplicant {

/// StorageService turns requests of the secure world into calls of a record store. Whatever the request is, there is an
/// answer: what is out of protocol gets Status::bad_request.
class StorageService {
 public:
  explicit StorageService(RecordStore& store) : store_(store) {}
  Bytes answer(ByteView request);

 private:
  RecordStore& store_;
};

/// serve answers the requests that arrive on `link_fd`, one after the other, until the other end closes it. A fault of
/// the link itself (a frame that is none) is the error.
SysResult<void> serve(int link_fd, StorageService& service);

}  // namespace holdfast::supplicant
