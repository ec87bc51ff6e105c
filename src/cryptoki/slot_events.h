#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include <pkcs11/pkcs11.h>

#include "base/result.h"
#include "ck/handles.h"

namespace holdfast::cryptoki {

/// SlotPicture is what one look at the slots saw, a bit for each slot. Slots beyond the bits have no events.
struct SlotPicture {
  std::uint64_t present;
  std::uint64_t initialised;
};

/// SlotWatch is the part of the process's state that C_WaitForSlotEvent needs; zeros are its beginning. Guarded by
/// ProcessState::lock, but for `lives`.
struct SlotWatch {
  /// How many lives of the library have ended; the word that waiting threads sleep on.
  std::atomic<std::uint32_t> lives;
  bool has_picture;
  /// What the application knows: each event told brings one slot up to date.
  SlotPicture known;
};

namespace slot_events {

/// poll_event looks at the slots and gives one in which a token came, went or was initialised since the application was
/// last told; the first look only learns how things are.
Result<std::optional<ck::SlotId>> poll_event();

/// wait_event waits until there is one. Rv::cryptoki_not_initialized when the library's life ends meanwhile.
Result<ck::SlotId> wait_event();

/// end_waits wakes all that wait, and forgets what was known. The caller ends the library's life and holds its lock.
void end_waits(SlotWatch& watch) noexcept;

}  // namespace slot_events
}  // namespace holdfast::cryptoki
