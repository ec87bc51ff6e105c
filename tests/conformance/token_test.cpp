#include "conformance/token_test.h"

#include <algorithm>
#include <stdlib.h>

namespace holdfast::conformance {

Bytes hex(std::string_view digits) {
  Bytes out;
  unsigned high = 16;
  for (const char c : digits) {
    if (c == ' ') continue;
    const unsigned value = static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    if (high == 16) {
      high = value;
    } else {
      out.push_back(static_cast<std::byte>(high << 4 | value));
      high = 16;
    }
  }
  return out;
}

Bytes operator+(const Bytes& a, const Bytes& b) {
  Bytes all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

testing::Daemon& ModuleTest::daemon() {
  static const std::unique_ptr<testing::Daemon> the_daemon = [] {
    auto started = testing::Daemon::start(daemon_options);
    ::setenv("HOLDFAST_SOCKET", started->socket().c_str(), 1);
    return started;
  }();
  return *the_daemon;
}

void ModuleTest::SetUp() {
  daemon();
  ASSERT_RV(module().C_Initialize(nullptr), CKR_OK);
}
void ModuleTest::TearDown() { module().C_Finalize(nullptr); }

void ModuleTest::init_token(CK_SLOT_ID slot) {
  CK_UTF8CHAR label[32];
  std::fill(std::begin(label), std::end(label), CK_UTF8CHAR{' '});
  std::copy_n("conformance", 11, label);
  ASSERT_RV(module().C_InitToken(slot, chars(kSoPin), kSoPin.size(), label), CKR_OK);
  const CK_SESSION_HANDLE session = open(CKF_RW_SESSION, slot);
  ASSERT_RV(login(session, CKU_SO, kSoPin), CKR_OK);
  ASSERT_RV(module().C_InitPIN(session, chars(kUserPin), kUserPin.size()), CKR_OK);
  ASSERT_RV(module().C_CloseSession(session), CKR_OK);
}

CK_SESSION_HANDLE ModuleTest::open(CK_FLAGS flags, CK_SLOT_ID slot) {
  CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_OpenSession(slot, CKF_SERIAL_SESSION | flags, nullptr, nullptr, &session), CKR_OK);
  return session;
}

CK_RV ModuleTest::login(CK_SESSION_HANDLE session, CK_USER_TYPE user, std::string_view pin) {
  return module().C_Login(session, user, chars(pin), pin.size());
}

OwnDaemon::OwnDaemon() : daemon_(testing::Daemon::start()), common_socket_(::getenv("HOLDFAST_SOCKET")) {
  module().C_Finalize(nullptr);
  ::setenv("HOLDFAST_SOCKET", daemon_->socket().c_str(), 1);
  EXPECT_RV(module().C_Initialize(nullptr), CKR_OK);
}
OwnDaemon::~OwnDaemon() {
  module().C_Finalize(nullptr);
  ::setenv("HOLDFAST_SOCKET", common_socket_.c_str(), 1);
  EXPECT_RV(module().C_Initialize(nullptr), CKR_OK);
}
void OwnDaemon::restart() {
  module().C_Finalize(nullptr);
  daemon_->stop();
  daemon_->run();
  EXPECT_RV(module().C_Initialize(nullptr), CKR_OK);
}

void TokenTest::SetUp() {
  ModuleTest::SetUp();
  if (HasFatalFailure()) return;
  init_token(kSlot);
  if (HasFatalFailure()) return;
  session_ = open();
  ASSERT_RV(login(session_, CKU_USER, kUserPin), CKR_OK);
}

// ---- Objects

CK_RV TokenTest::try_create(Attributes attributes) const {
  CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
  return module().C_CreateObject(session_, attributes.data(), attributes.count(), &object);
}
CK_OBJECT_HANDLE TokenTest::create(Attributes attributes) const {
  CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_CreateObject(session_, attributes.data(), attributes.count(), &object), CKR_OK);
  return object;
}
CK_RV TokenTest::try_copy(CK_OBJECT_HANDLE object, Attributes attributes) const {
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  return module().C_CopyObject(session_, object, attributes.data(), attributes.count(), &made);
}
CK_OBJECT_HANDLE TokenTest::copy(CK_OBJECT_HANDLE object, Attributes attributes) const {
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_CopyObject(session_, object, attributes.data(), attributes.count(), &made), CKR_OK);
  return made;
}
CK_RV TokenTest::try_generate(CK_MECHANISM mechanism, Attributes attributes) const {
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  return module().C_GenerateKey(session_, &mechanism, attributes.data(), attributes.count(), &key);
}
CK_OBJECT_HANDLE TokenTest::generate(CK_MECHANISM mechanism, Attributes attributes) const {
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_GenerateKey(session_, &mechanism, attributes.data(), attributes.count(), &key), CKR_OK);
  return key;
}
CK_RV TokenTest::try_generate_pair(CK_MECHANISM mechanism, Attributes for_public, Attributes for_private) const {
  Pair pair;
  return module().C_GenerateKeyPair(session_, &mechanism, for_public.data(), for_public.count(), for_private.data(),
                                    for_private.count(), &pair.public_key, &pair.private_key);
}
TokenTest::Pair TokenTest::generate_pair(CK_MECHANISM mechanism, Attributes for_public, Attributes for_private) const {
  Pair pair;
  EXPECT_RV(module().C_GenerateKeyPair(session_, &mechanism, for_public.data(), for_public.count(), for_private.data(),
                                       for_private.count(), &pair.public_key, &pair.private_key),
            CKR_OK);
  return pair;
}
CK_RV TokenTest::try_derive(CK_MECHANISM mechanism, CK_OBJECT_HANDLE base, Attributes attributes) const {
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  return module().C_DeriveKey(session_, &mechanism, base, attributes.data(), attributes.count(), &key);
}
CK_OBJECT_HANDLE TokenTest::derive(CK_MECHANISM mechanism, CK_OBJECT_HANDLE base, Attributes attributes) const {
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_DeriveKey(session_, &mechanism, base, attributes.data(), attributes.count(), &key), CKR_OK);
  return key;
}
CK_RV TokenTest::try_unwrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& wrapped,
                            Attributes attributes) const {
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  return module().C_UnwrapKey(session_, &mechanism, key, raw(wrapped), wrapped.size(), attributes.data(),
                              attributes.count(), &made);
}
CK_OBJECT_HANDLE TokenTest::unwrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& wrapped,
                                   Attributes attributes) const {
  CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
  EXPECT_RV(module().C_UnwrapKey(session_, &mechanism, key, raw(wrapped), wrapped.size(), attributes.data(),
                                 attributes.count(), &made),
            CKR_OK);
  return made;
}
CK_RV TokenTest::try_set(CK_OBJECT_HANDLE object, Attributes attributes) const {
  return module().C_SetAttributeValue(session_, object, attributes.data(), attributes.count());
}
std::vector<CK_OBJECT_HANDLE> TokenTest::find(Attributes attributes) const {
  EXPECT_RV(module().C_FindObjectsInit(session_, attributes.data(), attributes.count()), CKR_OK);
  std::vector<CK_OBJECT_HANDLE> found(4096);
  CK_ULONG count = 0;
  EXPECT_RV(module().C_FindObjects(session_, found.data(), found.size(), &count), CKR_OK);
  EXPECT_RV(module().C_FindObjectsFinal(session_), CKR_OK);
  found.resize(count);
  return found;
}

// ---- Reading

CK_RV TokenTest::try_get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  CK_BYTE value[8192];
  CK_ATTRIBUTE attribute{type, value, sizeof value};
  const CK_RV rv = module().C_GetAttributeValue(session_, object, &attribute, 1);
  if (rv != CKR_OK && rv != CKR_OBJECT_HANDLE_INVALID) {
    EXPECT_EQ(attribute.ulValueLen, CK_UNAVAILABLE_INFORMATION);
  }
  return rv;
}
Bytes TokenTest::get(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  CK_ATTRIBUTE attribute{type, nullptr, 0};
  EXPECT_RV(module().C_GetAttributeValue(session_, object, &attribute, 1), CKR_OK)
      << "attribute 0x" << std::hex << type;
  if (attribute.ulValueLen == CK_UNAVAILABLE_INFORMATION) return {};
  Bytes value(attribute.ulValueLen);
  attribute.pValue = value.data();
  if (!value.empty()) {
    EXPECT_RV(module().C_GetAttributeValue(session_, object, &attribute, 1), CKR_OK);
  }
  EXPECT_EQ(attribute.ulValueLen, value.size());
  return value;
}
bool TokenTest::get_flag(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  const Bytes value = get(object, type);
  EXPECT_EQ(value.size(), 1u);
  return value.size() == 1 && value[0] == std::byte{1};
}
CK_ULONG TokenTest::get_number(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) const {
  const Bytes value = get(object, type);
  CK_ULONG number = 0;
  EXPECT_EQ(value.size(), sizeof number);
  if (value.size() == sizeof number) std::memcpy(&number, value.data(), sizeof number);
  return number;
}

// ---- Whole operations. Each asks for the length first, so that every use also is a test of the query.

namespace {

template <class Step>
Bytes with_length_query(Step&& step) {
  CK_ULONG length = 0;
  EXPECT_RV(step(nullptr, &length), CKR_OK);
  Bytes out(length + 16);  // a null pointer would be another query
  EXPECT_RV(step(raw(out), &length), CKR_OK);
  out.resize(length);
  return out;
}

template <class Update>
void for_each_part(const Bytes& data, std::size_t part, Update&& update) {
  for (std::size_t at = 0; at < data.size(); at += part)
    update(ByteView(data).subspan(at, std::min(part, data.size() - at)));
}

}  // namespace

Bytes TokenTest::sign(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const {
  EXPECT_RV(module().C_SignInit(session_, &mechanism, key), CKR_OK);
  return with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
    return module().C_Sign(session_, raw(data), data.size(), out, length);
  });
}
Bytes TokenTest::sign_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data,
                               std::size_t part) const {
  EXPECT_RV(module().C_SignInit(session_, &mechanism, key), CKR_OK);
  for_each_part(data, part,
                [&](ByteView piece) { EXPECT_RV(module().C_SignUpdate(session_, raw(piece), piece.size()), CKR_OK); });
  return with_length_query(
      [&](CK_BYTE_PTR out, CK_ULONG_PTR length) { return module().C_SignFinal(session_, out, length); });
}
CK_RV TokenTest::verify(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data, const Bytes& signature) const {
  EXPECT_RV(module().C_VerifyInit(session_, &mechanism, key), CKR_OK);
  return module().C_Verify(session_, raw(data), data.size(), raw(signature), signature.size());
}
CK_RV TokenTest::verify_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data,
                                 const Bytes& signature, std::size_t part) const {
  EXPECT_RV(module().C_VerifyInit(session_, &mechanism, key), CKR_OK);
  for_each_part(data, part, [&](ByteView piece) {
    EXPECT_RV(module().C_VerifyUpdate(session_, raw(piece), piece.size()), CKR_OK);
  });
  return module().C_VerifyFinal(session_, raw(signature), signature.size());
}
Bytes TokenTest::encrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const {
  EXPECT_RV(module().C_EncryptInit(session_, &mechanism, key), CKR_OK);
  return with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
    return module().C_Encrypt(session_, raw(data), data.size(), out, length);
  });
}
Bytes TokenTest::decrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const {
  EXPECT_RV(module().C_DecryptInit(session_, &mechanism, key), CKR_OK);
  return with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
    return module().C_Decrypt(session_, raw(data), data.size(), out, length);
  });
}
CK_RV TokenTest::try_decrypt(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data) const {
  EXPECT_RV(module().C_DecryptInit(session_, &mechanism, key), CKR_OK);
  Bytes out(data.size() + 4096);
  CK_ULONG length = out.size();
  return module().C_Decrypt(session_, raw(data), data.size(), raw(out), &length);
}
Bytes TokenTest::encrypt_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data,
                                  std::size_t part) const {
  EXPECT_RV(module().C_EncryptInit(session_, &mechanism, key), CKR_OK);
  Bytes all;
  for_each_part(data, part, [&](ByteView piece) {
    all = all + with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
            return module().C_EncryptUpdate(session_, raw(piece), piece.size(), out, length);
          });
  });
  return all + with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
           return module().C_EncryptFinal(session_, out, length);
         });
}
Bytes TokenTest::decrypt_in_parts(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, const Bytes& data,
                                  std::size_t part) const {
  EXPECT_RV(module().C_DecryptInit(session_, &mechanism, key), CKR_OK);
  Bytes all;
  for_each_part(data, part, [&](ByteView piece) {
    all = all + with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
            return module().C_DecryptUpdate(session_, raw(piece), piece.size(), out, length);
          });
  });
  return all + with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
           return module().C_DecryptFinal(session_, out, length);
         });
}
Bytes TokenTest::digest(CK_MECHANISM_TYPE type, const Bytes& data) const {
  CK_MECHANISM m = mechanism(type);
  EXPECT_RV(module().C_DigestInit(session_, &m), CKR_OK);
  return with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
    return module().C_Digest(session_, raw(data), data.size(), out, length);
  });
}
CK_RV TokenTest::try_wrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE target) const {
  Bytes out(8192);
  CK_ULONG length = out.size();
  return module().C_WrapKey(session_, &mechanism, key, target, raw(out), &length);
}
Bytes TokenTest::wrap(CK_MECHANISM mechanism, CK_OBJECT_HANDLE key, CK_OBJECT_HANDLE target) const {
  return with_length_query([&](CK_BYTE_PTR out, CK_ULONG_PTR length) {
    return module().C_WrapKey(session_, &mechanism, key, target, out, length);
  });
}

}  // namespace holdfast::conformance
