#include "secure/world/command_line.h"

#include <getopt.h>

#include <array>
#include <charconv>
#include <cstring>
#include <limits>
#include <string_view>

namespace holdfast::secure::world {
namespace {

template <class Integer>
Result<void> read(Integer& out, std::string_view text, std::uint64_t least, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < least || value > most)
    return fail(Rv::arguments_bad, "a number on the command line is out of range");
  out = static_cast<Integer>(value);
  return {};
}

Result<void> read_level(log::Level& out, std::string_view text) {
  for (const auto& [name, level] : {std::pair{"debug", log::Level::debug}, std::pair{"info", log::Level::info},
                                    std::pair{"warning", log::Level::warning}, std::pair{"error", log::Level::error}}) {
    if (text != name) continue;
    out = level;
    return {};
  }
  return fail(Rv::arguments_bad, "--log-level is debug, info, warning or error");
}

Result<void> read_policy(TokenPolicy& out, std::string_view text) {
  const std::optional<TokenPolicy> policy = TokenPolicy::parse(text);
  if (!policy) return fail(Rv::arguments_bad, "--refuse-legacy names what it does not know");
  out = *policy;
  return {};
}

constexpr std::uint64_t kMaxFd = std::numeric_limits<int>::max();

}  // namespace

Result<CommandLine> parse(int argc, char** argv) {
  constexpr std::array kOptions = {
      option{"listen-fd", required_argument, nullptr, 'l'},   option{"control-fd", required_argument, nullptr, 'c'},
      option{"link-fd", required_argument, nullptr, 's'},     option{"root-key-fd", required_argument, nullptr, 'k'},
      option{"slots", required_argument, nullptr, 'n'},       option{"pin-cost", required_argument, nullptr, 'p'},
      option{"max-clients", required_argument, nullptr, 'm'}, option{"max-clients-per-uid", required_argument, nullptr, 'u'},
      option{"refuse-legacy", required_argument, nullptr, 'r'}, option{"log-level", required_argument, nullptr, 'v'},
      option{nullptr, 0, nullptr, 0}};
  CommandLine line;
  ::opterr = 0;
  for (int found = 0; (found = ::getopt_long(argc, argv, "", kOptions.data(), nullptr)) != -1;) {
    switch (found) {
      case 'l': HF_TRY(read(line.listen_fd, optarg, 0, kMaxFd)); break;
      case 'c': HF_TRY(read(line.control_fd, optarg, 0, kMaxFd)); break;
      case 's': HF_TRY(read(line.link_fd, optarg, 0, kMaxFd)); break;
      case 'k': HF_TRY(read(line.root_key_fd, optarg, 0, kMaxFd)); break;
      case 'n': HF_TRY(read(line.slots, optarg, 1, 256)); break;
      case 'p': HF_TRY(read(line.pin_cost, optarg, 4, 20)); break;
      case 'm': HF_TRY(read(line.max_clients, optarg, 1, 65536)); break;
      case 'u': HF_TRY(read(line.max_clients_per_uid, optarg, 1, 65536)); break;
      case 'r': HF_TRY(read_policy(line.usual_policy, optarg)); break;
      case 'v': HF_TRY(read_level(line.log_level, optarg)); break;
      default: return fail(Rv::arguments_bad, "unknown option, or one without its value");
    }
  }
  if (optind != argc) return fail(Rv::arguments_bad, "the secure world takes options only");
  if (line.listen_fd < 0 || line.control_fd < 0 || line.link_fd < 0 || line.root_key_fd < 0)
    return fail(Rv::arguments_bad, "the secure world is started by holdfastd, with its descriptors");
  return line;
}

}  // namespace holdfast::secure::world
