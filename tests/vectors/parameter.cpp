#include "vectors/parameter.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "ck/names.h"

namespace holdfast::vectors {
namespace {

CK_MECHANISM_TYPE hash_of(const Fields& fields, const std::string& name = "hash") {
  return mechanism_number(fields.word(name));
}

CK_HEDGE_TYPE hedge_of(const Fields& fields) {
  return fields.number_or("deterministic", 0) != 0 ? CKH_DETERMINISTIC_REQUIRED : CKH_HEDGE_PREFERRED;
}

}  // namespace

Parameter::Parameter(CK_MECHANISM_TYPE type, const Fields& fields) : mechanism_{type, nullptr, 0} {
  (this->*builder_of(type))(fields);
}

Parameter::Build Parameter::builder_of(CK_MECHANISM_TYPE type) {
  static const std::map<CK_MECHANISM_TYPE, Build> by_type = {
      {CKM_AES_CBC, &Parameter::iv},
      {CKM_AES_CBC_PAD, &Parameter::iv},
      {CKM_AES_CTS, &Parameter::iv},
      {CKM_AES_OFB, &Parameter::iv},
      {CKM_AES_CFB8, &Parameter::iv},
      {CKM_AES_CFB128, &Parameter::iv},
      {CKM_AES_XTS, &Parameter::iv},
      {CKM_AES_GMAC, &Parameter::gcm},
      {CKM_AES_KEY_WRAP, &Parameter::iv},
      {CKM_AES_KEY_WRAP_KWP, &Parameter::iv},
      {CKM_DES3_CBC, &Parameter::iv},
      {CKM_DES3_CBC_PAD, &Parameter::iv},
      {CKM_AES_CTR, &Parameter::counter},
      {CKM_AES_GCM, &Parameter::gcm},
      {CKM_AES_CCM, &Parameter::ccm},
      {CKM_AES_ECB_ENCRYPT_DATA, &Parameter::string_data},
      {CKM_CHACHA20, &Parameter::chacha20},
      {CKM_CHACHA20_POLY1305, &Parameter::chacha20_poly1305},
      {CKM_RSA_PKCS_OAEP, &Parameter::oaep},
      {CKM_EDDSA, &Parameter::eddsa},
      {CKM_ECDH1_DERIVE, &Parameter::ecdh},
      {CKM_ECDH1_COFACTOR_DERIVE, &Parameter::ecdh},
      {CKM_DH_PKCS_DERIVE, &Parameter::peer},
      {CKM_X9_42_DH_DERIVE, &Parameter::x9_42},
      {CKM_HKDF_DERIVE, &Parameter::hkdf},
      {CKM_HKDF_DATA, &Parameter::hkdf},
      {CKM_PKCS5_PBKD2, &Parameter::pbkdf2},
      {CKM_SP800_108_COUNTER_KDF, &Parameter::sp800_108},
      {CKM_SP800_108_FEEDBACK_KDF, &Parameter::sp800_108},
      {CKM_SP800_108_DOUBLE_PIPELINE_KDF, &Parameter::sp800_108},
      {CKM_TLS_KDF, &Parameter::tls_kdf},
      {CKM_TLS12_KDF, &Parameter::tls_kdf},
      {CKM_TLS12_EXTENDED_MASTER_KEY_DERIVE, &Parameter::tls_extended_master},
      {CKM_HOTP, &Parameter::otp},
      {CKM_ML_DSA, &Parameter::context},
      {CKM_SLH_DSA, &Parameter::context},
      {CKM_HASH_ML_DSA, &Parameter::hash_context},
      {CKM_HASH_SLH_DSA, &Parameter::hash_context},
  };
  if (const auto found = by_type.find(type); found != by_type.end()) return found->second;
  const std::string name = ck::name_of_mechanism(static_cast<std::uint32_t>(type));
  if (name.ends_with("_GENERAL")) return &Parameter::mac_length;
  if (name.ends_with("_PSS")) return &Parameter::pss;
  if (name.starts_with("CKM_HASH_")) return &Parameter::context;
  return &Parameter::none;
}

CK_BYTE_PTR Parameter::keep(Bytes bytes) {
  if (bytes.empty()) return nullptr;
  bytes_.push_back(std::move(bytes));
  return reinterpret_cast<CK_BYTE_PTR>(bytes_.back().data());
}

void Parameter::none(const Fields&) {}

// ---- Ciphers and MACs

void Parameter::iv(const Fields& fields) {
  Bytes value = fields.bytes("iv");
  mechanism_.ulParameterLen = value.size();
  mechanism_.pParameter = keep(std::move(value));
}

void Parameter::counter(const Fields& fields) {
  CK_AES_CTR_PARAMS params{};
  params.ulCounterBits = fields.number_or("bits", 128);
  const Bytes block = fields.bytes("iv");
  if (block.size() != sizeof params.cb) throw std::runtime_error("a counter block has 16 bytes");
  std::transform(block.begin(), block.end(), params.cb, [](std::byte b) { return std::to_integer<CK_BYTE>(b); });
  set(params);
}

void Parameter::gcm(const Fields& fields) {
  const Bytes nonce = fields.bytes("iv");
  const Bytes aad = fields.bytes("aad");
  set(CK_GCM_PARAMS{keep(nonce), nonce.size(), nonce.size() * 8, keep(aad), aad.size(), fields.number("tag")});
}

void Parameter::ccm(const Fields& fields) {
  const Bytes nonce = fields.bytes("iv");
  const Bytes aad = fields.bytes("aad");
  set(CK_CCM_PARAMS{fields.bytes("in").size(), keep(nonce), nonce.size(), keep(aad), aad.size(),
                    fields.number("tag") / 8});
}

void Parameter::chacha20(const Fields& fields) {
  const Bytes nonce = fields.bytes("iv");
  const Bytes block_counter = fields.bytes("counter");
  set(CK_CHACHA20_PARAMS{keep(block_counter), block_counter.size() * 8, keep(nonce), nonce.size() * 8});
}

void Parameter::chacha20_poly1305(const Fields& fields) {
  const Bytes nonce = fields.bytes("iv");
  const Bytes aad = fields.bytes("aad");
  set(CK_SALSA20_CHACHA20_POLY1305_PARAMS{keep(nonce), nonce.size(), keep(aad), aad.size()});
}

void Parameter::mac_length(const Fields& fields) { set(CK_MAC_GENERAL_PARAMS{fields.bytes("out").size()}); }

void Parameter::otp(const Fields& fields) {
  const Bytes value = fields.bytes("counter");
  const auto count = std::make_shared<CK_OTP_PARAM>(CK_OTP_PARAM{CK_OTP_COUNTER, keep(value), value.size()});
  parts_.push_back(count);
  set(CK_OTP_PARAMS{count.get(), 1});
}

// ---- Asymmetric keys

void Parameter::pss(const Fields& fields) {
  set(CK_RSA_PKCS_PSS_PARAMS{hash_of(fields), fields.number("mgf"), fields.number("salt")});
}

void Parameter::oaep(const Fields& fields) {
  const Bytes label = fields.bytes("label");
  set(CK_RSA_PKCS_OAEP_PARAMS{hash_of(fields), fields.number("mgf"), CKZ_DATA_SPECIFIED, keep(label), label.size()});
}

void Parameter::eddsa(const Fields& fields) {
  if (!fields.has("ph")) return;
  const Bytes value = fields.bytes("context");
  set(CK_EDDSA_PARAMS{static_cast<CK_BBOOL>(fields.number("ph")), value.size(), keep(value)});
}

void Parameter::ecdh(const Fields& fields) {
  const Bytes shared = fields.bytes("shared");
  const Bytes point = fields.bytes("peer");
  set(CK_ECDH1_DERIVE_PARAMS{fields.number_or("kdf", CKD_NULL), shared.size(), keep(shared), point.size(),
                             keep(point)});
}

void Parameter::peer(const Fields& fields) {
  Bytes value = fields.bytes("peer");
  mechanism_.ulParameterLen = value.size();
  mechanism_.pParameter = keep(std::move(value));
}

void Parameter::x9_42(const Fields& fields) {
  const Bytes value = fields.bytes("peer");
  set(CK_X9_42_DH1_DERIVE_PARAMS{CKD_NULL, 0, nullptr, value.size(), keep(value)});
}

void Parameter::context(const Fields& fields) {
  const Bytes value = fields.bytes("context");
  const CK_HEDGE_TYPE hedge = hedge_of(fields);
  if (value.empty() && hedge == CKH_HEDGE_PREFERRED) return;
  set(CK_SIGN_ADDITIONAL_CONTEXT{hedge, keep(value), value.size()});
}

void Parameter::hash_context(const Fields& fields) {
  const Bytes value = fields.bytes("context");
  const CK_HEDGE_TYPE hedge = hedge_of(fields);
  set(CK_HASH_SIGN_ADDITIONAL_CONTEXT{hedge, keep(value), value.size(), hash_of(fields)});
}

// ---- Derivations

void Parameter::string_data(const Fields& fields) {
  const Bytes data = fields.bytes("data");
  set(CK_KEY_DERIVATION_STRING_DATA{keep(data), data.size()});
}

void Parameter::hkdf(const Fields& fields) {
  const Bytes salt = fields.bytes("salt");
  const Bytes info = fields.bytes("info");
  const auto step = [&](const char* name) { return static_cast<CK_BBOOL>(fields.number_or(name, 1)); };
  set(CK_HKDF_PARAMS{step("extract"), step("expand"), hash_of(fields),
                     salt.empty() ? CKF_HKDF_SALT_NULL : CKF_HKDF_SALT_DATA, keep(salt), salt.size(),
                     CK_INVALID_HANDLE, keep(info), info.size()});
}

void Parameter::pbkdf2(const Fields& fields) {
  const Bytes salt = fields.bytes("salt");
  const Bytes password = fields.bytes("password");
  set(CK_PKCS5_PBKD2_PARAMS2{CKZ_SALT_SPECIFIED, keep(salt), salt.size(), fields.number("iterations"),
                             fields.number("prf"), nullptr, 0, keep(password), password.size()});
}

/// The layout is a list such as "counter:32,bytes:0a0b,length:32": the pieces of what each step feeds to the PRF.
void Parameter::sp800_108(const Fields& fields) {
  const auto pieces = std::make_shared<std::vector<CK_PRF_DATA_PARAM>>();
  const bool counts = mechanism_.mechanism == CKM_SP800_108_COUNTER_KDF;
  const auto part = [&](CK_PRF_DATA_TYPE type, auto format) {
    const auto owned = std::make_shared<decltype(format)>(format);
    parts_.push_back(owned);
    pieces->push_back({type, owned.get(), sizeof format});
  };
  std::istringstream list(fields.word("layout"));
  for (std::string piece; std::getline(list, piece, ',');) {
    const std::string kind = piece.substr(0, piece.find(':'));
    const std::string value = piece.find(':') == std::string::npos ? "" : piece.substr(piece.find(':') + 1);
    if (kind == "bytes") {
      const Bytes data = Fields({{"value", value}}).bytes("value");
      pieces->push_back({CK_SP800_108_BYTE_ARRAY, keep(data), data.size()});
    } else if (kind == "iteration") {
      pieces->push_back({CK_SP800_108_ITERATION_VARIABLE, nullptr, 0});
    } else if (kind == "counter") {
      part(counts ? CK_SP800_108_ITERATION_VARIABLE : CK_SP800_108_COUNTER,
           CK_SP800_108_COUNTER_FORMAT{CK_FALSE, std::stoul(value)});
    } else if (kind == "length") {
      part(CK_SP800_108_DKM_LENGTH,
           CK_SP800_108_DKM_LENGTH_FORMAT{CK_SP800_108_DKM_LENGTH_SUM_OF_KEYS, CK_FALSE, std::stoul(value)});
    } else {
      throw std::runtime_error("no piece is called " + kind);
    }
  }
  parts_.push_back(pieces);
  const CK_MECHANISM_TYPE prf = hash_of(fields, "prf");
  if (mechanism_.mechanism == CKM_SP800_108_FEEDBACK_KDF) {
    const Bytes start = fields.bytes("iv");
    set(CK_SP800_108_FEEDBACK_KDF_PARAMS{prf, pieces->size(), pieces->data(), start.size(), keep(start), 0, nullptr});
  } else {
    set(CK_SP800_108_KDF_PARAMS{prf, pieces->size(), pieces->data(), 0, nullptr});
  }
}

void Parameter::tls_kdf(const Fields& fields) {
  const Bytes label = fields.bytes("label");
  const Bytes client = fields.bytes("client");
  const Bytes server = fields.bytes("server");
  const Bytes data = fields.bytes("data");
  set(CK_TLS_KDF_PARAMS{hash_of(fields),
                        keep(label),
                        label.size(),
                        {keep(client), client.size(), keep(server), server.size()},
                        keep(data),
                        data.size()});
}

void Parameter::tls_extended_master(const Fields& fields) {
  const Bytes session = fields.bytes("session");
  const auto version = std::make_shared<CK_VERSION>();
  parts_.push_back(version);
  set(CK_TLS12_EXTENDED_MASTER_KEY_DERIVE_PARAMS{hash_of(fields), keep(session), session.size(), version.get()});
}

}  // namespace holdfast::vectors
