#include "vectors/runner.h"

#include <cstring>
#include <openssl/crypto.h>
#include <stdexcept>

#include "conformance/token_test.h"

namespace holdfast::vectors {
namespace {

using conformance::raw;
using testing::Attributes;
using testing::module;

/// kMaxFailuresShown keeps a mechanism that is wrong altogether from filling the log.
constexpr std::size_t kMaxFailuresShown = 10;

Expected expected_named(const std::string& word) {
  if (word == "ok") return Expected::ok;
  if (word == "bad") return Expected::bad;
  if (word == "differs") return Expected::differs;
  if (word == "any") return Expected::any;
  throw std::runtime_error("no result is called " + word);
}

/// is_libcrypto tells whether the libcrypto at hand is of this version ("3.5") or newer.
bool is_libcrypto(const std::string& version) {
  const unsigned long major = std::stoul(version);
  const unsigned long minor = std::stoul(version.substr(version.find('.') + 1));
  return std::pair<unsigned long, unsigned long>(OPENSSL_version_major(), OPENSSL_version_minor()) >=
         std::pair(major, minor);
}

std::string hex(ByteView bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::byte b : bytes) {
    text += kDigits[std::to_integer<unsigned>(b) >> 4];
    text += kDigits[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

std::string name_of(CK_RV rv) { return ck::name_of_rv(static_cast<std::uint32_t>(rv)); }

/// judge compares what came of a call with what had to.
std::string judge(const Outcome& outcome, const Bytes& wanted, Expected expected) {
  const bool succeeded = outcome.rv == CKR_OK;
  const bool is_right = succeeded && outcome.out == wanted;
  switch (expected) {
    case Expected::ok:
      if (!succeeded) return "refused with " + name_of(outcome.rv);
      return is_right ? "" : "gave " + hex(outcome.out);
    case Expected::bad:
      return succeeded ? "not refused" : "";
    case Expected::differs:
      return is_right ? "gave what it must not give away" : "";
    case Expected::any:
      return succeeded && !is_right ? "neither refused nor right: " + hex(outcome.out) : "";
  }
  return "";
}

/// judge_check does the same for a verification, which gives no result.
std::string judge_check(CK_RV rv, Expected expected) {
  if (expected == Expected::any || (rv == CKR_OK) == (expected == Expected::ok)) return "";
  return expected == Expected::ok ? "refused with " + name_of(rv) : "accepted";
}

/// readable_secret is a template for a new key whose value can be compared.
Attributes readable_secret() {
  Attributes attributes;
  attributes.number(CKA_CLASS, CKO_SECRET_KEY).number(CKA_KEY_TYPE, CKK_GENERIC_SECRET);
  attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
  return attributes;
}

}  // namespace

void Runner::run(const Line& line) {
  const std::string& first = line.words.at(0);
  if (first == "secret" || first == "public" || first == "private") {
    use_key(line);
  } else {
    run_vector(line);
  }
}

// ---- Keys

void Runner::destroy(CK_OBJECT_HANDLE object) {
  if (object != CK_INVALID_HANDLE) module().C_DestroyObject(session_, object);
}

void Runner::forget_keys() {
  for (Key* const key : {&secret_, &public_, &private_}) {
    destroy(key->handle);
    *key = Key();
  }
}

void Runner::use_key(const Line& line) {
  const bool is_secret = line.words[0] == "secret";
  if (is_secret || secret_.line.has_value()) forget_keys();
  Key& key = is_secret ? secret_ : line.words[0] == "public" ? public_ : private_;
  destroy(key.handle);
  key = Key{.line = line};
}

Outcome Runner::made(Key& key) {
  if (!key.line.has_value()) throw std::runtime_error("no key line for this operation");
  if (key.is_made) return {key.rv};
  key.is_made = true;
  const Line& line = *key.line;
  const std::string& half = line.words[0];
  const CK_OBJECT_CLASS object_class = half == "public"                 ? CKO_PUBLIC_KEY
                                       : half == "private"              ? CKO_PRIVATE_KEY
                                       : line.words.at(1) == "CKK_HOTP" ? CKO_OTP_KEY
                                                                        : CKO_SECRET_KEY;
  Attributes attributes;
  attributes.number(CKA_CLASS, object_class).number(CKA_KEY_TYPE, key_type_number(line.words.at(1)));
  for (const auto& [name, value] : line.fields.all()) {
    const CK_ATTRIBUTE_TYPE type = attribute_number(name);
    if (value.starts_with('#')) {
      attributes.number(type, std::stoul(value.substr(1)));
    } else if (value == "true" || value == "false") {
      attributes.flag(type, value == "true");
    } else {
      attributes.bytes(type, line.fields.bytes(name));
    }
  }
  if (half != "public") attributes.flag(CKA_EXTRACTABLE, true).flag(CKA_SENSITIVE, false);
  key.rv = module().C_CreateObject(session_, attributes.data(), attributes.count(), &key.handle);
  return {key.rv};
}

Outcome Runner::value_of(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type) {
  CK_ATTRIBUTE attribute{type, nullptr, 0};
  CK_RV rv = module().C_GetAttributeValue(session_, object, &attribute, 1);
  if (rv != CKR_OK) return {rv};
  Bytes value(attribute.ulValueLen);
  attribute.pValue = value.data();
  if (!value.empty()) rv = module().C_GetAttributeValue(session_, object, &attribute, 1);
  return {rv, std::move(value)};
}

// ---- Vectors

Runner::Verb Runner::verb_named(const std::string& name) {
  static const std::map<std::string, Verb> verbs = {
      {"digest", &Runner::digest},   {"sign", &Runner::sign},         {"verify", &Runner::verify},
      {"mac", &Runner::mac},         {"encrypt", &Runner::encrypt},   {"decrypt", &Runner::decrypt},
      {"cipher", &Runner::cipher},   {"wrap", &Runner::wrap},         {"derive", &Runner::derive},
      {"generate", &Runner::generate}, {"decapsulate", &Runner::decapsulate}, {"expand", &Runner::expand},
      {"otp", &Runner::otp},
  };
  const auto found = verbs.find(name);
  if (found == verbs.end()) throw std::runtime_error("no verb is called " + name);
  return found->second;
}

bool Runner::is_offered(CK_MECHANISM_TYPE type) {
  const auto known = offered_.find(type);
  if (known != offered_.end()) return known->second;
  CK_MECHANISM_INFO info{};
  const CK_RV rv = module().C_GetMechanismInfo(slot_, type, &info);
  if (rv != CKR_OK && rv != CKR_MECHANISM_INVALID) throw std::runtime_error("C_GetMechanismInfo gave " + name_of(rv));
  return offered_[type] = rv == CKR_OK;
}

void Runner::run_vector(const Line& line) {
  const Verb verb = verb_named(line.words[0]);
  const std::string& mechanism = line.words.at(1);
  const CK_MECHANISM_TYPE type = mechanism_number(mechanism);
  const bool has_libcrypto = is_libcrypto(line.fields.has("needs") ? line.fields.word("needs") : needs_);
  if (!is_offered(type) && has_libcrypto) missing_.insert(mechanism);
  if (!is_offered(type) || !has_libcrypto) {
    ++left_out_[mechanism];
    return;
  }
  ++ran_;
  const std::string wrong = (this->*verb)(type, line, expected_named(line.words.at(2)));
  if (wrong.empty() || ++failed_ > kMaxFailuresShown) return;
  ADD_FAILURE() << "line " << line.number << " (" << line.source << ", id " << line.fields.word("id") << "): "
                << line.words[0] << " " << mechanism << " " << line.words[2] << ": " << wrong;
}

Outcome Runner::operate(const Parameter& parameter, Key& key, Init init, Step step, ByteView in, std::size_t room) {
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return key_made;
  CK_MECHANISM mechanism = parameter.mechanism();
  if (const CK_RV rv = init(session_, &mechanism, key.handle); rv != CKR_OK) return {rv};
  Bytes out(room);
  CK_ULONG length = out.size();
  const CK_RV rv = step(session_, raw(in), in.size(), raw(out), &length);
  if (rv == CKR_BUFFER_TOO_SMALL) throw std::runtime_error("a result is larger than the test expects");
  if (rv != CKR_OK) return {rv};
  out.resize(length);
  return {rv, std::move(out)};
}

std::string Runner::digest(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  CK_MECHANISM mechanism = conformance::mechanism(type);
  if (const CK_RV rv = module().C_DigestInit(session_, &mechanism); rv != CKR_OK) return judge({rv}, {}, expected);
  const Bytes in = line.fields.bytes("in");
  Bytes out(64);
  CK_ULONG length = out.size();
  const CK_RV rv = module().C_Digest(session_, raw(in), in.size(), raw(out), &length);
  out.resize(rv == CKR_OK ? length : 0);
  return judge({rv, std::move(out)}, line.fields.bytes("out"), expected);
}

std::string Runner::sign(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const Bytes wanted = line.fields.bytes("out");
  const Outcome outcome = operate(Parameter(type, line.fields), private_half(), module().C_SignInit, module().C_Sign,
                                  line.fields.bytes("in"), wanted.size() + 1024);
  return judge(outcome, wanted, expected);
}

CK_RV Runner::check(const Parameter& parameter, ByteView data, ByteView signature) {
  Key& key = public_half();
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return key_made.rv;
  CK_MECHANISM mechanism = parameter.mechanism();
  if (const CK_RV rv = module().C_VerifyInit(session_, &mechanism, key.handle); rv != CKR_OK) return rv;
  return module().C_Verify(session_, raw(data), data.size(), raw(signature), signature.size());
}

std::string Runner::verify(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  return judge_check(check(Parameter(type, line.fields), line.fields.bytes("in"), line.fields.bytes("out")), expected);
}

std::string Runner::mac(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const std::string wrong = verify(type, line, expected);
  return wrong.empty() && expected == Expected::ok ? sign(type, line, expected) : wrong;
}

std::string Runner::encrypt(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const Bytes in = line.fields.bytes("in");
  return judge(operate(Parameter(type, line.fields), public_half(), module().C_EncryptInit, module().C_Encrypt, in,
                       in.size() + 1024),
               line.fields.bytes("out"), expected);
}

std::string Runner::decrypt(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const Bytes in = line.fields.bytes("out");
  return judge(operate(Parameter(type, line.fields), private_half(), module().C_DecryptInit, module().C_Decrypt, in,
                       in.size() + 1024),
               line.fields.bytes("in"), expected);
}

std::string Runner::cipher(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const std::string wrong = decrypt(type, line, expected);
  if (!wrong.empty()) return "decryption " + wrong;
  if (expected != Expected::ok) return "";
  const std::string wrong_again = encrypt(type, line, expected);
  return wrong_again.empty() ? "" : "encryption " + wrong_again;
}

std::string Runner::wrap(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  Key& key = private_half();
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return judge(key_made, {}, expected);
  const Parameter parameter(type, line.fields);
  CK_MECHANISM mechanism = parameter.mechanism();
  const Bytes wrapped = line.fields.bytes("out");
  Attributes attributes = readable_secret();
  CK_OBJECT_HANDLE target = CK_INVALID_HANDLE;
  const CK_RV rv = module().C_UnwrapKey(session_, &mechanism, key.handle, raw(wrapped), wrapped.size(),
                                        attributes.data(), attributes.count(), &target);
  std::string wrong =
      judge(rv == CKR_OK ? value_of(target, CKA_VALUE) : Outcome{rv}, line.fields.bytes("in"), expected);
  if (wrong.empty() && expected == Expected::ok) {
    Bytes out(wrapped.size() + 64);
    CK_ULONG length = out.size();
    const CK_RV wrap_rv = module().C_WrapKey(session_, &mechanism, key.handle, target, raw(out), &length);
    out.resize(wrap_rv == CKR_OK ? length : 0);
    wrong = judge({wrap_rv, std::move(out)}, wrapped, expected);
    if (!wrong.empty()) wrong = "wrapping " + wrong;
  }
  destroy(target);
  return wrong;
}

std::string Runner::derive(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  Key& key = private_half();
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return judge(key_made, {}, expected);
  const Parameter parameter(type, line.fields);
  CK_MECHANISM mechanism = parameter.mechanism();
  const Bytes wanted = line.fields.bytes("out");
  Attributes attributes = type == CKM_HKDF_DATA ? std::move(Attributes().number(CKA_CLASS, CKO_DATA)) : readable_secret();
  attributes.number(CKA_VALUE_LEN, wanted.size());
  CK_OBJECT_HANDLE derived = CK_INVALID_HANDLE;
  const CK_RV rv = module().C_DeriveKey(session_, &mechanism, key.handle, attributes.data(), attributes.count(),
                                        &derived);
  const std::string wrong = judge(rv == CKR_OK ? value_of(derived, CKA_VALUE) : Outcome{rv}, wanted, expected);
  destroy(derived);
  return wrong;
}

std::string Runner::generate(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  const Parameter parameter(type, line.fields);
  CK_MECHANISM mechanism = parameter.mechanism();
  const Bytes wanted = line.fields.bytes("out");
  Attributes attributes = readable_secret();
  attributes.number(CKA_VALUE_LEN, wanted.size());
  CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
  const CK_RV rv = module().C_GenerateKey(session_, &mechanism, attributes.data(), attributes.count(), &key);
  const std::string wrong = judge(rv == CKR_OK ? value_of(key, CKA_VALUE) : Outcome{rv}, wanted, expected);
  destroy(key);
  return wrong;
}

std::string Runner::decapsulate(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  Key& key = private_half();
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return judge(key_made, {}, expected);
  CK_MECHANISM mechanism = conformance::mechanism(type);
  const Bytes ciphertext = line.fields.bytes("in");
  Attributes attributes = readable_secret();
  CK_OBJECT_HANDLE secret = CK_INVALID_HANDLE;
  const CK_RV rv = testing::module_3_2().C_DecapsulateKey(session_, &mechanism, key.handle, attributes.data(), attributes.count(),
                                             raw(ciphertext), ciphertext.size(), &secret);
  const std::string wrong =
      judge(rv == CKR_OK ? value_of(secret, CKA_VALUE) : Outcome{rv}, line.fields.bytes("out"), expected);
  destroy(secret);
  return wrong;
}

/// The private key that the token makes of a seed is the one given.
std::string Runner::expand(CK_MECHANISM_TYPE, const Line& line, Expected expected) {
  Key& key = private_half();
  if (const Outcome key_made = made(key); key_made.rv != CKR_OK) return judge(key_made, {}, expected);
  return judge(value_of(key.handle, CKA_VALUE), line.fields.bytes("out"), expected);
}

/// A one-time password comes inside a CK_OTP_SIGNATURE_INFO.
std::string Runner::otp(CK_MECHANISM_TYPE type, const Line& line, Expected expected) {
  Outcome outcome = operate(Parameter(type, line.fields), private_half(), module().C_SignInit, module().C_Sign, {}, 1024);
  if (outcome.rv == CKR_OK && outcome.out.size() >= sizeof(CK_OTP_SIGNATURE_INFO)) {
    CK_OTP_SIGNATURE_INFO info{};
    std::memcpy(&info, outcome.out.data(), sizeof info);
    outcome.out.clear();
    for (CK_ULONG i = 0; i < info.ulCount; ++i)
      if (info.pParams[i].type == CK_OTP_VALUE)
        outcome.out = to_bytes(as_bytes(info.pParams[i].pValue, info.pParams[i].ulValueLen));
  }
  return judge(outcome, line.fields.bytes("out"), expected);
}

}  // namespace holdfast::vectors
