#include "secure/pkcs11/object/public_certificates.h"

#include <functional>
#include <string_view>

#include <pkcs11/pkcs11.h>

namespace holdfast::secure::pkcs11 {

void PublicCertificates::count(const AttributeSet& object, Step step) {
  const std::uint32_t object_class = object.object_class().value;
  if (object_class != CKO_CERTIFICATE && object_class != CKO_PRIVATE_KEY && object_class != CKO_PUBLIC_KEY) return;
  const auto change = static_cast<std::int64_t>(step);
  const bool is_hidden = object.flag(ck::AttributeType{CKA_PRIVATE});
  if (object_class == CKO_CERTIFICATE && is_hidden) hidden_certificates_ += change;

  const Bytes* const id = object.find(ck::AttributeType{CKA_ID});
  if (id == nullptr || id->empty()) return;
  const auto it = by_id_.try_emplace(std::hash<std::string_view>{}(as_text(*id))).first;
  Namesakes& namesakes = it->second;
  if (namesakes.is_unmatched()) --unmatched_;
  if (object_class == CKO_CERTIFICATE) namesakes.certificates += change;
  if (object_class == CKO_PRIVATE_KEY) namesakes.private_keys += change;
  if (object_class != CKO_CERTIFICATE && !is_hidden) namesakes.found_halves += change;
  if (namesakes.is_unmatched()) ++unmatched_;
  if (namesakes.is_nobody()) by_id_.erase(it);
}

}  // namespace holdfast::secure::pkcs11
