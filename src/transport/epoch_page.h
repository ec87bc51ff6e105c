#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace holdfast::transport {

inline constexpr std::uint32_t kEpochMagic = 0x45544648;  // "HFTE"
inline constexpr std::size_t kTokenEpochs = 256;

/// EpochPage is written by the secure world and can only be read by clients, so no client can mislead another.
struct EpochPage {
  std::uint32_t magic = kEpochMagic;
  std::uint32_t layout_version = 1;
  std::atomic<std::uint32_t> spin_cpus{1};              // CPUs the secure world may use
  std::atomic<std::uint32_t> draining{0};               // 1: the world is about to stop
  alignas(64) std::atomic<std::uint32_t> in_flight{0};  // requests being served now, of all clients
  /// One counter per token slot: it has changed when anything a client may have remembered of that token has.
  alignas(64) std::array<std::atomic<std::uint64_t>, kTokenEpochs> token{};
};
static_assert(sizeof(EpochPage) <= 4096 && offsetof(EpochPage, in_flight) == 64 && offsetof(EpochPage, token) == 128);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace holdfast::transport
