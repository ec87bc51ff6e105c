#include "secure/pkcs11/handlers/handlers.h"
#include "secure/pkcs11/self_test/self_test.h"
#include "wire/codec.h"

namespace holdfast::secure::pkcs11 {

Handled<wire::SelfTestReport> handle(wire::SelfTestReport, const wire::SelfTestReport::Request&, const Call& call) {
  const std::vector<self_test::FamilyReport>& families = self_test::report();
  std::size_t size = 0;
  for (const self_test::FamilyReport& family : families) size += 3 * sizeof(std::uint32_t) + family.family.size();
  HF_ASSIGN_OR_RETURN(const MutableByteView out, call.require_output(size));
  wire::FieldWriter writer(out);
  for (const self_test::FamilyReport& family : families) {
    writer.u32(family.answers);
    writer.u32(family.passed() ? wire::kNoMechanism : family.failed_mechanism);
    writer.u32(static_cast<std::uint32_t>(family.family.size()));
    writer.raw(as_bytes(family.family));
  }
  call.set_output_size(out.size());
  return wire::Nothing{};
}

}  // namespace holdfast::secure::pkcs11
