#pragma once

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <pkcs11/pkcs11.h>

#include "support/module.h"

namespace holdfast::optee {

using testing::module;
using Octets = std::vector<CK_BYTE>;

/// Call the module by its 2.40 table.
inline const CK_FUNCTION_LIST& p11() { return module(); }

inline CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, Octets& value) { return {type, value.data(), value.size()}; }
template <class Value>
CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, Value& value) {
  return {type, const_cast<std::remove_const_t<Value>*>(&value), sizeof value};
}

inline CK_BBOOL yes = CK_TRUE;
inline CK_BBOOL no = CK_FALSE;

struct Pair {
  CK_OBJECT_HANDLE public_key = 0;
  CK_OBJECT_HANDLE private_key = 0;
};

/// The module over the stand-in for OP-TEE's libteec.so.2 (tests/optee/standin), which writes down what reaches it.
class OpteeTest : public ::testing::Test {
 protected:
  static std::string record_path() { return ::testing::TempDir() + "/optee-record-" + std::to_string(::getpid()); }

  OpteeTest() {
    ::setenv("HOLDFAST_TEE", std::getenv("HF_STANDIN"), 1);
    ::setenv("HOLDFAST_STANDIN_RECORD", record_path().c_str(), 1);
    ::unsetenv("CKTEEC_LOGIN_TYPE");
    ::unsetenv("CKTEEC_LOGIN_GID");
    ::unlink(record_path().c_str());
  }
  ~OpteeTest() override {
    p11().C_Finalize(nullptr);
    ::unlink(record_path().c_str());
  }

  static std::vector<std::string> record() {
    std::vector<std::string> lines;
    std::ifstream file(record_path());
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }
  static int count_record(std::string_view part) {
    int count = 0;
    for (const std::string& line : record()) count += line.find(part) != std::string::npos ? 1 : 0;
    return count;
  }
};

/// A fresh token in slot 0, and a session of its user.
class TokenTest : public OpteeTest {
 protected:
  static constexpr std::string_view kSoPin = "12345678";
  static constexpr std::string_view kUserPin = "1234";
  static CK_UTF8CHAR_PTR utf8(std::string_view text) {
    return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(text.data()));
  }

  void SetUp() override {
    ASSERT_EQ(p11().C_Initialize(nullptr), CKR_OK);
    CK_UTF8CHAR label[32];
    std::fill(std::begin(label), std::end(label), CK_UTF8CHAR{' '});
    ASSERT_EQ(p11().C_InitToken(0, utf8(kSoPin), kSoPin.size(), label), CKR_OK);
    session = open();
    ASSERT_EQ(p11().C_Login(session, CKU_SO, utf8(kSoPin), kSoPin.size()), CKR_OK);
    ASSERT_EQ(p11().C_InitPIN(session, utf8(kUserPin), kUserPin.size()), CKR_OK);
    ASSERT_EQ(p11().C_Logout(session), CKR_OK);
    ASSERT_EQ(login(), CKR_OK);
  }
  void TearDown() override {
    EXPECT_EQ(count_record("panic"), 0) << "the module ended OP-TEE's application";
    EXPECT_EQ(count_record("wrong"), 0) << "the module had OP-TEE compute something else than was asked for";
  }

  static CK_SESSION_HANDLE open() {
    CK_SESSION_HANDLE handle = 0;
    EXPECT_EQ(p11().C_OpenSession(0, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &handle), CKR_OK);
    return handle;
  }
  CK_RV login() { return p11().C_Login(session, CKU_USER, utf8(kUserPin), kUserPin.size()); }

  CK_RV create(std::vector<CK_ATTRIBUTE> attributes, CK_OBJECT_HANDLE& object) {
    return p11().C_CreateObject(session, attributes.data(), attributes.size(), &object);
  }
  /// secret imports a key that may do everything that its type can.
  CK_OBJECT_HANDLE secret(CK_KEY_TYPE type, Octets value) {
    CK_OBJECT_CLASS object_class = CKO_SECRET_KEY;
    CK_OBJECT_HANDLE key = 0;
    EXPECT_EQ(create({attribute(CKA_CLASS, object_class), attribute(CKA_KEY_TYPE, type), attribute(CKA_VALUE, value),
                      attribute(CKA_ENCRYPT, yes), attribute(CKA_DECRYPT, yes), attribute(CKA_SIGN, yes),
                      attribute(CKA_VERIFY, yes), attribute(CKA_WRAP, yes), attribute(CKA_UNWRAP, yes),
                      attribute(CKA_EXTRACTABLE, yes)},
                     key),
              CKR_OK);
    return key;
  }
  CK_OBJECT_HANDLE aes() { return secret(CKK_AES, Octets(16, 0x11)); }

  Pair generate(CK_MECHANISM_TYPE type, std::vector<CK_ATTRIBUTE> of_public, std::vector<CK_ATTRIBUTE> of_private) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    Pair pair;
    EXPECT_EQ(p11().C_GenerateKeyPair(session, &mechanism, of_public.data(), of_public.size(), of_private.data(),
                                      of_private.size(), &pair.public_key, &pair.private_key),
              CKR_OK);
    return pair;
  }
  Pair ec(Octets params) {
    return generate(CKM_EC_KEY_PAIR_GEN, {attribute(CKA_EC_PARAMS, params), attribute(CKA_VERIFY, yes)},
                    {attribute(CKA_SIGN, yes), attribute(CKA_DERIVE, yes)});
  }
  Pair rsa() {
    CK_ULONG bits = 2048;
    return generate(CKM_RSA_PKCS_KEY_PAIR_GEN,
                    {attribute(CKA_MODULUS_BITS, bits), attribute(CKA_VERIFY, yes), attribute(CKA_ENCRYPT, yes)},
                    {attribute(CKA_SIGN, yes), attribute(CKA_DECRYPT, yes), attribute(CKA_EXTRACTABLE, yes)});
  }

  Octets read(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
    CK_ATTRIBUTE wanted{type, nullptr, 0};
    EXPECT_EQ(p11().C_GetAttributeValue(session, object, &wanted, 1), CKR_OK) << std::hex << type;
    Octets value(wanted.ulValueLen);
    wanted.pValue = value.data();
    EXPECT_EQ(p11().C_GetAttributeValue(session, object, &wanted, 1), CKR_OK) << std::hex << type;
    return value;
  }
  std::size_t count(std::vector<CK_ATTRIBUTE> search) {
    CK_OBJECT_HANDLE found[16];
    CK_ULONG number = 0;
    EXPECT_EQ(p11().C_FindObjectsInit(session, search.data(), search.size()), CKR_OK);
    EXPECT_EQ(p11().C_FindObjects(session, found, 16, &number), CKR_OK);
    EXPECT_EQ(p11().C_FindObjectsFinal(session), CKR_OK);
    return number;
  }

  CK_SESSION_HANDLE session = 0;
  const Octets p256{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};
  const Octets p384{0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22};
  const Octets p521{0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23};
};

}  // namespace holdfast::optee
