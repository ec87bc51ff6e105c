#include "secure/crypto/key_info.h"

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"
#include "secure/crypto/rsa_encoding.h"
#include "secure/crypto/secret_use.h"
#include "secure/crypto/secrets.h"

namespace holdfast::secure::crypto {
namespace {

// More than all headers of one envelope take.
constexpr std::size_t kFrameBytes = 64;

std::size_t room_for(const Algorithm& algorithm, std::size_t key_bytes) {
  return algorithm.oid.size() + algorithm.parameters.size() + key_bytes + kFrameBytes;
}

void write_algorithm(DerWriter& writer, const Algorithm& algorithm) {
  const std::size_t end = writer.mark();
  writer.raw(algorithm.parameters);
  writer.raw(algorithm.oid);
  writer.close(DerTag::sequence, end);
}

// OneAsymmetricKey (RFC 5958) may go on with attributes and a public key after what PrivateKeyInfo has; they say
// nothing that the private key does not.
Result<PrivateKeyInfo> parse(ByteView encoded) {
  DerReader outer(encoded);
  HF_ASSIGN_OR_RETURN(DerReader info, outer.enter(DerTag::sequence));
  HF_TRY(outer.expect_end());
  HF_TRY(info.take_unsigned());
  PrivateKeyInfo parsed;
  if (info.next_is(DerTag::integer)) {
    parsed.oid = to_bytes(rsa_algorithm().oid);
    HF_ASSIGN_OR_RETURN(parsed.key, to_secret(encoded));
    return parsed;
  }
  HF_ASSIGN_OR_RETURN(DerReader algorithm, info.enter(DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView oid, algorithm.take_any());
  parsed.oid = to_bytes(oid);
  if (!algorithm.at_end()) {
    HF_ASSIGN_OR_RETURN(const ByteView parameters, algorithm.take_any());
    parsed.parameters = to_bytes(parameters);
  }
  HF_TRY(algorithm.expect_end());
  HF_ASSIGN_OR_RETURN(const ByteView key, info.take(DerTag::octet_string));
  HF_ASSIGN_OR_RETURN(parsed.key, to_secret(key));
  while (!info.at_end()) HF_TRY(info.take_any());
  return parsed;
}

/// as_wrapped gives the code for an encoding that came in by C_UnwrapKey.
template <class Value>
Result<Value> as_wrapped(Result<Value> parsed) {
  if (!parsed && parsed.error().rv == Rv::attribute_value_invalid)
    return fail(Rv::wrapped_key_invalid, parsed.error().why);
  return parsed;
}

Result<SecretBytes> written(const DerWriter& writer) {
  if (!writer.fits()) return fail(Rv::general_error, "a private key larger than its room");
  return to_secret(writer.view());
}

}  // namespace

Bytes public_key_info(const Algorithm& algorithm, ByteView key) {
  Bytes room(room_for(algorithm, key.size()));
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  writer.bit_string(key);
  write_algorithm(writer, algorithm);
  writer.close(DerTag::sequence, end);
  return to_bytes(writer.view());
}

Result<SecretBytes> private_key_info(const Algorithm& algorithm, const SecretBytes& key) {
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(room_for(algorithm, key.size())));
  DerWriter writer(SecretUse::fill(room));
  const std::size_t end = writer.mark();
  writer.element(DerTag::octet_string, SecretUse::see(key));
  write_algorithm(writer, algorithm);
  writer.unsigned_integer({});  // version 0
  writer.close(DerTag::sequence, end);
  return written(writer);
}

Result<PrivateKeyInfo> parse_private_key_info(const SecretBytes& encoded) {
  return as_wrapped(parse(SecretUse::see(encoded)));
}

Result<SecretBytes> octets_element(const SecretBytes& content) {
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(content.size() + DerWriter::kMaxHeaderBytes));
  DerWriter writer(SecretUse::fill(room));
  writer.element(DerTag::octet_string, SecretUse::see(content));
  return written(writer);
}

Result<SecretBytes> octets_content(const SecretBytes& element) {
  HF_ASSIGN_OR_RETURN(const ByteView content, as_wrapped(parse_octet_string(SecretUse::see(element))));
  return to_secret(content);
}

Result<SecretBytes> number_element(const SecretBytes& number) {
  HF_ASSIGN_OR_RETURN(SecretBytes room, SecretBytes::allocate(number.size() + 1 + DerWriter::kMaxHeaderBytes));
  DerWriter writer(SecretUse::fill(room));
  writer.unsigned_integer(SecretUse::see(number));
  return written(writer);
}

Result<SecretBytes> number_content(const SecretBytes& element) {
  DerReader reader(SecretUse::see(element));
  HF_ASSIGN_OR_RETURN(const ByteView number, as_wrapped(reader.take_unsigned()));
  if (!reader.at_end()) return fail(Rv::wrapped_key_invalid, "bytes after a private number");
  return to_secret(number);
}

Result<SecretBytes> without_zero_padding(const SecretBytes& padded) {
  constexpr std::size_t kMostPaddingBytes = 15;  // to whole AES blocks
  const ByteView all = SecretUse::see(padded);
  const Result<ByteView> element = DerReader(all).take_any();
  if (!element || all.size() - element->size() > kMostPaddingBytes)
    return fail(Rv::wrapped_key_invalid, "no padded DER element");
  for (const std::byte octet : all.subspan(element->size()))
    if (octet != std::byte{0}) return fail(Rv::wrapped_key_invalid, "the padding is wrong");
  return to_secret(*element);
}

}  // namespace holdfast::secure::crypto
