#include "pkcs11_subject.h"

#include <array>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>

#include "pkcs11/pkcs11.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kSoPin = "bench-so-pin", kPin = "bench-pin", kLabel = "holdfast-bench";

CK_UTF8CHAR_PTR text(std::string_view value) {
  return reinterpret_cast<CK_UTF8CHAR_PTR>(const_cast<char*>(value.data()));
}

void require(CK_RV rv, const char* function) {
  if (rv == CKR_OK) return;
  std::array<char, 96> message;
  std::snprintf(message.data(), message.size(), "%s answered 0x%lx", function, rv);
  give_up(message.data());
}

/// PaddedLabel is kLabel as CK_TOKEN_INFO has it.
std::array<CK_UTF8CHAR, 32> padded_label() {
  std::array<CK_UTF8CHAR, 32> label;
  label.fill(' ');
  std::memcpy(label.data(), kLabel.data(), kLabel.size());
  return label;
}

class Module {
 public:
  explicit Module(const std::string& path) {
    void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) give_up(std::string("cannot load ") + path + ": " + ::dlerror());
    const auto get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get_list == nullptr) give_up(path + " is not a PKCS#11 module");
    require(get_list(&functions_), "C_GetFunctionList");
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    require(functions_->C_Initialize(&arguments), "C_Initialize");
  }
  CK_FUNCTION_LIST_PTR operator->() const { return functions_; }

 private:
  CK_FUNCTION_LIST_PTR functions_ = nullptr;
};

CK_SLOT_ID first_slot(const Module& p11, const std::array<CK_UTF8CHAR, 32>* wanted_label) {
  CK_ULONG count = 0;
  require(p11->C_GetSlotList(CK_TRUE, nullptr, &count), "C_GetSlotList");
  std::vector<CK_SLOT_ID> slots(count);
  require(p11->C_GetSlotList(CK_TRUE, slots.data(), &count), "C_GetSlotList");
  for (const CK_SLOT_ID slot : slots) {
    CK_TOKEN_INFO info{};
    if (wanted_label == nullptr) return slot;
    require(p11->C_GetTokenInfo(slot, &info), "C_GetTokenInfo");
    if (std::memcmp(info.label, wanted_label->data(), wanted_label->size()) == 0) return slot;
  }
  give_up("the module has no slot to use");
}

CK_SESSION_HANDLE open_session(const Module& p11, CK_SLOT_ID slot) {
  CK_SESSION_HANDLE session = 0;
  require(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, nullptr, nullptr, &session), "C_OpenSession");
  return session;
}

/// make_token leaves a user logged in and returns the slot; some modules move a new token to another slot.
CK_SLOT_ID make_token(const Module& p11) {
  std::array<CK_UTF8CHAR, 32> label = padded_label();
  require(p11->C_InitToken(first_slot(p11, nullptr), text(kSoPin), kSoPin.size(), label.data()), "C_InitToken");
  const CK_SLOT_ID slot = first_slot(p11, &label);
  const CK_SESSION_HANDLE session = open_session(p11, slot);
  require(p11->C_Login(session, CKU_SO, text(kSoPin), kSoPin.size()), "C_Login");
  require(p11->C_InitPIN(session, text(kPin), kPin.size()), "C_InitPIN");
  require(p11->C_Logout(session), "C_Logout");
  require(p11->C_Login(session, CKU_USER, text(kPin), kPin.size()), "C_Login");
  return slot;  // the session stays open, and so the user stays logged in
}

struct Keys {
  CK_OBJECT_HANDLE p256 = 0, rsa = 0, aes = 0;
};

/// make_keys makes token objects, so that every session of the process can use them.
Keys make_keys(const Module& p11, CK_SLOT_ID slot) {
  const CK_SESSION_HANDLE session = open_session(p11, slot);
  CK_BBOOL yes = CK_TRUE;
  std::array<CK_BYTE, 10> curve{0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07};
  CK_ULONG bits = 2048, bytes = 32;
  std::array<CK_ATTRIBUTE, 3> signer{{{CKA_TOKEN, &yes, 1}, {CKA_PRIVATE, &yes, 1}, {CKA_SIGN, &yes, 1}}};
  std::array<CK_ATTRIBUTE, 3> ec{
      {{CKA_TOKEN, &yes, 1}, {CKA_VERIFY, &yes, 1}, {CKA_EC_PARAMS, curve.data(), curve.size()}}};
  std::array<CK_ATTRIBUTE, 3> rsa{
      {{CKA_TOKEN, &yes, 1}, {CKA_VERIFY, &yes, 1}, {CKA_MODULUS_BITS, &bits, sizeof bits}}};
  std::array<CK_ATTRIBUTE, 4> aes{
      {{CKA_TOKEN, &yes, 1}, {CKA_PRIVATE, &yes, 1}, {CKA_ENCRYPT, &yes, 1}, {CKA_VALUE_LEN, &bytes, sizeof bytes}}};
  CK_MECHANISM generate_ec{CKM_EC_KEY_PAIR_GEN, nullptr, 0}, generate_rsa{CKM_RSA_PKCS_KEY_PAIR_GEN, nullptr, 0},
      generate_aes{CKM_AES_KEY_GEN, nullptr, 0};
  Keys keys;
  CK_OBJECT_HANDLE public_key = 0;
  require(p11->C_GenerateKeyPair(session, &generate_ec, ec.data(), ec.size(), signer.data(), signer.size(), &public_key,
                                 &keys.p256),
          "C_GenerateKeyPair");
  require(p11->C_GenerateKeyPair(session, &generate_rsa, rsa.data(), rsa.size(), signer.data(), signer.size(),
                                 &public_key, &keys.rsa),
          "C_GenerateKeyPair");
  require(p11->C_GenerateKey(session, &generate_aes, aes.data(), aes.size(), &keys.aes), "C_GenerateKey");
  return keys;
}

class Pkcs11Worker final : public Worker {
 public:
  Pkcs11Worker(const Module& p11, CK_SLOT_ID slot, const Keys& keys, const Workload& workload)
      : p11_(p11),
        session_(open_session(p11, slot)),
        keys_(keys),
        work_(workload.work),
        input_(workload.bytes, 0x5a),
        output_(workload.bytes + 512) {
    gcm_.pIv = iv_.data();
    gcm_.ulIvLen = iv_.size();
    gcm_.ulIvBits = iv_.size() * 8;
    gcm_.ulTagBits = 128;
  }
  ~Pkcs11Worker() override { p11_->C_CloseSession(session_); }

  void run_once() override {
    switch (work_) {
      case Work::p256_sign:
        return sign(CKM_ECDSA, keys_.p256);
      case Work::rsa2048_sign:
        return sign(CKM_RSA_PKCS, keys_.rsa);
      case Work::aes256_gcm:
        return encrypt();
      case Work::sha256:
        return digest();
    }
  }

 private:
  void sign(CK_MECHANISM_TYPE type, CK_OBJECT_HANDLE key) {
    CK_MECHANISM mechanism{type, nullptr, 0};
    CK_ULONG size = output_.size();
    require(p11_->C_SignInit(session_, &mechanism, key), "C_SignInit");
    require(p11_->C_Sign(session_, input_.data(), input_.size(), output_.data(), &size), "C_Sign");
  }
  void encrypt() {
    ++iv_[0];
    CK_MECHANISM mechanism{CKM_AES_GCM, &gcm_, sizeof gcm_};
    CK_ULONG size = output_.size();
    require(p11_->C_EncryptInit(session_, &mechanism, keys_.aes), "C_EncryptInit");
    require(p11_->C_Encrypt(session_, input_.data(), input_.size(), output_.data(), &size), "C_Encrypt");
  }
  void digest() {
    CK_MECHANISM mechanism{CKM_SHA256, nullptr, 0};
    CK_ULONG size = output_.size();
    require(p11_->C_DigestInit(session_, &mechanism), "C_DigestInit");
    require(p11_->C_Digest(session_, input_.data(), input_.size(), output_.data(), &size), "C_Digest");
  }

  const Module& p11_;
  CK_SESSION_HANDLE session_;
  const Keys keys_;
  const Work work_;
  std::vector<CK_BYTE> input_, output_;
  std::array<CK_BYTE, 12> iv_{};
  CK_GCM_PARAMS gcm_{};
};

class Pkcs11Subject final : public Subject {
 public:
  Pkcs11Subject(std::string name, const std::string& path)
      : name_(std::move(name)), p11_(path), slot_(make_token(p11_)), keys_(make_keys(p11_, slot_)) {}
  ~Pkcs11Subject() override { p11_->C_Finalize(nullptr); }

  std::string name() const override { return name_; }
  std::unique_ptr<Worker> make_worker(const Workload& workload) override {
    return std::make_unique<Pkcs11Worker>(p11_, slot_, keys_, workload);
  }

 private:
  std::string name_;
  Module p11_;
  CK_SLOT_ID slot_;
  Keys keys_;
};

}  // namespace

std::unique_ptr<Subject> make_pkcs11_subject(const std::string& name, const std::string& module_path) {
  return std::make_unique<Pkcs11Subject>(name, module_path);
}

}  // namespace holdfast::bench
