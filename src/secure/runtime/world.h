#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <vector>

#include "secure/runtime/identity.h"
#include "secure/ta/trusted_application.h"
#include "transport/epoch_page.h"
#include "transport/region.h"

namespace holdfast::secure::runtime {

struct Limits {
  std::size_t clients = 1024;
  std::size_t clients_per_uid = 256;
  std::uint32_t slots_per_client = transport::kMaxSlots;
  std::size_t sessions_per_client = 64;
  std::size_t extra_window_bytes_per_client = std::size_t{256} * 1024 * 1024;
  std::size_t extra_windows_per_client = 64;
  std::chrono::milliseconds hello{5000};
  std::chrono::milliseconds idle_thread{60'000};
};

/// World is what all clients of the runtime share.
struct World {
  Limits limits;
  IdentitySources identity;
  std::vector<std::unique_ptr<ta::TrustedApplication>> applications;  // fixed once the runtime runs
  transport::EpochPage* epoch = nullptr;
  int epoch_fd = -1;
  std::uint32_t cpus = 1;

  /// find_application gives the one of that UUID, or null.
  ta::TrustedApplication* find_application(const ta::Uuid& uuid) const {
    for (const auto& application : applications) {
      if (application->uuid() == uuid) return application.get();
    }
    return nullptr;
  }
};

}  // namespace holdfast::secure::runtime
