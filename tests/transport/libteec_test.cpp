// The drop-in library as a file: what a program finds in it by name, and what it prints.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "transport/test_world.h"

namespace holdfast::transport_test {
namespace {

/// Library is libteec.so.2 loaded at run time, as programs do that can live without a TEE.
class Library {
 public:
  Library() : handle_(::dlopen(HF_LIBTEEC, RTLD_NOW | RTLD_LOCAL)) {}
  ~Library() { ::dlclose(handle_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  template <class Function>
  Function* find(const char* name) const {
    return reinterpret_cast<Function*>(::dlsym(handle_, name));
  }

 private:
  void* handle_;
};

/// printed runs `body` in a process of its own and gives what it wrote to descriptor `fd`.
template <class Body>
std::string printed(int fd, Body&& body) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], fd);
    body();
    std::fflush(nullptr);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[512];
  for (ssize_t size = 0; (size = ::read(ends[0], buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<std::size_t>(size));
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return text;
}

TEST(Library, OffersEverySymbolByName) {
  const Library library;
  for (const char* name :
       {"TEEC_InitializeContext", "TEEC_FinalizeContext", "TEEC_OpenSession", "TEEC_CloseSession", "TEEC_InvokeCommand",
        "TEEC_AllocateSharedMemory", "TEEC_RegisterSharedMemory", "TEEC_RegisterSharedMemoryFileDescriptor",
        "TEEC_ReleaseSharedMemory", "TEEC_RequestCancellation", "_dprintf", "dump_buffer"})
    EXPECT_NE(library.find<void()>(name), nullptr) << name;
}

TEST(Library, AnswersToNoNameAndToOpteesAndToNoOther) {
  TestWorld world(TestWorld::Where::thread);
  ASSERT_EQ(::setenv("HOLDFAST_SOCKET", world.socket_path(), 1), 0);
  for (const char* name : {static_cast<const char*>(nullptr), "optee-tz", world.socket_path()}) {
    TEEC_Context context{};
    EXPECT_EQ(TEEC_InitializeContext(name, &context), TEEC_SUCCESS) << (name != nullptr ? name : "NULL");
    TEEC_FinalizeContext(&context);
    TEEC_FinalizeContext(&context);  // a finalised one holds nothing more
  }
  for (const char* name : {"", "optee", "OPTEE-TZ", "optee-tz ", "trusty", "/dev/tee0", "/"}) {
    TEEC_Context context{};
    EXPECT_EQ(TEEC_InitializeContext(name, &context), TEEC_ERROR_ITEM_NOT_FOUND) << name;
  }
  ::unsetenv("HOLDFAST_SOCKET");
}

TEST(Library, PrintsTracesToStandardOutput) {
  const Library library;
  using Print = void(const char*, int, int, const char*, const char*, ...);
  Print* const print = library.find<Print>("_dprintf");
  ASSERT_NE(print, nullptr);
  EXPECT_EQ(printed(STDOUT_FILENO, [&] { print("open_slot", 42, 1, "CKT", "no slot %d", 7); }),
            "E/CKT: open_slot:42: no slot 7\n");
  EXPECT_EQ(printed(STDOUT_FILENO, [&] { print(nullptr, 0, 3, nullptr, "raw %s\n", "text"); }), "raw text\n");
  EXPECT_EQ(printed(STDOUT_FILENO, [&] { print(nullptr, 0, 1, "CKT", "%300s", "x"); }).size(), 256U);
  EXPECT_EQ(printed(STDOUT_FILENO, [&] { print("f", 1, 99, "CKT", "level"); }), "F/CKT: f:1: level\n");
  EXPECT_EQ(printed(STDOUT_FILENO, [&] { print("f", 1, 1, "CKT", nullptr); }), "");
}

TEST(Library, DumpsBuffersToStandardError) {
  const Library library;
  using Dump = void(const char*, const std::uint8_t*, std::size_t);
  Dump* const dump = library.find<Dump>("dump_buffer");
  ASSERT_NE(dump, nullptr);
  const std::uint8_t bytes[17] = {0x00, 'A', 0xFF};
  const std::string text = printed(STDERR_FILENO, [&] { dump("head", bytes, sizeof bytes); });
  EXPECT_EQ(text.substr(0, 22), "head\n00 41 ff 00 00 00");
  EXPECT_NE(text.find("|.A..............|\n"), std::string::npos) << text;
  EXPECT_NE(text.find("|.|\n"), std::string::npos) << "the seventeenth on a line of its own";
}

TEST(Library, PrintsNothingOfItsOwn) {
  TestWorld world(TestWorld::Where::process);
  const auto use = [&] {
    TestClient client(world.socket_path());
    client.echo(1, 100);
    TEEC_Context context{};
    TEEC_InitializeContext("/nonexistent", &context);
  };
  EXPECT_EQ(printed(STDOUT_FILENO, use), "");
  EXPECT_EQ(printed(STDERR_FILENO, use), "");
}

}  // namespace
}  // namespace holdfast::transport_test
