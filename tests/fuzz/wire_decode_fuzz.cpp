// Any request of any command: what decodes encodes back to the same bytes, and attribute lists inside stay inside.
#include "fuzz/fuzz_input.h"
#include "wire/codec.h"
#include "wire/commands/all.h"

namespace {

using namespace holdfast;
using holdfast::testing::require;

/// walk copies every value, so that AddressSanitizer sees where it lies.
void walk(const wire::Template& list) {
  std::size_t bytes = 0;
  const Result<void> outcome = for_each_attribute(list, [&](const wire::Attribute& attribute) -> Result<void> {
    bytes += wire::kAttributeHeadBytes + attribute.value.size();
    require(to_bytes(attribute.value).size() == attribute.value.size());
    return {};
  });
  require(bytes <= list.attributes.size());
  require(!outcome || bytes == list.attributes.size());
}

template <class Request>
void walk_templates(const Request& request) {
  if constexpr (requires { request.attributes; }) walk(request.attributes);
  if constexpr (requires { request.public_attributes; }) {
    walk(request.public_attributes);
    walk(request.private_attributes);
  }
}

template <class C>
void round_trip(ByteView input) {
  const Result<typename C::Request> request = wire::decode<typename C::Request>(C::kRequest, input);
  if (!request) {
    require(request.error().rv == Rv::arguments_bad);
    return;
  }
  walk_templates(*request);
  require(wire::encoded_size(C::kRequest, *request) == input.size());
  Bytes again(input.size());
  wire::encode(C::kRequest, *request, again);
  require(equal(again, input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView input = as_bytes(data, size);
  wire::for_each_command([&]<class C>() { round_trip<C>(input); });
  return 0;
}
