#include <CLI/CLI.hpp>
#include <cerrno>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/unique_fd.h"
#include "supplicant/memory/memory_record_store.h"
#include "supplicant/on_demand_store.h"
#include "supplicant/sqlite/sqlite_record_store.h"
#include "supplicant/storage_service.h"

namespace holdfast::supplicant {
namespace {

enum class Backend { sqlite, memory };

bool give_up_privileges() {
  const rlimit no_core{0, 0};
  ::umask(077);
  return ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::setrlimit(RLIMIT_CORE, &no_core) == 0;
}

StoreResult<std::unique_ptr<RecordStore>> open_store(Backend backend, const std::string& directory) {
  if (backend == Backend::memory) return std::unique_ptr<RecordStore>(std::make_unique<MemoryRecordStore>());
  HF_ASSIGN_OR_RETURN(std::unique_ptr<SqliteRecordStore> store, SqliteRecordStore::open(directory));
  return std::unique_ptr<RecordStore>(std::move(store));
}

int run(int link_fd, Backend backend, const std::string& directory) {
  log::set_process("holdfast-supplicant");
  const UniqueFd link(link_fd);
  if (!give_up_privileges()) {
    log::error("cannot give up privileges", {{"errno", static_cast<std::uint64_t>(errno)}});
    return 1;
  }
  OnDemandStore store([&] { return open_store(backend, directory); });
  StorageService service(store);
  const SysResult<void> served = serve(link.get(), service);
  if (!served) {
    log::error(served.error().what, {{"errno", static_cast<std::uint64_t>(served.error().code)}});
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace holdfast::supplicant

int main(int argc, char** argv) {
  using holdfast::supplicant::Backend;
  int link_fd = -1;
  std::string directory;
  Backend backend = Backend::sqlite;
  CLI::App app("Keeps the sealed records of a Holdfast secure world. Started by holdfastd.", "holdfast-supplicant");
  app.add_option("--link-fd", link_fd, "Inherited stream socket to the secure world")
      ->required()
      ->check(CLI::Range(0, 1 << 20));
  app.add_option("--store", directory, "Directory of the record database")->required();
  app.add_option("--backend", backend, "Where records are kept")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Backend>{{"sqlite", Backend::sqlite}, {"memory", Backend::memory}}));
  CLI11_PARSE(app, argc, argv);
  try {
    return holdfast::supplicant::run(link_fd, backend, directory);
  } catch (const std::bad_alloc&) {
    holdfast::log::error("out of memory");
    return 1;
  }
}
