#include <unistd.h>

#include "cli/doctor_checks.h"
#include "cli/places.h"

namespace holdfast::cli {
namespace {

Finding look(const std::string& path, bool is_only_place) {
  switch (look_at_socket(path)) {
    case SocketState::listening: return {Grade::ok, "socket", path + ": holdfastd listens", ""};
    case SocketState::stale:
      return {Grade::problem, "socket", path + ": nobody listens any more", "start holdfastd again, which replaces the file"};
    case SocketState::missing:
      return {is_only_place ? Grade::problem : Grade::note, "socket", path + ": not there", is_only_place ? "start holdfastd" : ""};
    case SocketState::not_a_socket:
      return {Grade::problem, "socket", path + ": is not a socket of Holdfast", "move it away, or correct HOLDFAST_SOCKET"};
    case SocketState::forbidden:
      return {Grade::problem, "socket", path + ": this user may not connect", "check the modes of the socket and of its directories"};
  }
  return {};
}

}  // namespace

Findings check_sockets() {
  const std::vector<std::string> places = socket_places();
  Findings findings;
  bool somebody_listens = false;
  for (const std::string& path : places) {
    findings.push_back(look(path, places.size() == 1));
    somebody_listens = somebody_listens || findings.back().grade == Grade::ok;
  }
  if (!somebody_listens && places.size() > 1)
    findings.push_back({Grade::note, "socket", "no holdfastd runs",
                        ::geteuid() == 0 ? "start one" : "start one, or let the module start one for this user on first use"});
  return findings;
}

}  // namespace holdfast::cli
