#include "secure/runtime/window_table.h"

#include <bit>

#include "transport/region.h"

namespace holdfast::secure::runtime {

Expected<WindowTable::Made, TeeResult> WindowTable::make(std::size_t bytes) {
  if (!std::has_single_bit(bytes) || bytes < transport::kSmallestExtraBytes || bytes > transport::kLargestExtraBytes)
    return Unexpected{TeeResult::bad_parameters};
  const std::lock_guard lock(lock_);
  if (windows_.size() >= count_limit_ || bytes > byte_limit_ - bytes_) return Unexpected{TeeResult::out_of_memory};
  auto memory = transport::create_sealed("holdfast-window", bytes);
  if (!memory) return Unexpected{TeeResult::out_of_memory};
  do {
    ++last_id_;
  } while (last_id_ == 0 || windows_.contains(last_id_));
  windows_.emplace(last_id_, std::make_shared<const transport::Mapping>(std::move(memory->mapping)));
  bytes_ += bytes;
  return Made{.id = last_id_, .fd = std::move(memory->fd)};
}

void WindowTable::drop(std::uint32_t id) {
  Window last;
  const std::lock_guard lock(lock_);
  const auto found = windows_.find(id);
  if (found == windows_.end()) return;
  last = std::move(found->second);
  bytes_ -= last->size();
  windows_.erase(found);
}

Window WindowTable::find(std::uint32_t id) const {
  const std::lock_guard lock(lock_);
  const auto found = windows_.find(id);
  return found == windows_.end() ? nullptr : found->second;
}

}  // namespace holdfast::secure::runtime
