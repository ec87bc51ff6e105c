#include "cli/description.h"

namespace holdfast::cli {
namespace {

struct FlagName {
  CK_FLAGS flag;
  const char* name;
};

constexpr FlagName kSlotFlags[] = {
    {CKF_TOKEN_PRESENT, "token present"}, {CKF_REMOVABLE_DEVICE, "removable device"}, {CKF_HW_SLOT, "hardware slot"}};

constexpr FlagName kTokenFlags[] = {
    {CKF_TOKEN_INITIALIZED, "token initialized"},
    {CKF_USER_PIN_INITIALIZED, "PIN initialized"},
    {CKF_LOGIN_REQUIRED, "login required"},
    {CKF_RNG, "rng"},
    {CKF_WRITE_PROTECTED, "write protected"},
    {CKF_RESTORE_KEY_NOT_NEEDED, "restore key not needed"},
    {CKF_CLOCK_ON_TOKEN, "clock"},
    {CKF_PROTECTED_AUTHENTICATION_PATH, "protected authentication path"},
    {CKF_DUAL_CRYPTO_OPERATIONS, "dual crypto operations"},
    {CKF_USER_PIN_COUNT_LOW, "user PIN count low"},
    {CKF_USER_PIN_FINAL_TRY, "final user PIN try"},
    {CKF_USER_PIN_LOCKED, "user PIN locked"},
    {CKF_USER_PIN_TO_BE_CHANGED, "user PIN to be changed"},
    {CKF_SO_PIN_COUNT_LOW, "SO PIN count low"},
    {CKF_SO_PIN_FINAL_TRY, "final SO PIN try"},
    {CKF_SO_PIN_LOCKED, "SO PIN locked"},
    {CKF_SO_PIN_TO_BE_CHANGED, "SO PIN to be changed"},
    {CKF_ERROR_STATE, "error state"},
};

nlohmann::json names_of(CK_FLAGS flags, std::span<const FlagName> names) {
  nlohmann::json list = nlohmann::json::array();
  for (const FlagName& name : names)
    if ((flags & name.flag) != 0) list.push_back(name.name);
  return list;
}

std::string version(const CK_VERSION& number) { return std::to_string(number.major) + "." + std::to_string(number.minor); }

}  // namespace

std::string padded_text(std::span<const CK_UTF8CHAR> field) {
  std::string text(field.begin(), field.end());
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

nlohmann::json describe(const CK_INFO& info) {
  return {{"description", padded_text(info.libraryDescription)},
          {"manufacturer", padded_text(info.manufacturerID)},
          {"version", version(info.libraryVersion)},
          {"cryptoki", version(info.cryptokiVersion)}};
}

nlohmann::json describe(const CK_SLOT_INFO& info) {
  return {{"description", padded_text(info.slotDescription)}, {"flags", names_of(info.flags, kSlotFlags)}};
}

nlohmann::json describe(const CK_TOKEN_INFO& info) {
  return {{"label", padded_text(info.label)},
          {"manufacturer", padded_text(info.manufacturerID)},
          {"model", padded_text(info.model)},
          {"serial", padded_text(info.serialNumber)},
          {"flags", names_of(info.flags, kTokenFlags)},
          {"pin_min", info.ulMinPinLen},
          {"pin_max", info.ulMaxPinLen}};
}

bool has_flag(const nlohmann::json& token, const char* name) {
  for (const auto& flag : token["flags"])
    if (flag == name) return true;
  return false;
}

}  // namespace holdfast::cli
