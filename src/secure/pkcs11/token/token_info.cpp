#include <pkcs11/pkcs11.h>

#include <algorithm>
#include <string_view>

#include "secure/pkcs11/token/token.h"

namespace holdfast::secure::pkcs11 {
namespace {

constexpr std::string_view kManufacturer = "Holdfast";
constexpr std::string_view kModel = "Holdfast";
constexpr std::string_view kDescription = "Holdfast secure world";
constexpr std::array kHardwareVersion{std::byte{0}, std::byte{0}};
constexpr std::array kFirmwareVersion{std::byte{1}, std::byte{0}};
constexpr std::uint32_t kUnavailable = 0xFFFFFFFF;

template <std::size_t N>
std::array<std::byte, N> padded(std::string_view text) {
  std::array<std::byte, N> field;
  field.fill(std::byte{' '});
  std::copy_n(as_bytes(text).begin(), std::min(N, text.size()), field.begin());
  return field;
}

struct TryFlags {
  std::uint32_t count_low;
  std::uint32_t final_try;
  std::uint32_t locked;
};
constexpr TryFlags kUserFlags{CKF_USER_PIN_COUNT_LOW, CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED};
constexpr TryFlags kSoFlags{CKF_SO_PIN_COUNT_LOW, CKF_SO_PIN_FINAL_TRY, CKF_SO_PIN_LOCKED};

// PKCS#11 3.1 §3.2, CK_TOKEN_INFO flags: low from the first wrong PIN to the next right one, final when one try is left,
// locked when none is.
std::uint32_t try_flags(std::uint32_t tries_used, const TryFlags& flag, const TokenRules& rules) {
  std::uint32_t flags = 0;
  if (tries_used > 0) flags |= flag.count_low;
  const bool is_locked = tries_used >= kPinTries;
  if (tries_used == kPinTries - 1 || (is_locked && rules.final_try_stays)) flags |= flag.final_try;
  if (is_locked) flags |= flag.locked;
  return flags;
}

}  // namespace

wire::SlotInfo::Reply Token::slot_info() const {
  return {.description = padded<64>(kDescription),
          .manufacturer = padded<32>(kManufacturer),
          .flags = CKF_TOKEN_PRESENT,
          .hardware_version = kHardwareVersion,
          .firmware_version = kFirmwareVersion};
}

wire::TokenInfo::Reply Token::info(const TokenRules& rules) const {
  wire::TokenInfo::Reply info{.label = {},
                              .manufacturer = padded<32>(kManufacturer),
                              .model = padded<16>(kModel),
                              .serial_number = {},
                              .flags = std::uint32_t{CKF_RNG | CKF_LOGIN_REQUIRED} |
                                       (rules.has_dual_operations ? std::uint32_t{CKF_DUAL_CRYPTO_OPERATIONS} : 0u),
                              .max_session_count = rules.session_limit,
                              .session_count = sessions_.load(),
                              .max_rw_session_count = rules.session_limit,
                              .rw_session_count = read_write_sessions_.load(),
                              .max_pin_bytes = kMaxPinBytes,
                              .min_pin_bytes = kMinPinBytes,
                              .total_public_memory = kUnavailable,
                              .free_public_memory = kUnavailable,
                              .total_private_memory = kUnavailable,
                              .free_private_memory = kUnavailable,
                              .hardware_version = kHardwareVersion,
                              .firmware_version = kFirmwareVersion,
                              .utc_time = {}};
  switch (store_.condition()) {
    case storage::SlotCondition::ready: {
      const storage::TokenState state = store_.state();
      info.label = state.label;
      info.serial_number = state.serial;
      info.flags |= std::uint32_t{CKF_TOKEN_INITIALIZED} | try_flags(state.so.tries_used, kSoFlags, rules);
      if (state.so.opens_to_identity()) info.flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
      if (state.user.is_set())
        info.flags |= std::uint32_t{CKF_USER_PIN_INITIALIZED} | try_flags(state.user.tries_used, kUserFlags, rules);
      return info;
    }
    case storage::SlotCondition::uninitialised:
      info.flags |= CKF_USER_PIN_TO_BE_CHANGED | CKF_SO_PIN_TO_BE_CHANGED;
      break;
    case storage::SlotCondition::damaged:
      info.flags |= CKF_ERROR_STATE;
      break;
  }
  info.label.fill(std::byte{'*'});
  info.serial_number.fill(std::byte{'0'});
  info.serial_number.back() = static_cast<std::byte>('0' + slot_.value % 10);
  return info;
}

}  // namespace holdfast::secure::pkcs11
