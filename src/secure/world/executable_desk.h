#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/expected.h"
#include "base/tee_result.h"
#include "secure/runtime/identity.h"

namespace holdfast::secure::world {

/// ExecutableDesk asks the launcher which file a client runs. Threads of clients' slots ask and wait, each for its own answer;
/// the thread that hears the launcher delivers. The launcher is believed; a late or strange answer is dropped.
class ExecutableDesk {
 public:
  /// ask waits a few seconds. busy when the launcher cannot be asked now, access_denied when it does not know or stays silent.
  Expected<std::string, TeeResult> ask(int control_socket, const runtime::Peer& peer);
  void deliver(ByteView packet);

 private:
  struct Waiting {
    std::optional<Expected<std::string, TeeResult>> answer;
  };
  std::mutex lock_;  // guards the two below
  std::map<std::uint32_t, Waiting*> waiting_;
  std::uint32_t last_number_ = 0;
  std::condition_variable delivered_;
};

}  // namespace holdfast::secure::world
