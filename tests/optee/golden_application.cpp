#include <algorithm>
#include <iterator>
#include <set>
#include <stdexcept>

#include "base/byte_reader.h"
#include "optee/call_text.h"
#include "optee/golden_calls.h"
#include "optee/vocabulary.h"
#include "support/attributes.h"
#include "support/module.h"

namespace holdfast::optee {
namespace {

using testing::Attributes;
using testing::module;

constexpr std::size_t kHeadBytes = 8;

void require(CK_RV rv, const char* what) {
  if (rv != CKR_OK) throw std::runtime_error(what + (": " + name_of_return_code(static_cast<std::uint32_t>(rv))));
}

CK_UTF8CHAR_PTR text(const char* characters) {
  return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(characters));
}

/// put_all reads a list as it lies on the wire, where numbers have four bytes.
void put_all(Attributes& attributes, ByteView list) {
  static const std::set<std::uint32_t> kNumbers{CKA_CLASS, CKA_CERTIFICATE_TYPE, CKA_KEY_TYPE};
  for (ByteReader in(list); in.remaining() != 0;) {
    const std::uint32_t type = in.u32().value();
    const ByteView value = in.take(in.u32().value()).value();
    if (kNumbers.contains(type))
      attributes.number(type, ByteReader(value).u32().value());
    else
      attributes.bytes(type, value);
  }
}

}  // namespace

Application::Application(const std::map<std::string, std::string>& objects) : objects_(objects) {
  require(module().C_Initialize(nullptr), "C_Initialize");
}

Application::~Application() { module().C_Finalize(nullptr); }

void Application::prepare_token() {
  char label[32];
  std::fill(std::begin(label), std::end(label), ' ');
  require(module().C_Initialize(nullptr), "C_Initialize");
  require(module().C_InitToken(0, text("sopin"), 5, text(label)), "C_InitToken");
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  require(module().C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), "C_OpenSession");
  require(module().C_Login(session, CKU_SO, text("sopin"), 5), "C_Login");
  require(module().C_InitPIN(session, text("1234"), 4), "C_InitPIN");
  require(module().C_Finalize(nullptr), "C_Finalize");
}

CK_SESSION_HANDLE Application::open() {
  require(module().C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session_), "C_OpenSession");
  return session_;
}

CK_SESSION_HANDLE Application::open_as(CK_USER_TYPE user) {
  open();
  const bool is_so = user == CKU_SO;
  require(module().C_Login(session_, user, text(is_so ? "sopin" : "1234"), is_so ? 5 : 4), "C_Login");
  return session_;
}

CK_OBJECT_HANDLE Application::with(std::initializer_list<const char*> names) {
  if (session_ == CK_INVALID_HANDLE) open_as(CKU_USER);
  CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
  for (const char* const name : names) handle = create(objects_.at(name));
  return handle;
}

CK_OBJECT_HANDLE Application::create(const std::string& attributes) {
  NoNames names;
  const Bytes list = encode(attributes, names);
  Attributes values;
  put_all(values, ByteView(list).subspan(kHeadBytes));
  CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
  require(module().C_CreateObject(session_, values.data(), values.count(), &handle), "C_CreateObject");
  return handle;
}

}  // namespace holdfast::optee
