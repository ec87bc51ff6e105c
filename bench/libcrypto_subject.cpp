#include "libcrypto_subject.h"

#include <array>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace holdfast::bench {
namespace {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};
using Pkey = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, Release<EVP_CIPHER_CTX_free>>;
using Cipher = std::unique_ptr<EVP_CIPHER, Release<EVP_CIPHER_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Digest = std::unique_ptr<EVP_MD, Release<EVP_MD_free>>;

void require(bool success) {
  if (!success) give_up("libcrypto failed");
}

class SignWorker final : public Worker {
 public:
  SignWorker(EVP_PKEY* key, const Workload& workload)
      : context_(EVP_PKEY_CTX_new(key, nullptr)), input_(workload.bytes, 0x5a) {
    require(context_ != nullptr && EVP_PKEY_sign_init(context_.get()) == 1);
    if (workload.work == Work::rsa2048_sign)
      require(EVP_PKEY_CTX_set_rsa_padding(context_.get(), RSA_PKCS1_PADDING) == 1);
  }
  void run_once() override {
    std::size_t size = signature_.size();
    require(EVP_PKEY_sign(context_.get(), signature_.data(), &size, input_.data(), input_.size()) == 1);
  }

 private:
  PkeyContext context_;
  std::vector<unsigned char> input_;
  std::array<unsigned char, 256> signature_{};
};

class GcmWorker final : public Worker {
 public:
  explicit GcmWorker(std::size_t bytes) : input_(bytes, 0x5a), output_(bytes) {
    std::array<unsigned char, 32> key;
    require(cipher_ && RAND_bytes(key.data(), key.size()) == 1 &&
            EVP_EncryptInit_ex2(context_.get(), cipher_.get(), key.data(), iv_.data(), nullptr) == 1);
  }
  void run_once() override {
    int size = 0;
    std::array<unsigned char, 16> tag;
    ++iv_[0];
    require(EVP_EncryptInit_ex2(context_.get(), nullptr, nullptr, iv_.data(), nullptr) == 1 &&
            EVP_EncryptUpdate(context_.get(), output_.data(), &size, input_.data(), static_cast<int>(input_.size())) ==
                1 &&
            EVP_EncryptFinal_ex(context_.get(), output_.data(), &size) == 1 &&
            EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, tag.size(), tag.data()) == 1);
  }

 private:
  Cipher cipher_{EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)};
  CipherContext context_{EVP_CIPHER_CTX_new()};
  std::array<unsigned char, 12> iv_{};
  std::vector<unsigned char> input_, output_;
};

class DigestWorker final : public Worker {
 public:
  explicit DigestWorker(std::size_t bytes) : input_(bytes, 0x5a) { require(digest_ != nullptr); }
  void run_once() override {
    std::array<unsigned char, 32> out;
    unsigned size = 0;
    require(EVP_DigestInit_ex2(context_.get(), digest_.get(), nullptr) == 1 &&
            EVP_DigestUpdate(context_.get(), input_.data(), input_.size()) == 1 &&
            EVP_DigestFinal_ex(context_.get(), out.data(), &size) == 1);
  }

 private:
  Digest digest_{EVP_MD_fetch(nullptr, "SHA256", nullptr)};
  DigestContext context_{EVP_MD_CTX_new()};
  std::vector<unsigned char> input_;
};

class LibcryptoSubject final : public Subject {
 public:
  LibcryptoSubject() { require(p256_ && rsa_); }
  std::string name() const override { return "libcrypto in process"; }
  std::unique_ptr<Worker> make_worker(const Workload& workload) override {
    switch (workload.work) {
      case Work::p256_sign:
        return std::make_unique<SignWorker>(p256_.get(), workload);
      case Work::rsa2048_sign:
        return std::make_unique<SignWorker>(rsa_.get(), workload);
      case Work::aes256_gcm:
        return std::make_unique<GcmWorker>(workload.bytes);
      case Work::sha256:
        return std::make_unique<DigestWorker>(workload.bytes);
    }
    return nullptr;
  }

 private:
  Pkey p256_{EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")};
  Pkey rsa_{EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048})};
};

}  // namespace

std::unique_ptr<Subject> make_libcrypto_subject() { return std::make_unique<LibcryptoSubject>(); }

}  // namespace holdfast::bench
