#pragma once

#include "base/bytes.h"
#include "cryptoki/client.h"

namespace holdfast::cryptoki {

/// fetch_all gets the whole of a list, which may grow between being told its size and asking again.
template <class C>
Result<Bytes> fetch_all(const Client& client, const typename C::Request& request) {
  constexpr std::size_t kLimit = 1024 * 1024;
  Bytes list(1024);  // enough for most lists, which then take one crossing
  for (int attempt = 0; attempt < 4; ++attempt) {
    HF_ASSIGN_OR_RETURN(const Outcome outcome, client.fetch<C>(request, list));
    if (outcome.rv != Rv::ok && outcome.rv != Rv::buffer_too_small) return fail(outcome.rv, C::kName);
    if (outcome.size > kLimit) return fail(Rv::general_error, "list beyond its limit");
    const bool is_complete = outcome.rv == Rv::ok && outcome.size <= list.size();
    list.resize(outcome.size);
    if (is_complete) return list;
  }
  return fail(Rv::function_failed, "list keeps growing");
}

}  // namespace holdfast::cryptoki
