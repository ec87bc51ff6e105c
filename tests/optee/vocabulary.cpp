#include "optee/vocabulary.h"

#include <cstdio>
#include <map>

#include <holdfast/tee_client_api.h>
#include <pkcs11/pkcs11.h>

#include "ck/names.h"
#include "wire/commands/all.h"

namespace holdfast::optee {
namespace {

using Numbers = std::map<std::string, std::uint32_t, std::less<>>;

constexpr std::size_t kPrefixLength = 4;  // "CKA_" and the like

/// by_name asks `name_of` for every number below `end`, and below it again with `high_bits`.
Numbers by_name(const char* (*name_of)(std::uint32_t), std::uint32_t end, std::uint32_t high_bits = 0) {
  Numbers numbers;
  const auto add = [&](std::uint32_t number) {
    const std::string_view name = name_of(number);
    if (name.starts_with("CK")) numbers.emplace(name.substr(kPrefixLength), number);
  };
  for (std::uint32_t number = 0; number < end; ++number) {
    add(number);
    if (high_bits != 0) add(high_bits | number);
  }
  return numbers;
}

std::optional<std::uint32_t> look_up(const Numbers& numbers, std::string_view name) {
  const auto found = numbers.find(name);
  if (found == numbers.end()) return std::nullopt;
  return found->second;
}

const Numbers& commands() {
  static const Numbers numbers = [] {
    Numbers all;
    wire::for_each_command([&]<class C>() { all.emplace(C::kName, C::kId.value); });
    return all;
  }();
  return numbers;
}

const Numbers& tee_results() {
  static const Numbers numbers{{"SUCCESS", TEEC_SUCCESS},
                               {"BAD_PARAMETERS", TEEC_ERROR_BAD_PARAMETERS},
                               {"NOT_SUPPORTED", TEEC_ERROR_NOT_SUPPORTED},
                               {"SHORT_BUFFER", TEEC_ERROR_SHORT_BUFFER},
                               {"SECURITY", TEEC_ERROR_SECURITY},
                               {"OUT_OF_MEMORY", TEEC_ERROR_OUT_OF_MEMORY},
                               {"TARGET_DEAD", TEEC_ERROR_TARGET_DEAD}};
  return numbers;
}

/// Words of the tables' own, in ABI section 8.
const Numbers& words() {
  static const Numbers numbers{{"USER", CKU_USER},
                               {"SO", CKU_SO},
                               {"CONTEXT", CKU_CONTEXT_SPECIFIC},
                               {"RO", CKF_SERIAL_SESSION},
                               {"RW", CKF_SERIAL_SESSION | CKF_RW_SESSION},
                               {"MGF1_SHA1", CKG_MGF1_SHA1},
                               {"MGF1_SHA224", CKG_MGF1_SHA224},
                               {"MGF1_SHA256", CKG_MGF1_SHA256},
                               {"MGF1_SHA384", CKG_MGF1_SHA384},
                               {"MGF1_SHA512", CKG_MGF1_SHA512}};
  return numbers;
}

}  // namespace

std::optional<std::uint32_t> command_named(std::string_view name) {
  if (!name.empty() && name[0] >= '0' && name[0] <= '9')
    return static_cast<std::uint32_t>(std::stoul(std::string(name), nullptr, 0));
  return look_up(commands(), name);
}

std::optional<std::uint32_t> attribute_named(std::string_view name) {
  static const Numbers numbers = by_name(ck::name_of_attribute, 0x1000, CKF_ARRAY_ATTRIBUTE);
  return look_up(numbers, name);
}

std::optional<std::uint32_t> mechanism_named(std::string_view name) {
  static const Numbers numbers = by_name(ck::name_of_mechanism, 0x5000);
  return look_up(numbers, name);
}

std::optional<std::uint32_t> constant_named(std::string_view name) {
  static const Numbers classes = by_name(ck::name_of_class, 0x100);
  static const Numbers key_types = by_name(ck::name_of_key_type, 0x100);
  for (const Numbers* numbers : {&words(), &classes, &key_types, &commands()})
    if (const auto found = look_up(*numbers, name)) return found;
  return mechanism_named(name);
}

std::optional<std::uint32_t> return_code_named(std::string_view name) {
  static const Numbers numbers = by_name(ck::name_of_rv, 0x300);
  return look_up(numbers, name);
}

std::optional<std::uint32_t> tee_result_named(std::string_view name) { return look_up(tee_results(), name); }

std::string name_of_return_code(std::uint32_t code) {
  const std::string_view name = ck::name_of_rv(code);
  if (name.starts_with("CKR_")) return std::string(name.substr(kPrefixLength));
  char number[16];
  std::snprintf(number, sizeof number, "0x%X", static_cast<unsigned>(code));
  return number;
}

std::string name_of_tee_result(std::uint32_t result) {
  for (const auto& [name, value] : tee_results())
    if (value == result) return "TEE:" + name;
  char number[16];
  std::snprintf(number, sizeof number, "TEE:0x%X", static_cast<unsigned>(result));
  return number;
}

}  // namespace holdfast::optee
