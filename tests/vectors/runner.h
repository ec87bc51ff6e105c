#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "conformance/token_test.h"
#include "vectors/parameter.h"
#include "vectors/vector_file.h"

namespace holdfast::vectors {

/// Expected is what a vector says must come of it.
enum class Expected {
  ok,       // the result is the one given
  bad,      // the key or the operation is refused
  differs,  // refused, or something else than the result given (RSA PKCS #1 decryption with implicit rejection)
  any,      // either: what the standard leaves to the implementation (README.md, "acceptable")
};

/// Outcome of one call of the module: its code, and what it gave.
struct Outcome {
  CK_RV rv = CKR_OK;
  Bytes out = {};
};

/// Runner executes the lines of one data file in one session. Failed vectors fail the running test.
class Runner {
 public:
  /// `needs` is the libcrypto ("3.0") that has the mechanisms of the vectors that do not say otherwise.
  Runner(CK_SESSION_HANDLE session, CK_SLOT_ID slot, std::string needs)
      : session_(session), slot_(slot), needs_(std::move(needs)) {}
  ~Runner() { forget_keys(); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void run(const Line& line);

  std::size_t ran() const { return ran_; }
  std::size_t failed() const { return failed_; }
  /// left_out counts the vectors of mechanisms that the module does not offer, or for which libcrypto is too old.
  const std::map<std::string, std::size_t>& left_out() const { return left_out_; }
  /// missing are the mechanisms that the module does not offer although libcrypto is new enough.
  const std::set<std::string>& missing() const { return missing_; }

 private:
  using Verb = std::string (Runner::*)(CK_MECHANISM_TYPE, const Line&, Expected);
  static Verb verb_named(const std::string& name);

  // Each gives "" when the vector holds, else what was wrong.
  std::string digest(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string sign(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string verify(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string mac(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string encrypt(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string decrypt(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string cipher(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string wrap(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string derive(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string generate(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string decapsulate(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string expand(CK_MECHANISM_TYPE type, const Line& line, Expected expected);
  std::string otp(CK_MECHANISM_TYPE type, const Line& line, Expected expected);

  void use_key(const Line& line);
  void forget_keys();
  bool is_offered(CK_MECHANISM_TYPE type);
  void run_vector(const Line& line);

  /// Key is an object made when first needed, and the code that making it gave.
  struct Key {
    std::optional<Line> line;
    CK_OBJECT_HANDLE handle = CK_INVALID_HANDLE;
    CK_RV rv = CKR_OK;
    bool is_made = false;
  };
  Outcome made(Key& key);
  /// The key lines in force are one secret key, or the halves of a pair.
  Key& private_half() { return secret_.line.has_value() ? secret_ : private_; }
  Key& public_half() { return secret_.line.has_value() ? secret_ : public_; }
  Outcome value_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type);
  void destroy(CK_OBJECT_HANDLE object);

  using Init = CK_RV (*)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE);
  using Step = CK_RV (*)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR);
  /// operate makes the key, begins an operation and executes it in one step.
  Outcome operate(const Parameter& parameter, Key& key, Init init, Step step, ByteView in, std::size_t room);
  CK_RV check(const Parameter& parameter, ByteView data, ByteView signature);

  CK_SESSION_HANDLE session_;
  CK_SLOT_ID slot_;
  std::string needs_;
  Key secret_;
  Key public_;
  Key private_;
  std::map<CK_MECHANISM_TYPE, bool> offered_;
  std::map<std::string, std::size_t> left_out_;
  std::set<std::string> missing_;
  std::size_t ran_ = 0;
  std::size_t failed_ = 0;
};

}  // namespace holdfast::vectors
