#pragma once

#include <cstdint>
#include <map>

#include "secure/pkcs11/pkcs11_ta.h"
#include "wire/commands/all.h"

namespace holdfast::optee {

/// Verdict is what a quirk makes of a command: let it pass, answer it, or end the application.
struct Verdict {
  enum class Kind : std::uint8_t { pass, answer, panic };
  Kind kind = Kind::pass;
  Rv rv = Rv::ok;
};

/// Quirks make our trusted application behave as OP-TEE's does where that is smaller or wrong (OP-TEE ABI sections 3.1, 7,
/// 9, 11 and 19.3), so that tests prove that the module never comes upon it. Where OP-TEE would compute something else
/// than the standard says and the result would be tedious to forge, `wrong <what>` goes to the record (recorder.h).
class Quirks {
 public:
  explicit Quirks(secure::pkcs11::Pkcs11Ta& ta) : ta_(ta) {}

  TeeResult invoke(secure::ta::TaSession session, std::uint32_t command, secure::ta::Params& params);
  void forget(secure::ta::TaSession session) {
    std::erase_if(signing_, [&](const auto& entry) { return entry.first.first == session.id; });
  }
  /// has_panicked: the instance is gone, for all its clients.
  bool has_panicked() const { return panicked_; }

 private:
  /// Signing is a sign or verify operation as it was begun.
  struct Signing {
    Bytes init_request;
    std::uint32_t mechanism = 0;
    bool hash_is_lost = false;
    std::size_t mac_bytes = 0;  // of *_GENERAL
  };
  using SigningKey = std::pair<std::uint64_t, std::uint32_t>;  // TEE session, PKCS#11 session

  Verdict judge(secure::ta::TaSession session, std::uint32_t command, ByteView request, secure::ta::Params& params);
  Verdict judge_mechanism(const wire::Mechanism& mechanism) const;
  Verdict judge_agreement(secure::ta::TaSession session, const wire::DeriveKey::Request& request);
  Verdict judge_verification(SigningKey key, const secure::ta::Params& params);
  void filter_mechanisms(secure::ta::Params& params) const;
  void lose_hash(secure::ta::TaSession session, SigningKey key);
  void note(secure::ta::TaSession session, std::uint32_t command, ByteView request, Rv rv);
  bool is_initialised(secure::ta::TaSession session, ck::SessionHandle pkcs11_session);
  /// ask is a command of the quirks' own.
  Rv ask(secure::ta::TaSession session, std::uint32_t command, MutableByteView request, MutableByteView reply = {});
  Bytes attribute(secure::ta::TaSession session, ck::SessionHandle pkcs11_session, ck::ObjectHandle object,
                  std::uint32_t type);

  secure::pkcs11::Pkcs11Ta& ta_;
  std::map<SigningKey, Signing> signing_;
  bool panicked_ = false;
};

}  // namespace holdfast::optee
