#include "secure/crypto/ecdsa_signature.h"

#include <algorithm>

#include "secure/crypto/der.h"
#include "secure/crypto/der_writer.h"

namespace holdfast::secure::crypto {
namespace {

Result<void> put_number(ByteView number, MutableByteView out) {
  if (number.size() > out.size()) return fail(Rv::general_error, "a signature number longer than the order");
  const auto padding = static_cast<std::ptrdiff_t>(out.size() - number.size());
  std::fill_n(out.begin(), padding, std::byte{0});
  std::ranges::copy(number, out.begin() + padding);
  return {};
}

}  // namespace

ByteView ecdsa_to_der(ByteView signature, MutableByteView room) {
  const std::size_t half = signature.size() / 2;
  DerWriter writer(room);
  const std::size_t end = writer.mark();
  writer.unsigned_integer(signature.subspan(half));
  writer.unsigned_integer(signature.first(half));
  writer.close(DerTag::sequence, end);
  return writer.view();
}

Result<void> ecdsa_from_der(ByteView der, MutableByteView signature) {
  const std::size_t half = signature.size() / 2;
  DerReader outer(der);
  HF_ASSIGN_OR_RETURN(DerReader pair, outer.enter(DerTag::sequence));
  HF_ASSIGN_OR_RETURN(const ByteView r, pair.take_unsigned());
  HF_ASSIGN_OR_RETURN(const ByteView s, pair.take_unsigned());
  HF_TRY(put_number(r, signature.first(half)));
  return put_number(s, signature.subspan(half));
}

}  // namespace holdfast::secure::crypto
