#include "optee/golden_calls.h"

#include <algorithm>
#include <array>
#include <memory>

#include "support/attributes.h"
#include "support/module.h"

namespace holdfast::optee {
namespace {

using testing::Attributes;
using testing::module;

template <std::size_t N>
constexpr std::array<CK_BYTE, N> filled(CK_BYTE value) {
  std::array<CK_BYTE, N> bytes{};
  bytes.fill(value);
  return bytes;
}

// What the vectors are filled with.
auto data = filled<16>(0x22);
auto iv = filled<16>(0x33);
auto key_iv = filled<16>(0x66);
std::array<CK_BYTE, 10> kP256{0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07};

CK_UTF8CHAR_PTR text(const char* characters) {
  return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(characters));
}
/// The label "tok", blank padded.
CK_UTF8CHAR_PTR label() { return text("tok                             "); }

// ---- Tokens and sessions

void init_token(CK_UTF8CHAR_PTR pin, CK_ULONG size) { module().C_InitToken(2, pin, size, label()); }

void set_pin(Application& app) {
  module().C_InitPIN(app.open_as(CKU_SO), text("old1"), 4);
  module().C_Logout(app.session());
  module().C_Login(app.session(), CKU_USER, text("old1"), 4);
  module().C_SetPIN(app.session(), text("old1"), 4, text("newpin"), 6);
  module().C_SetPIN(app.session(), text("newpin"), 6, text("1234"), 4);  // for the other vectors
}

// ---- Objects

void get_attribute_value(Application& app) {
  const CK_OBJECT_HANDLE key = app.with({"data", "aes"});
  CK_ULONG object_class = 0;
  std::array<CK_BYTE, 8> name{};
  std::array<CK_ATTRIBUTE, 3> wanted{CK_ATTRIBUTE{CKA_CLASS, &object_class, sizeof object_class},
                                     CK_ATTRIBUTE{CKA_LABEL, name.data(), name.size()},
                                     CK_ATTRIBUTE{CKA_ID, nullptr, 0}};
  module().C_GetAttributeValue(app.session(), key, wanted.data(), wanted.size());
}

void copy_object(Application& app) {
  const CK_OBJECT_HANDLE key = app.with({"data", "aes"});
  Attributes attributes;
  attributes.flag(CKA_EXTRACTABLE, true);
  CK_OBJECT_HANDLE copy = CK_INVALID_HANDLE;
  module().C_CopyObject(app.session(), key, attributes.data(), attributes.count(), &copy);
}

void find_objects(Application& app) {
  app.with({"data"});
  module().C_FindObjectsInit(app.session(), nullptr, 0);
  std::array<CK_OBJECT_HANDLE, 4> found{};
  CK_ULONG count = 0;
  module().C_FindObjects(app.session(), found.data(), found.size(), &count);
}

// ---- Operations

/// An init is only sure to cross when its operation does, so the calls of this kind also make a step.
template <class Param>
Call encrypt(const char* key, CK_MECHANISM_TYPE type, Param parameter) {
  return [=](Application& app) mutable {
    CK_MECHANISM mechanism{type, &parameter, sizeof parameter};
    const CK_OBJECT_HANDLE object = app.with({"data", key});
    module().C_EncryptInit(app.session(), &mechanism, object);
    std::array<CK_BYTE, 512> out{};
    CK_ULONG size = out.size();
    module().C_Encrypt(app.session(), data.data(), data.size(), out.data(), &size);
  };
}

Call sign(const char* key, CK_MECHANISM_TYPE type, std::function<void(CK_MECHANISM&)> set_parameter = {}) {
  return [=](Application& app) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    if (set_parameter) set_parameter(mechanism);
    const CK_OBJECT_HANDLE object = app.with({"data", key});
    module().C_SignInit(app.session(), &mechanism, object);
    std::array<CK_BYTE, 512> out{};
    CK_ULONG size = out.size();
    module().C_Sign(app.session(), data.data(), data.size(), out.data(), &size);
  };
}

template <class Param>
std::function<void(CK_MECHANISM&)> with_parameter(Param parameter) {
  return [kept = std::make_shared<Param>(parameter)](CK_MECHANISM& mechanism) {
    mechanism.pParameter = kept.get();
    mechanism.ulParameterLen = sizeof(Param);
  };
}

CK_RSA_PKCS_OAEP_PARAMS oaep() { return {CKM_SHA256, CKG_MGF1_SHA256, CKZ_DATA_SPECIFIED, data.data(), 3}; }
CK_GCM_PARAMS gcm() { return {iv.data(), 12, 96, data.data(), 5, 128}; }
CK_AES_CTR_PARAMS ctr() {
  CK_AES_CTR_PARAMS parameter{1, {}};
  std::fill(std::begin(parameter.cb), std::end(parameter.cb), CK_BYTE{0x44});
  return parameter;
}

void decrypt_init(Application& app) {
  CK_MECHANISM mechanism{CKM_AES_ECB, nullptr, 0};
  const CK_OBJECT_HANDLE key = app.with({"data", "aes"});
  module().C_DecryptInit(app.session(), &mechanism, key);
  std::array<CK_BYTE, 16> out{};
  CK_ULONG size = out.size();
  module().C_Decrypt(app.session(), data.data(), data.size(), out.data(), &size);
}

void begin_cbc(Application& app) {
  CK_MECHANISM mechanism{CKM_AES_CBC, iv.data(), iv.size()};
  const CK_OBJECT_HANDLE key = app.with({"aes"});
  module().C_EncryptInit(app.session(), &mechanism, key);
}

void encrypt_size_query(Application& app) {
  begin_cbc(app);
  CK_ULONG size = 0;
  module().C_Encrypt(app.session(), data.data(), data.size(), nullptr, &size);
  std::array<CK_BYTE, 16> out{};
  size = out.size();
  module().C_Encrypt(app.session(), data.data(), data.size(), out.data(), &size);
}

void encrypt_without_length(Application& app) {
  begin_cbc(app);
  module().C_Encrypt(app.session(), data.data(), data.size(), nullptr, nullptr);
}

void verify(Application& app) {
  CK_MECHANISM mechanism{CKM_ECDSA, nullptr, 0};
  const CK_OBJECT_HANDLE key = app.with({"ec-pub-p256"});
  module().C_VerifyInit(app.session(), &mechanism, key);
  auto signature = filled<64>(0x44);
  module().C_Verify(app.session(), data.data(), data.size(), signature.data(), signature.size());
}

void digest_init(Application& app) {
  app.open();
  CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
  module().C_DigestInit(app.session(), &mechanism);
  module().C_DigestUpdate(app.session(), data.data(), data.size());
}

void digest_key(Application& app) {
  const CK_OBJECT_HANDLE key = app.with({"data", "aes"});
  CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
  module().C_DigestInit(app.session(), &mechanism);
  module().C_DigestKey(app.session(), key);
}

// ---- Keys

void generate_key(Application& app) {
  app.open();
  CK_MECHANISM mechanism{CKM_AES_KEY_GEN, nullptr, 0};
  Attributes attributes;
  attributes.number(CKA_VALUE_LEN, 32);
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  module().C_GenerateKey(app.session(), &mechanism, attributes.data(), attributes.count(), &key);
}

void generate_key_pair(Application& app) {
  app.open_as(CKU_USER);
  CK_MECHANISM mechanism{CKM_EC_KEY_PAIR_GEN, nullptr, 0};
  Attributes first;
  first.number(CKA_CLASS, CKO_PUBLIC_KEY).flag(CKA_TOKEN, true).flag(CKA_VERIFY, true).flag(CKA_DERIVE, true);
  first.bytes(CKA_EC_PARAMS, as_bytes(kP256.data(), kP256.size())).number(CKA_KEY_TYPE, CKK_EC);
  first.text(CKA_LABEL, "label").flag(CKA_PRIVATE, false);
  Attributes second;
  second.number(CKA_CLASS, CKO_PRIVATE_KEY).flag(CKA_TOKEN, true).flag(CKA_PRIVATE, true).flag(CKA_SENSITIVE, true);
  second.flag(CKA_SIGN, true).flag(CKA_DERIVE, true).number(CKA_KEY_TYPE, CKK_EC).text(CKA_LABEL, "label");
  std::array<CK_OBJECT_HANDLE, 2> pair{};
  if (module().C_GenerateKeyPair(app.session(), &mechanism, first.data(), first.count(), second.data(), second.count(),
                                 &pair[0], &pair[1]) != CKR_OK)
    return;
  for (const CK_OBJECT_HANDLE key : pair) module().C_DestroyObject(app.session(), key);
}

void derive(Application& app, CK_MECHANISM mechanism) {
  const CK_OBJECT_HANDLE parent = app.with({"data", "aes-derive"});
  CK_OBJECT_HANDLE derived = CK_INVALID_HANDLE;
  module().C_DeriveKey(app.session(), &mechanism, parent, nullptr, 0, &derived);
}

void derive_ecb(Application& app) {
  CK_KEY_DERIVATION_STRING_DATA parameter{data.data(), data.size()};
  derive(app, {CKM_AES_ECB_ENCRYPT_DATA, &parameter, sizeof parameter});
}

void derive_cbc(Application& app) {
  CK_AES_CBC_ENCRYPT_DATA_PARAMS parameter{{}, data.data(), data.size()};
  std::copy(key_iv.begin(), key_iv.end(), parameter.iv);
  derive(app, {CKM_AES_CBC_ENCRYPT_DATA, &parameter, sizeof parameter});
}

std::map<std::string, Call> token_calls() {
  return {
      {"GetTokenInfo(0)",
       [](Application&) {
         CK_TOKEN_INFO info;
         module().C_GetTokenInfo(0, &info);
       }},
      {"GetMechanismInfo(0, 0x1040)",
       [](Application&) {
         CK_MECHANISM_INFO info;
         module().C_GetMechanismInfo(0, CKM_EC_KEY_PAIR_GEN, &info);
       }},
      {"OpenSession(0, RW)", [](Application& app) { app.open(); }},
      {"CloseAllSessions(2)", [](Application&) { module().C_CloseAllSessions(2); }},
      {"InitToken(2, \"sopin\", \"tok\")", [](Application&) { init_token(text("sopin"), 5); }},
      {"InitToken(2, NULL, \"tok\")", [](Application&) { init_token(nullptr, 0); }},
      {"InitPIN(\"1234\")", [](Application& app) { module().C_InitPIN(app.open_as(CKU_SO), text("1234"), 4); }},
      {"SetPIN(\"old1\", \"newpin\")", set_pin},
      {"Login(USER, \"1234\")", [](Application& app) { app.open_as(CKU_USER); }},
  };
}

std::map<std::string, Call> object_calls() {
  return {
      {"DestroyObject",
       [](Application& app) {
         const CK_OBJECT_HANDLE key = app.with({"data", "aes"});
         module().C_DestroyObject(app.session(), key);
       }},
      {"GetAttributeValue", get_attribute_value},
      {"CopyObject", copy_object},
      {"FindObjectsInit",
       [](Application& app) {
         app.open();
         module().C_FindObjectsInit(app.session(), nullptr, 0);
       }},
      {"FindObjects(4)", find_objects},
  };
}

std::map<std::string, Call> operation_calls() {
  return {
      {"EncryptInit AES_CBC", encrypt("aes", CKM_AES_CBC, iv)},
      {"EncryptInit AES_CTR", encrypt("aes", CKM_AES_CTR, ctr())},
      {"EncryptInit AES_GCM", encrypt("aes", CKM_AES_GCM, gcm())},
      {"EncryptInit OAEP", encrypt("rsa-pub", CKM_RSA_PKCS_OAEP, oaep())},
      {"DecryptInit AES_ECB", decrypt_init},
      {"Encrypt, size query", encrypt_size_query},
      {"Encrypt with NULL length pointer", encrypt_without_length},
      {"SignInit SHA256_HMAC_GENERAL", sign("generic", CKM_SHA256_HMAC_GENERAL, with_parameter(CK_ULONG{10}))},
      {"SignInit SHA256_RSA_PKCS_PSS", sign("rsa-priv", CKM_SHA256_RSA_PKCS_PSS,
                                            with_parameter(CK_RSA_PKCS_PSS_PARAMS{CKM_SHA256, CKG_MGF1_SHA256, 32}))},
      {"SignInit EDDSA", sign("ed-priv", CKM_EDDSA)},
      {"SignInit EDDSA, prehash", sign("ed-priv", CKM_EDDSA, with_parameter(CK_EDDSA_PARAMS{CK_TRUE, 2, data.data()}))},
      {"SignInit ECDSA", sign("ec-priv-p256", CKM_ECDSA)},
      {"Verify", verify},
      {"DigestInit SHA256", digest_init},
      {"DigestKey", digest_key},
  };
}

std::map<std::string, Call> key_calls() {
  return {
      {"GenerateKey", generate_key},
      {"GenerateKeyPair", generate_key_pair},
      {"DeriveKey AES_ECB_ENCRYPT_DATA", derive_ecb},
      {"DeriveKey AES_CBC_ENCRYPT_DATA", derive_cbc},
  };
}

}  // namespace

const std::map<std::string, Call>& golden_calls() {
  static const std::map<std::string, Call> calls = [] {
    std::map<std::string, Call> all = token_calls();
    all.merge(object_calls());
    all.merge(operation_calls());
    all.merge(key_calls());
    return all;
  }();
  return calls;
}

}  // namespace holdfast::optee
