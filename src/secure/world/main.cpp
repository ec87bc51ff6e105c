#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/log.h"
#include "secure/crypto/digest.h"
#include "secure/crypto/initialise.h"
#include "secure/pkcs11/pkcs11_ta.h"
#include "secure/pkcs11/self_test/self_test.h"
#include "secure/runtime/runtime.h"
#include "secure/sandbox/sandbox.h"
#include "secure/storage/record_link.h"
#include "secure/storage/token_store.h"
#include "secure/world/command_line.h"
#include "secure/world/control.h"
#include "wire/codec.h"

namespace holdfast::secure::world {
namespace {

constexpr std::size_t kRootKeyBytes = 32;

Result<SecretBytes> read_root_key(UniqueFd pipe) {
  HF_ASSIGN_OR_RETURN(SecretBytes key, SecretBytes::allocate(kRootKeyBytes));
  const MutableByteView out = wire::SecretCodec::fill(key);
  for (std::size_t read = 0; read < out.size();) {
    const ssize_t size = ::read(pipe.get(), out.data() + read, out.size() - read);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return fail(Rv::device_error, "root key ends before its 32 bytes");
    read += static_cast<std::size_t>(size);
  }
  return key;
}

std::array<std::uint8_t, 20> sha1(ByteView data) {
  std::array<std::uint8_t, 20> out{};
  // initialise() fetched SHA-1; what is left to fail is memory, and a nil name then matches nobody.
  (void)crypto::digest(crypto::DigestKind::sha1, data, std::as_writable_bytes(std::span(out)));
  return out;
}

Result<void> sys(const SysResult<void>& outcome) {
  if (outcome) return {};
  log::error(outcome.error().what, {{"errno", static_cast<std::uint64_t>(outcome.error().code)}});
  return fail(Rv::general_error, "the system refused");
}

/// serve builds the world from the outside in: whatever needs the kernel's goodwill first, then the sandbox, then everything
/// that looks at bytes of others.
Result<void> serve(const CommandLine& line, Control& control) {
  HF_ASSIGN_OR_RETURN(SecretBytes root_key, read_root_key(UniqueFd(line.root_key_fd)));
  HF_TRY(crypto::initialise());
  const auto report = sandbox::enter_sandbox({});
  if (!report) return sys(sys_fail(report.error().code, report.error().what));
  log::info("sandbox closed", {{"root_view", static_cast<std::uint64_t>(report->root)},
                               {"landlock", static_cast<std::uint64_t>(report->landlock_abi)},
                               {"own_network", report->own_network}});

  pkcs11::self_test::run();
  static storage::SocketRecordLink link{UniqueFd(line.link_fd)};
  control.listen(link);
  HF_ASSIGN_OR_RETURN(const std::unique_ptr<storage::Store> store,
                      storage::Store::open(std::move(root_key), link,
                                           {.slot_count = line.slots, .scrypt_log2_n = line.pin_cost}));
  auto runtime = runtime::Runtime::create({.listener = UniqueFd(line.listen_fd),
                                           .stop_fd = control.stop_fd(),
                                           .limits = {.clients = line.max_clients, .clients_per_uid = line.max_clients_per_uid},
                                           .identity = {.sha1 = sha1,
                                                        .find_executable = [&control](const runtime::Peer& peer) {
                                                          return control.find_executable(peer);
                                                        },
                                                        .foreign_ids = report->user_namespace ? runtime::ForeignIds::hidden
                                                                                              : runtime::ForeignIds::shown}});
  if (!runtime) return sys(sys_fail(runtime.error().code, runtime.error().what));
  (*runtime)->add(std::make_unique<pkcs11::Pkcs11Ta>(*store, pkcs11::Pkcs11Ta::Extensions::offered, line.usual_policy));
  control.report_ready();
  return sys((*runtime)->run());
}

int run(int argc, char** argv) {
  log::set_process("holdfast-secure-world");
  const Result<CommandLine> line = parse(argc, argv);
  if (!line) {
    log::error(line.error());
    return 2;
  }
  log::set_level(line->log_level);
  SysResult<Control> control = Control::create(UniqueFd(line->control_fd));
  if (!control) return 1;
  const Result<void> served = serve(*line, *control);
  if (served) return 0;
  log::error(served.error());
  control->report_refusal(served.error().rv);
  return 1;
}

}  // namespace
}  // namespace holdfast::secure::world

int main(int argc, char** argv) { return holdfast::secure::world::run(argc, argv); }
