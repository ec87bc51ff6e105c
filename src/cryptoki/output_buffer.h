#pragma once

#include <algorithm>
#include <span>

#include <pkcs11/pkcs11.h>

#include "base/bytes.h"
#include "base/result.h"

namespace holdfast::cryptoki {

/// Outcome is what the trusted application said about a command with variable output: its code, and the size it wrote
/// (Rv::ok) or needs (Rv::buffer_too_small).
struct Outcome {
  Rv rv = Rv::ok;
  std::size_t size = 0;
};

/// OutputBuffer is a caller's (pBuffer, pulBufferLen) pair and the only owner of the rules for it (PKCS#11 3.0
/// section 5.2): a null buffer asks for the length; a short one is CKR_BUFFER_TOO_SMALL with the length; both leave the
/// operation as it was.
class OutputBuffer {
 public:
  /// at refuses a null length pointer. `limit` bounds how much of the buffer is offered to the secure world: the
  /// caller's length may be anything.
  static Result<OutputBuffer> at(CK_BYTE_PTR data, CK_ULONG_PTR length, std::size_t limit) {
    if (length == nullptr) return fail(Rv::arguments_bad, "null length pointer");
    return OutputBuffer(data, length, limit);
  }

  bool is_length_query() const noexcept { return data_ == nullptr; }
  /// room is what the secure world may fill; nothing for a length query.
  MutableByteView room() const noexcept {
    return {reinterpret_cast<std::byte*>(data_), is_length_query() ? 0 : offered_};
  }
  /// rest is the room after the first `used` bytes.
  MutableByteView rest(std::size_t used) const noexcept { return room().subspan(std::min(used, room().size())); }

  /// settle tells the caller what happened. On any other error than a short buffer, nothing of the caller's is touched.
  Result<void> settle(const Outcome& outcome) {
    switch (outcome.rv) {
      case Rv::ok:
        // With no room, a size says how much there would be: a world may answer a query without calling it an error.
        if (!is_length_query() && outcome.size > offered_)
          return fail(Rv::general_error, "size reported beyond the buffer");
        *length_ = outcome.size;
        return {};
      case Rv::buffer_too_small:
        if (!is_length_query() && outcome.size <= offered_ && outcome.size != 0)
          return fail(Rv::general_error, "buffer called too small that is not");
        if (!is_length_query() && offered_ < *length_)
          return fail(Rv::data_len_range, "more output than one call carries");
        *length_ = outcome.size;
        if (is_length_query()) return {};
        return fail(Rv::buffer_too_small);
      default:
        return fail(outcome.rv);
    }
  }

 private:
  OutputBuffer(CK_BYTE_PTR data, CK_ULONG_PTR length, std::size_t limit)
      : data_(data), length_(length), offered_(std::min<std::size_t>(*length, limit)) {}

  CK_BYTE_PTR data_;
  CK_ULONG_PTR length_;
  std::size_t offered_;
};

/// fill_list is the same dance for a list whose items are known: null asks for the count.
template <class Item>
Result<void> fill_list(std::span<const Item> items, Item* list, CK_ULONG_PTR count) {
  const CK_ULONG room = *count;
  *count = items.size();
  if (list == nullptr) return {};
  if (room < items.size()) return fail(Rv::buffer_too_small);
  std::copy(items.begin(), items.end(), list);
  return {};
}

}  // namespace holdfast::cryptoki
