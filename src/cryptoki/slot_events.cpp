#include "cryptoki/slot_events.h"

#include <bit>
#include <climits>
#include <ctime>
#include <linux/futex.h>
#include <mutex>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/byte_reader.h"
#include "cryptoki/fetch_all.h"
#include "cryptoki/library.h"
#include "cryptoki/process_state.h"

namespace holdfast::cryptoki::slot_events {
namespace {

constexpr std::uint32_t kMostSlots = 64;
// A token that comes or goes tells nobody, and the module has no thread of its own: the one that waits looks up.
constexpr timespec kBetweenLooks{.tv_sec = 0, .tv_nsec = 200'000'000};

std::uint64_t bit_of(std::uint32_t slot) { return std::uint64_t{1} << slot; }

bool has_initialised_token(const Client& client, std::uint32_t slot) {
  const auto info = client.send<wire::TokenInfo>({.slot = ck::SlotId{slot}});
  return info && (info->flags & CKF_TOKEN_INITIALIZED) != 0;
}

/// look sees no slots when nothing listens, or the secure world has gone; whether its tokens are initialised is then as
/// it was.
SlotPicture look(const Client& client, const SlotPicture& before) {
  SlotPicture now{.present = 0, .initialised = before.initialised};
  const auto list = fetch_all<wire::SlotList>(client, {.ignored = 0});
  if (!list) return now;
  for (ByteReader slots(*list); slots.remaining() != 0;) {
    const auto slot = slots.u32();
    if (!slot) break;
    if (*slot >= kMostSlots) continue;
    now.present |= bit_of(*slot);
    now.initialised &= ~bit_of(*slot);
    if (has_initialised_token(client, *slot)) now.initialised |= bit_of(*slot);
  }
  return now;
}

/// tell takes the lowest slot that is not as the application knows it, and makes it known.
std::optional<ck::SlotId> tell(SlotPicture& known, const SlotPicture& now) {
  const std::uint64_t changed = (known.present ^ now.present) | (known.initialised ^ now.initialised);
  if (changed == 0) return std::nullopt;
  const auto slot = static_cast<std::uint32_t>(std::countr_zero(changed));
  known.present = (known.present & ~bit_of(slot)) | (now.present & bit_of(slot));
  known.initialised = (known.initialised & ~bit_of(slot)) | (now.initialised & bit_of(slot));
  return ck::SlotId{slot};
}

void sleep_until_end_or_look(std::atomic<std::uint32_t>& lives, std::uint32_t life) noexcept {
  static_assert(sizeof lives == sizeof(std::uint32_t));
  ::syscall(SYS_futex, &lives, FUTEX_WAIT_PRIVATE, life, &kBetweenLooks, nullptr, 0);
}

}  // namespace

Result<std::optional<ck::SlotId>> poll_event() {
  HF_ASSIGN_OR_RETURN(const Client client, library::rejoined_client());
  ProcessState& state = *ProcessState::existing();
  SlotPicture before{};
  {
    const std::lock_guard lock(state.lock);
    before = state.slot_watch.known;
  }
  const SlotPicture now = look(client, before);
  const std::lock_guard lock(state.lock);
  if (state.connection == nullptr) return fail(Rv::cryptoki_not_initialized);
  if (!state.slot_watch.has_picture) {
    state.slot_watch.has_picture = true;
    state.slot_watch.known = now;
  }
  return tell(state.slot_watch.known, now);
}

Result<ck::SlotId> wait_event() {
  HF_TRY(library::client());
  std::atomic<std::uint32_t>& lives = ProcessState::existing()->slot_watch.lives;
  const std::uint32_t life = lives.load();
  while (true) {
    HF_ASSIGN_OR_RETURN(const std::optional<ck::SlotId> slot, poll_event());
    if (slot) return *slot;
    sleep_until_end_or_look(lives, life);
    // Another life may have begun already; this call belongs to the one that ended.
    if (lives.load() != life) return fail(Rv::cryptoki_not_initialized);
  }
}

void end_waits(SlotWatch& watch) noexcept {
  watch.has_picture = false;
  watch.known = {};
  watch.lives.fetch_add(1);
  ::syscall(SYS_futex, &watch.lives, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

}  // namespace holdfast::cryptoki::slot_events
